// Loops over blocks of columns where each bar waits for the one before it, and much else is done of a bar beside that.
#include "vectors.h"

/// Bars at a time: few enough that the processor looks beyond a pass, and does the next one's work while bars wait.
#define FEW 64
struct few {
    double volumes[FEW], distances[FEW], squares[FEW];
};

INSIDE void weigh(
    const double *restrict high, const double *restrict low, const double *restrict close,
    const double *restrict volume, double shift, size_t count, struct few *restrict out) {
    for (size_t i = 0; i < count; i++) {
        double distance = (high[i] + low[i] + close[i]) / 3 - shift, traded = at_least_zero(volume[i]);
        out->volumes[i] = traded;
        out->distances[i] = distance * traded;
        out->squares[i] = distance * distance * traded;
    }
}

INSIDE void add_up(struct tradewind_weighted_price *sums, size_t count, struct few *restrict few) {
    struct tradewind_weighted_price now = *sums;
    for (size_t i = 0; i < count; i++) {
        few->volumes[i] = now.volume += few->volumes[i];
        few->distances[i] = now.distances += few->distances[i];
        few->squares[i] = now.squares += few->squares[i];
    }
    *sums = now;
}

/// The figures of the sums; how many are NaN or infinite.
INSIDE size_t divide_up(
    const struct few *restrict few, double shift, size_t count, double *restrict price, double *restrict deviation) {
    size_t undefined = 0;
    for (size_t i = 0; i < count; i++) {
        double share = 1 / few->volumes[i], mean = few->distances[i] * share;
        double variance = few->squares[i] * share - mean * mean;
        price[i] = shift + mean;
        deviation[i] = __builtin_elementwise_sqrt(at_least_zero(variance));
        undefined += !(__builtin_fabs(price[i]) + deviation[i] <= __DBL_MAX__) | !(few->volumes[i] >= __DBL_MIN__);
    }
    return undefined;
}

QUICK size_t tradewind_anchored_prices(
    const double *restrict high, const double *restrict low, const double *restrict close,
    const double *restrict volume, double shift, size_t count, struct tradewind_weighted_price *sums,
    double *restrict price, double *restrict deviation) {
    struct few few;
    size_t refused = 0;
    for (size_t i = 0; i < count; i += FEW) {
        size_t length = count - i < FEW ? count - i : FEW;
        tradewind_fetch_ahead(high + i, length);
        tradewind_fetch_ahead(low + i, length);
        tradewind_fetch_ahead(close + i, length);
        tradewind_fetch_ahead(volume + i, length);
        weigh(high + i, low + i, close + i, volume + i, shift, length, &few);
        add_up(sums, length, &few);
        refused += divide_up(&few, shift, length, price + i, deviation + i);
        refused += refused_rows(high + i, low + i, close + i, volume + i, length);
    }
    return refused;
}

// One loop while it rises and one while it falls, which are each other's image. Of numbers that are equal (zeros of both
// signs) the last one given is taken, as `ParabolicSAR` does.
QUICK void tradewind_parabolic_stops(
    const double *restrict high, const double *restrict low, size_t count, double acceleration, double most,
    struct tradewind_parabolic *kept, double *restrict out) {
    const double *high_before = high - 1, *low_before = low - 1;
    double factor = kept->factor, stop = kept->stop, extreme = kept->extreme;
    size_t i = 0;
    if (!kept->rises) goto falls;
rises:
    for (; i < count; i++) {
        if (low[i] <= stop) {
            out[i] = larger(extreme, larger(high_before[i], high[i]));
            factor = acceleration;
            extreme = low[i];
            stop = larger(out[i] + factor * (extreme - out[i]), larger(high_before[i], high[i]));
            i++;
            goto falls;
        }
        out[i] = stop;
        // Selections, not conditions: a branch would be guessed wrong too often.
        double quicker = smaller(factor + acceleration, most);
        factor = high[i] > extreme ? quicker : factor;
        extreme = larger(high[i], extreme);
        stop = smaller(smaller(low[i], low_before[i]), stop + factor * (extreme - stop));
    }
    *kept = (struct tradewind_parabolic){factor, stop, extreme, 1};
    return;
falls:
    for (; i < count; i++) {
        if (high[i] >= stop) {
            out[i] = smaller(smaller(low[i], low_before[i]), extreme);
            factor = acceleration;
            extreme = high[i];
            stop = smaller(smaller(low[i], low_before[i]), out[i] + factor * (extreme - out[i]));
            i++;
            goto rises;
        }
        out[i] = stop;
        double quicker = smaller(factor + acceleration, most);
        factor = low[i] < extreme ? quicker : factor;
        extreme = smaller(low[i], extreme);
        stop = larger(stop + factor * (extreme - stop), larger(high_before[i], high[i]));
    }
    *kept = (struct tradewind_parabolic){factor, stop, extreme, 0};
}
