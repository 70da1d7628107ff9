// Loops over blocks of columns where no bar waits for the one before it.
#include "vectors.h"

// So that rows do not lie at the same place of a page each, which processors mistake for the same place.
#define ROOM (tradewind_round_max + 8)

QUICK size_t tradewind_refused(const double *x, size_t count) {
    tradewind_fetch_ahead(x, count);
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) refused += is_refused(x[i]);
    return refused;
}

QUICK size_t tradewind_refused_bars(
    const double *open, const double *high, const double *low, const double *close, size_t count) {
    tradewind_fetch_ahead(open, count);
    tradewind_fetch_ahead(high, count);
    tradewind_fetch_ahead(low, count);
    tradewind_fetch_ahead(close, count);
    return refused_rows(open, high, low, close, count);
}

QUICK size_t tradewind_undefined(const double *x, size_t count) {
    size_t undefined = 0;
    for (size_t i = 0; i < count; i++) undefined += !(__builtin_fabs(x[i]) <= __DBL_MAX__);
    return undefined;
}

QUICK size_t tradewind_changes(const double *x, size_t back, size_t count, double *restrict out) {
    const double *before = x - back;
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = x[i] - before[i];
        refused += is_refused(x[i]);
    }
    return refused;
}

QUICK size_t tradewind_equals(const double *x, size_t count) {
    const double *before = x - 1;
    size_t equals = 0;
    for (size_t i = 0; i < count; i++) equals += x[i] == before[i];
    return equals;
}

QUICK void tradewind_differences(const double *x, const double *y, size_t count, double *restrict out) {
    for (size_t i = 0; i < count; i++) out[i] = x[i] - y[i];
}

QUICK void tradewind_sizes(const double *x, const double *y, size_t count, double *restrict out) {
    for (size_t i = 0; i < count; i++) out[i] = __builtin_fabs(x[i] - y[i]);
}

QUICK void tradewind_distances(const double *x, size_t back, size_t count, double *restrict out) {
    const double *before = x - back;
    for (size_t i = 0; i < count; i++) out[i] = __builtin_fabs(x[i] - before[i]);
}

QUICK void tradewind_divide(double *restrict x, const double *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double quotient = x[i] / y[i];
        x[i] = y[i] > 0 ? quotient : __builtin_nan("");
    }
}

QUICK void tradewind_hull(
    const double *restrict half, double half_weights, const double *restrict whole, double whole_weights, size_t count,
    double *restrict out) {
    for (size_t i = 0; i < count; i++) out[i] = 2 * (half[i] / half_weights) - whole[i] / whole_weights;
}

QUICK void tradewind_percent(double *restrict x, const double *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = 100 * x[i] / y[i];
}

QUICK void tradewind_take_roots(double *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = __builtin_elementwise_sqrt(x[i]);
}

QUICK size_t tradewind_true_ranges(
    const double *restrict high, const double *restrict low, const double *restrict close, size_t count,
    double *restrict out) {
    const double *before = close - 1;
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = larger(high[i], before[i]) - smaller(low[i], before[i]);
        refused += is_refused(high[i]) | is_refused(low[i]) | is_refused(close[i]);
    }
    return refused;
}

QUICK size_t tradewind_money_flows(
    const double *restrict high, const double *restrict low, const double *restrict close,
    const double *restrict volume, size_t count, double *restrict out) {
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) {
        double part = ((close[i] - low[i]) - (high[i] - close[i])) / (high[i] - low[i]);
        double flow = part * volume[i];
        out[i] = ((high[i] > low[i]) & (__builtin_fabs(flow) <= 1e100)) ? flow : 0;
        refused += is_refused(high[i]) | is_refused(low[i]) | is_refused(close[i]) | is_refused(volume[i]);
    }
    return refused;
}

// From the largest of one number those of four, of sixteen and so on are made, each from four of the row before (or of two
// from two), and the window's from two that overlap.
#define EXTREMES(NAME, PICK)                                                                                     \
    QUICK size_t NAME(                                                                                           \
        const double *restrict x, size_t window, size_t count, double *restrict numbers, double *restrict one,   \
        double *restrict other, double *restrict out) {                                                          \
        tradewind_fetch_ahead(x, count); \
        size_t refused = 0;                                                                                      \
        for (size_t i = 0; i < count; i++) {                                                                     \
            /* Of zeros there is one. */                                                                         \
            numbers[i] = x[i] + 0.0;                                                                             \
            refused += is_refused(x[i]);                                                                         \
        }                                                                                                        \
        size_t back = window - 1, end = count + back, size = 1;                                                  \
        const double *from = numbers - back;                                                                     \
        double *into = one - back, *next = other - back;                                                         \
        while (2 * size <= window) {                                                                             \
            double *restrict to = into;                                                                          \
            const double *first = from;                                                                          \
            if (4 * size <= window) {                                                                            \
                for (size_t i = 4 * size - 1; i < end; i++)                                                      \
                    to[i] = PICK(                                                                                \
                        PICK(first[i], first[i - size]), PICK(first[i - 2 * size], first[i - 3 * size]));        \
                size *= 4;                                                                                       \
            } else {                                                                                             \
                for (size_t i = 2 * size - 1; i < end; i++) to[i] = PICK(first[i], first[i - size]);             \
                size *= 2;                                                                                       \
            }                                                                                                    \
            from = to;                                                                                           \
            into = next;                                                                                         \
            next = to;                                                                                           \
        }                                                                                                        \
        const double *now = from + back, *before = now - (window - size);                                        \
        for (size_t i = 0; i < count; i++) out[i] = PICK(now[i], before[i]);                                     \
        return refused;                                                                                          \
    }

EXTREMES(tradewind_largest, larger)
EXTREMES(tradewind_smallest, smaller)

QUICK void tradewind_places_below(
    double *restrict high, const double *restrict low, const double *restrict close, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double place = -100 * ((high[i] - close[i]) / (high[i] - low[i]));
        high[i] = high[i] > low[i] ? place : __builtin_nan("");
    }
}

QUICK void tradewind_kaufman_parts(
    const double *restrict x, size_t period, double slow, double quick, size_t count, double *restrict path,
    double *restrict rest) {
    const double *before = x - period;
    for (size_t i = 0; i < count; i++) {
        double way = __builtin_fabs(x[i] - before[i]), quotient = way / path[i];
        double weight = (path[i] > way ? quotient : 1) * (quick - slow) + slow, part = weight * weight;
        path[i] = x[i] * part;
        rest[i] = 1 - part;
    }
}

QUICK void tradewind_moments_take(
    struct tradewind_moments *kept, const double *restrict x, size_t window, size_t count, double *restrict sums,
    double *restrict squares) {
    double changes[ROOM], square_changes[ROOM], distances[ROOM], distance_squares[ROOM];
    const double *old = x - window, shift = kept->shift, fresh_shift = kept->fresh_shift;
    for (size_t i = 0; i < count; i++) {
        double leaving = old[i] - shift, entering = x[i] - shift, distance = x[i] - fresh_shift;
        changes[i] = entering - leaving;
        square_changes[i] = entering * entering - leaving * leaving;
        distances[i] = distance;
        distance_squares[i] = distance * distance;
    }
    struct tradewind_moments now = *kept;
    for (size_t i = 0; i < count; i++) {
        now.sum += changes[i];
        now.squares += square_changes[i];
        now.fresh_sum += distances[i];
        now.fresh_squares += distance_squares[i];
        sums[i] = now.sum;
        squares[i] = now.squares;
    }
    *kept = now;
}

QUICK void tradewind_variances(
    const double *restrict sums, const double *restrict squares, double whole, double divisor, size_t count,
    double *restrict out) {
    for (size_t i = 0; i < count; i++)
        out[i] = at_least_zero(squares[i] - sums[i] * (sums[i] / whole)) / divisor;
}

QUICK void tradewind_comoments_take(
    struct tradewind_comoments *kept, const double *restrict x, const double *restrict y, size_t window, size_t count,
    const struct tradewind_comoment_sums *sums) {
    double changes[ROOM], fresh[ROOM];
    const double *old_x = x - window, *old_y = y - window;
    const struct tradewind_moments first = kept->first, second = kept->second;
    for (size_t i = 0; i < count; i++) {
        double leaving = (old_x[i] - first.shift) * (old_y[i] - second.shift);
        changes[i] = (x[i] - first.shift) * (y[i] - second.shift) - leaving;
        fresh[i] = (x[i] - first.fresh_shift) * (y[i] - second.fresh_shift);
    }
    double product = kept->product, fresh_product = kept->fresh_product, *products = sums->products;
    for (size_t i = 0; i < count; i++) {
        product += changes[i];
        fresh_product += fresh[i];
        products[i] = product;
    }
    kept->product = product;
    kept->fresh_product = fresh_product;
    tradewind_moments_take(&kept->first, x, window, count, sums->first, sums->first_squares);
    tradewind_moments_take(&kept->second, y, window, count, sums->second, sums->second_squares);
}

QUICK void tradewind_correlations(
    const struct tradewind_comoment_sums *sums, double whole, size_t count, double *restrict out) {
    const double *first = sums->first, *second = sums->second, *products = sums->products;
    const double *first_squares = sums->first_squares, *second_squares = sums->second_squares;
    for (size_t i = 0; i < count; i++) {
        double one = at_least_zero(whole * first_squares[i] - first[i] * first[i]);
        double two = at_least_zero(whole * second_squares[i] - second[i] * second[i]);
        double spread = __builtin_elementwise_sqrt(one * two);
        double found = (whole * products[i] - first[i] * second[i]) / spread;
        double in_range = found > 1 ? 1 : found < -1 ? -1 : found;
        int is_there = (spread > 0) & (__builtin_fabs(found) <= __DBL_MAX__);
        out[i] = is_there ? in_range : __builtin_nan("");
    }
}
