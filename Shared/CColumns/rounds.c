// Sums of windows. Each sum waits for the one before it; but the sum at the end of a round is made of that round alone
// (RollingSum), so four rounds are summed at once, each in a lane of its own, and rounded as one after the other would be.
#include "vectors.h"

/// The next four bars of four rounds, and what each enters the window with, less what leaves it.
INSIDE void take(const double *x, size_t w, four bars[4]) {
    for (int lane = 0; lane < 4; lane++) bars[lane] = CONST_ROW(x, lane * w);
    turn(bars);
}

INSIDE void take_changes(const double *x, size_t w, four changes[4]) {
    four before = *(const four_anywhere *)(x - w);
    for (int lane = 0; lane < 4; lane++) {
        four now = CONST_ROW(x, lane * w);
        changes[lane] = now - before;
        before = now;
    }
    turn(changes);
}

INSIDE void put(four bars[4], size_t w, double *out) {
    turn(bars);
    for (int lane = 0; lane < 4; lane++) ROW(out, lane * w) = bars[lane];
}

/// The same for one bar.
INSIDE void take_one(const double *x, size_t w, four *bar) { *bar = (four){x[0], x[w], x[2 * w], x[3 * w]}; }

INSIDE void put_one(const four *bar, size_t w, double *out) {
    for (int lane = 0; lane < 4; lane++) out[lane * w] = (*bar)[lane];
}

/// What was before each of four rounds: what the rounds before them came to.
INSIDE void begin(const four *fresh, double before, four *now) {
    *now = (four){before, (*fresh)[0], (*fresh)[1], (*fresh)[2]};
}

INSIDE double sum_four(const double *restrict x, size_t w, double sum, int divides, double divisor, double *restrict out) {
    const size_t last = w - 1, most = last & ~(size_t)3;
    size_t i = 0;
    four fresh = {0, 0, 0, 0}, now, one, leaving, bars[4];
    for (; i < most; i += 4) {
        take(x + i, w, bars);
        for (int k = 0; k < 4; k++) fresh += bars[k];
    }
    for (; i < w; i++) {
        take_one(x + i, w, &one);
        fresh += one;
    }
    begin(&fresh, sum, &now);
    for (i = 0; i < most; i += 4) {
        take_changes(x + i, w, bars);
        for (int k = 0; k < 4; k++) {
            now += bars[k];
            bars[k] = divides ? now / divisor : now;
        }
        put(bars, w, out + i);
    }
    for (; i < last; i++) {
        take_one(x + i, w, &one);
        take_one(x + i - w, w, &leaving);
        now += one - leaving;
        one = divides ? now / divisor : now;
        put_one(&one, w, out + i);
    }
    one = divides ? fresh / divisor : fresh;
    put_one(&one, w, out + last);
    return fresh[3];
}

INSIDE double sum_one(const double *restrict x, size_t w, double sum, double divisor, double *restrict out) {
    double fresh = 0;
    for (size_t i = 0; i < w; i++) {
        fresh += x[i];
        sum += x[i] - *(x + i - w);
        out[i] = sum / divisor;
    }
    out[w - 1] = fresh / divisor;
    return fresh;
}

QUICK double tradewind_round_sums(
    const double *restrict x, size_t window, size_t rounds, double sum, double divisor, double *restrict out) {
    size_t bar = 0, step = 4 * window;
    for (; rounds >= 4; rounds -= 4, bar += step)
        sum = divisor == 1 ? sum_four(x + bar, window, sum, 0, 1, out + bar)
                           : sum_four(x + bar, window, sum, 1, divisor, out + bar);
    for (; rounds > 0; rounds--, bar += window) sum = sum_one(x + bar, window, sum, divisor, out + bar);
    return sum;
}

INSIDE void weigh_four(
    const double *restrict x, size_t w, struct tradewind_weighted_sums *sums, int divides, double divisor,
    double *restrict out, double *restrict plain) {
    const size_t last = w - 1, most = last & ~(size_t)3;
    const double whole = (double)w;
    size_t i = 0;
    double place = 0;
    four fresh = {0, 0, 0, 0}, fresh_weighted = fresh, now, weighted, one, leaving, bars[4], changes[4];
    for (; i < most; i += 4) {
        take(x + i, w, bars);
        for (int k = 0; k < 4; k++) {
            place += 1;
            fresh_weighted += place * bars[k];
            fresh += bars[k];
        }
    }
    for (; i < w; i++) {
        take_one(x + i, w, &one);
        place += 1;
        fresh_weighted += place * one;
        fresh += one;
    }
    begin(&fresh, sums->plain, &now);
    begin(&fresh_weighted, sums->weighted, &weighted);
    for (i = 0; i < most; i += 4) {
        take(x + i, w, bars);
        take_changes(x + i, w, changes);
        for (int k = 0; k < 4; k++) {
            weighted += whole * bars[k] - now;
            now += changes[k];
            bars[k] = divides ? weighted / divisor : weighted;
            changes[k] = now;
        }
        put(bars, w, out + i);
        put(changes, w, plain + i);
    }
    for (; i < last; i++) {
        take_one(x + i, w, &one);
        take_one(x + i - w, w, &leaving);
        weighted += whole * one - now;
        now += one - leaving;
        one = divides ? weighted / divisor : weighted;
        put_one(&one, w, out + i);
        put_one(&now, w, plain + i);
    }
    one = divides ? fresh_weighted / divisor : fresh_weighted;
    put_one(&one, w, out + last);
    put_one(&fresh, w, plain + last);
    *sums = (struct tradewind_weighted_sums){fresh_weighted[3], fresh[3]};
}

INSIDE void weigh_one(
    const double *restrict x, size_t w, struct tradewind_weighted_sums *sums, double divisor, double *restrict out,
    double *restrict plain) {
    struct tradewind_weighted_sums now = *sums, fresh = {0, 0};
    double place = 0;
    for (size_t i = 0; i < w; i++) {
        place += 1;
        fresh.weighted += place * x[i];
        fresh.plain += x[i];
        now.weighted += (double)w * x[i] - now.plain;
        now.plain += x[i] - *(x + i - w);
        out[i] = now.weighted / divisor;
        plain[i] = now.plain;
    }
    out[w - 1] = fresh.weighted / divisor;
    plain[w - 1] = fresh.plain;
    *sums = fresh;
}

QUICK void tradewind_weighted_round_sums(
    const double *restrict x, size_t window, size_t rounds, struct tradewind_weighted_sums *sums, double divisor,
    double *restrict out, double *restrict plain) {
    struct tradewind_weighted_sums now = *sums;
    size_t bar = 0, step = 4 * window;
    for (; rounds >= 4; rounds -= 4, bar += step) {
        if (divisor == 1) weigh_four(x + bar, window, &now, 0, 1, out + bar, plain + bar);
        else weigh_four(x + bar, window, &now, 1, divisor, out + bar, plain + bar);
    }
    for (; rounds > 0; rounds--, bar += window) weigh_one(x + bar, window, &now, divisor, out + bar, plain + bar);
    *sums = now;
}
