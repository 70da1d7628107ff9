#ifndef TRADEWIND_COLUMNS_H
#define TRADEWIND_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

// What indicators do with the numbers of a block of a column where no bar waits for the one before it: several bars at a
// time, as many as the processor can. Each number is rounded as in a bar-by-bar run, so the outcome is the same to the last
// bit however wide the vectors are. Where numbers before a block are asked for, they stand before it.
//
// `refused` is how many numbers indicators do not take (Double.isUsable): NaN, infinite, or beyond 1e100.

/// Says that memory is about to be read, so that it is fetched while something else is done.
static inline void tradewind_fetch(const void *place) { __builtin_prefetch(place); }

/// Says so of the lines of a column that the blocks after this one will read or write.
static inline void tradewind_fetch_ahead(const double *block, size_t count) {
    for (size_t i = 0; i < count; i += 8) __builtin_prefetch(block + i + 320);
}

/// How many are refused.
size_t tradewind_refused(const double *x, size_t count);
/// How many bars have a price that is refused.
size_t tradewind_refused_bars(
    const double *open, const double *high, const double *low, const double *close, size_t count);
/// How many are NaN or infinite.
size_t tradewind_undefined(const double *x, size_t count);

/// out = x - x[back]; how many of x are refused.
size_t tradewind_changes(const double *x, size_t back, size_t count, double *out);
/// How many numbers equal the one before.
size_t tradewind_equals(const double *x, size_t count);
/// out = x - y
void tradewind_differences(const double *x, const double *y, size_t count, double *out);
/// out = |x - y|
void tradewind_sizes(const double *x, const double *y, size_t count, double *out);
/// out = |x - x[back]|
void tradewind_distances(const double *x, size_t back, size_t count, double *out);

/// x = x ÷ y, and NaN where y is not above zero.
void tradewind_divide(double *x, const double *y, size_t count);
/// out = 2 (half ÷ half_weights) - whole ÷ whole_weights
void tradewind_hull(
    const double *half, double half_weights, const double *whole, double whole_weights, size_t count, double *out);
/// x = 100 x ÷ y
void tradewind_percent(double *x, const double *y, size_t count);
void tradewind_take_roots(double *x, size_t count);

/// The true range of each bar; how many prices are refused.
size_t tradewind_true_ranges(const double *high, const double *low, const double *close, size_t count, double *out);
/// The money flow of each bar, as `Candle.moneyFlow`; how many numbers are refused.
size_t tradewind_money_flows(
    const double *high, const double *low, const double *close, const double *volume, size_t count, double *out);

/// The largest of each window that ends in the block, or the smallest. `numbers` is where the block is put, behind the
/// window before it; `one` and `other` have as much room. How many of x are refused.
size_t tradewind_largest(
    const double *x, size_t window, size_t count, double *numbers, double *one, double *other, double *out);
size_t tradewind_smallest(
    const double *x, size_t window, size_t count, double *numbers, double *one, double *other, double *out);
/// high = -100 (high - close) ÷ (high - low), and NaN where there is no range.
void tradewind_places_below(double *high, const double *low, const double *close, size_t count);

/// The sums that `VolumeWeightedPrice` keeps.
struct tradewind_weighted_price {
    double volume, distances, squares;
};
/// Takes bars, and puts the price and deviation after each; how many bars are refused, or have no figures.
size_t tradewind_anchored_prices(
    const double *high, const double *low, const double *close, const double *volume, double shift, size_t count,
    struct tradewind_weighted_price *sums, double *price, double *deviation);

/// What `ParabolicSAR` keeps.
struct tradewind_parabolic {
    double factor, stop, extreme;
    int rises;
};
/// Takes bars, and puts the stop of each; a bar stands before them.
void tradewind_parabolic_stops(
    const double *high, const double *low, size_t count, double acceleration, double most,
    struct tradewind_parabolic *kept, double *out);

/// What Kaufman's average is made of: `path` becomes the part of each number, `rest` what is left of the average.
void tradewind_kaufman_parts(
    const double *x, size_t period, double slow, double quick, size_t count, double *path, double *rest);

/// The sums of the windows that end in so many whole rounds, divided by a number; `sum` is that of the last window before
/// them. The last sum, as it is.
double tradewind_round_sums(
    const double *x, size_t window, size_t rounds, double sum, double divisor, double *out);
/// A weighted sum and the plain one, as `RollingWeightedSum` keeps them.
struct tradewind_weighted_sums {
    double weighted, plain;
};
/// The same for weighted sums, with the plain ones, which are not divided, beside them.
void tradewind_weighted_round_sums(
    const double *x, size_t window, size_t rounds, struct tradewind_weighted_sums *sums, double divisor, double *out,
    double *plain);

/// The sums that `RollingMoments` keeps.
struct tradewind_moments {
    double shift, sum, squares, fresh_shift, fresh_sum, fresh_squares;
};
/// The longest round that is summed at once.
enum { tradewind_round_max = 512 };
/// Takes numbers of one round, and puts the sums after each.
void tradewind_moments_take(
    struct tradewind_moments *kept, const double *x, size_t window, size_t count, double *sums, double *squares);
/// out = (squares - sums (sums ÷ whole)) ÷ divisor, at least zero.
void tradewind_variances(
    const double *sums, const double *squares, double whole, double divisor, size_t count, double *out);

/// The sums that `RollingComoments` keeps, of two series.
struct tradewind_comoments {
    struct tradewind_moments first, second;
    double product, fresh_product;
};
/// Where the sums after each pair go.
struct tradewind_comoment_sums {
    double *first, *first_squares, *second, *second_squares, *products;
};
void tradewind_comoments_take(
    struct tradewind_comoments *kept, const double *x, const double *y, size_t window, size_t count,
    const struct tradewind_comoment_sums *sums);
/// The correlation after each pair, and NaN where one of both does not move.
void tradewind_correlations(const struct tradewind_comoment_sums *sums, double whole, size_t count, double *out);

/// The exact sum of numbers; of their distances from a number, squared or to a power; and of the squares of what they fall
/// short of it.
double tradewind_sum(const double *x, size_t count);
double tradewind_sum_of_squares(const double *x, double from, size_t count);
double tradewind_sum_of_powers(const double *x, double from, int power, size_t count);
double tradewind_sum_of_shortfalls(const double *x, double from, size_t count);
/// What one unit becomes by these returns.
double tradewind_growth(const double *x, size_t count);
/// Whether there is one that is another number.
int tradewind_differs(const double *x, double from, size_t count);
/// How many are below the least, above the most, or NaN.
size_t tradewind_outside(const double *x, double least, double most, size_t count);
/// The return of each amount against the one before it; the first against `before`, and 0 where there was nothing before.
/// `scale` is how many units of an amount are one.
void tradewind_returns(const int64_t *amounts, size_t count, double scale, double before, double *out);

/// An account that holds so much of one instrument, and cash.
struct tradewind_holding {
    /// Whole shares, and billionths of one, both of one sign.
    int64_t whole, part;
    int64_t cash;
};
/// What the account is worth at each price, and what it holds of it without a sign. Each worth is price × quantity, rounded
/// half to even once. How many of them are nothing; -1, and nothing is put, where 64 bits may not suffice on the way.
int64_t tradewind_worths(
    const int64_t *prices, size_t count, struct tradewind_holding held, int64_t *equity, int64_t *gross);

/// Two sums over windows that end in the same number: of its last few, and of all that a ring holds.
/// Goes over numbers, eight at a time, while none is above `high`, and tells how many; `low` becomes the lowest of them, if
/// that is lower.
size_t tradewind_none_above(const int64_t *x, size_t count, int64_t high, int64_t *low);

struct tradewind_two_sums {
    int64_t few, all;
};
/// Takes numbers into a ring while few × few_factor stays more than all × all_factor, and tells how many; stops before one of
/// which it is not sure. `oldest` is the place of the next number in the ring, `leaving` that of the one that leaves the few;
/// the ring does not begin anew before so many are taken. The factors are at most 5,000 and of one sign.
size_t tradewind_sums_apart(
    const int64_t *x, size_t count, int64_t *oldest, const int64_t *leaving, int64_t few_factor, int64_t all_factor,
    struct tradewind_two_sums *sums);

#endif
