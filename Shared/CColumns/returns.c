// What the figures of a run are made of: its returns, and exact sums of them.
//
// A sum carries the lost digits of each addition along (Neumaier's way), so that its order hardly matters. Eight sums go side
// by side, because each addition waits for the one before it: the same eight on every processor, and so the same figure.
#include "vectors.h"

enum made { PLAIN, POWER, SHORTFALL };

struct exact {
    eight totals, losses;
};

/// What is made of a number before it is added: itself, a power of its distance from another, or the square of what it falls
/// short of that.
INSIDE void make(eight *number, enum made made, double from, int power) {
    if (made == PLAIN) return;
    eight distance = *number - from;
    if (made == SHORTFALL) distance = (eight)((eight_words)distance & ~(*number > from));
    eight product = distance;
    for (int i = 1; i < power; i++) product *= distance;
    *number = product;
}

INSIDE void add_eight(struct exact *sum, const eight *part) {
    eight next = sum->totals + *part;
    // What an addition loses, found without asking which of the two is larger (Knuth's way): the same figure, as it is exact
    // both ways, in half of the time.
    eight taken = next - sum->totals;
    sum->losses += (sum->totals - (next - taken)) + (*part - taken);
    sum->totals = next;
}

INSIDE void add_one(double *total, double *lost, double value) {
    double next = *total + value;
    *lost += __builtin_fabs(*total) >= __builtin_fabs(value) ? (*total - next) + value : (value - next) + *total;
    *total = next;
}

INSIDE double sum(const double *x, size_t count, enum made made, double from, int power) {
    struct exact exact = {{0}, {0}};
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        eight part = *(const eight_anywhere *)(x + i);
        make(&part, made, from, power);
        // Nothing comes of zeros, and days without a position have no others.
        if (made != POWER && !IS_ANY(part != 0)) continue;
        add_eight(&exact, &part);
    }
    double total = 0, lost = 0;
    for (int lane = 0; lane < 8; lane++) add_one(&total, &lost, exact.totals[lane]);
    for (int lane = 0; lane < 8; lane++) add_one(&total, &lost, exact.losses[lane]);
    for (; i < count; i++) {
        eight part = {x[i]};
        make(&part, made, from, power);
        add_one(&total, &lost, part[0]);
    }
    return total + lost;
}

WIDE double tradewind_sum(const double *x, size_t count) { return sum(x, count, PLAIN, 0, 0); }

WIDE double tradewind_sum_of_squares(const double *x, double from, size_t count) {
    return sum(x, count, POWER, from, 2);
}

WIDE double tradewind_sum_of_powers(const double *x, double from, int power, size_t count) {
    return sum(x, count, POWER, from, power);
}

WIDE double tradewind_sum_of_shortfalls(const double *x, double from, size_t count) {
    return sum(x, count, SHORTFALL, from, 2);
}

QUICK double tradewind_growth(const double *x, size_t count) {
    four products = {1, 1, 1, 1};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        four change = *(const four_anywhere *)(x + i);
        if (IS_ANY(change != 0)) products *= change + 1;
    }
    double product = products[0] * products[1] * (products[2] * products[3]);
    for (; i < count; i++) product *= 1 + x[i];
    return product;
}

int tradewind_differs(const double *x, double from, size_t count) {
    // Most often the very first ones do.
    for (size_t i = 0; i < count; i++)
        if (!(x[i] == from)) return 1;
    return 0;
}

WIDE size_t tradewind_outside(const double *x, double least, double most, size_t count) {
    size_t outside = 0;
    for (size_t i = 0; i < count; i++) outside += !((x[i] >= least) & (x[i] <= most));
    return outside;
}

WIDE void tradewind_returns(
    const int64_t *restrict amounts, size_t count, double scale, double before, double *restrict out) {
    size_t i = 0;
    int64_t latest = 0;
    for (; i + 8 <= count; i += 8) {
        eight_words units = *(const eight_words_anywhere *)(amounts + i);
        // While nothing is held nothing changes, and two divisions are most of what a return costs.
        if (i > 0 && !IS_ANY(units != latest)) {
            *(eight_anywhere *)(out + i) = (eight){0};
            continue;
        }
        eight equity = __builtin_convertvector(units, eight) / scale;
        eight previous = __builtin_shufflevector(equity, (eight){before}, 8, 0, 1, 2, 3, 4, 5, 6);
        eight change = equity / previous - 1;
        *(eight_anywhere *)(out + i) = (eight)((eight_words)change & (previous != 0));
        before = equity[7];
        latest = units[7];
    }
    for (; i < count; i++) {
        double equity = (double)amounts[i] / scale;
        out[i] = before == 0 ? 0 : equity / before - 1;
        before = equity;
    }
}
