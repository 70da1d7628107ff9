// What the figures of a run are made of: its returns, and exact sums of them.
//
// A sum carries the lost digits of each addition along (Neumaier's way), so that its order hardly matters. Four sums go side
// by side, because each addition waits for the one before it: the same four on every processor, and so the same figure.
#include "vectors.h"

enum made { PLAIN, POWER, SHORTFALL };
typedef long long four_masks __attribute__((vector_size(32)));

struct exact {
    four totals, losses;
};

/// What is made of a number before it is added: itself, a power of its distance from another, or the square of what it falls
/// short of that.
INSIDE void make(four *number, enum made made, double from, int power) {
    if (made == PLAIN) return;
    four distance = *number - from;
    if (made == SHORTFALL) distance = (four)((four_masks)distance & ~(*number > from));
    four product = distance;
    for (int i = 1; i < power; i++) product *= distance;
    *number = product;
}

INSIDE void add_four(struct exact *sum, const four *part) {
    four next = sum->totals + *part;
    // What an addition loses, found without asking which of the two is larger (Knuth's way): the same figure, as it is exact
    // both ways, in half of the time.
    four taken = next - sum->totals;
    sum->losses += (sum->totals - (next - taken)) + (*part - taken);
    sum->totals = next;
}

INSIDE void add_one(double *total, double *lost, double value) {
    double next = *total + value;
    *lost += __builtin_fabs(*total) >= __builtin_fabs(value) ? (*total - next) + value : (value - next) + *total;
    *total = next;
}

INSIDE double sum(const double *x, size_t count, enum made made, double from, int power) {
    struct exact exact = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        four part = *(const four_anywhere *)(x + i);
        make(&part, made, from, power);
        add_four(&exact, &part);
    }
    double total = 0, lost = 0;
    for (int lane = 0; lane < 4; lane++) add_one(&total, &lost, exact.totals[lane]);
    for (int lane = 0; lane < 4; lane++) add_one(&total, &lost, exact.losses[lane]);
    for (; i < count; i++) {
        four part = {x[i], x[i], x[i], x[i]};
        make(&part, made, from, power);
        add_one(&total, &lost, part[0]);
    }
    return total + lost;
}

QUICK double tradewind_sum(const double *x, size_t count) { return sum(x, count, PLAIN, 0, 0); }

QUICK double tradewind_sum_of_squares(const double *x, double from, size_t count) {
    return sum(x, count, POWER, from, 2);
}

QUICK double tradewind_sum_of_powers(const double *x, double from, int power, size_t count) {
    return sum(x, count, POWER, from, power);
}

QUICK double tradewind_sum_of_shortfalls(const double *x, double from, size_t count) {
    return sum(x, count, SHORTFALL, from, 2);
}

QUICK double tradewind_growth(const double *x, size_t count) {
    four products = {1, 1, 1, 1};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) products *= *(const four_anywhere *)(x + i) + 1;
    double product = products[0] * products[1] * (products[2] * products[3]);
    for (; i < count; i++) product *= 1 + x[i];
    return product;
}

QUICK size_t tradewind_differing(const double *x, double from, size_t count) {
    size_t differing = 0;
    for (size_t i = 0; i < count; i++) differing += !(x[i] == from);
    return differing;
}

QUICK size_t tradewind_outside(const double *x, double least, double most, size_t count) {
    size_t outside = 0;
    for (size_t i = 0; i < count; i++) outside += !((x[i] >= least) & (x[i] <= most));
    return outside;
}

QUICK void tradewind_returns(
    const int64_t *restrict amounts, size_t stride, size_t count, double scale, double before, double *restrict out) {
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const int64_t *few = amounts + i * stride;
        four units = {(double)few[0], (double)few[stride], (double)few[2 * stride], (double)few[3 * stride]};
        four equity = units / scale;
        four previous = {before, equity[0], equity[1], equity[2]};
        four change = equity / previous - 1;
        *(four_anywhere *)(out + i) = (four)((four_masks)change & (previous != 0));
        before = equity[3];
    }
    for (; i < count; i++) {
        double equity = (double)amounts[i * stride] / scale;
        out[i] = before == 0 ? 0 : equity / before - 1;
        before = equity;
    }
}
