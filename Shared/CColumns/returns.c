// What the figures of a run are made of: its returns, and exact sums of them.
//
// A sum carries the lost digits of each addition along (Neumaier's way), so that its order hardly matters. Four sums go side
// by side, because each addition waits for the one before it: the same four on every processor, and so the same figure.
#include "vectors.h"

/// Days at a time: their amounts stay in the nearest memory between the two divisions of each.
#define DAYS 64

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
    double few[DAYS + 1];
    few[0] = before;
    for (size_t first = 0; first < count; first += DAYS) {
        size_t length = count - first < DAYS ? count - first : DAYS;
        for (size_t i = 0; i < length; i++) few[i + 1] = (double)amounts[(first + i) * stride] / scale;
        for (size_t i = 0; i < length; i++) {
            double change = few[i + 1] / few[i] - 1;
            out[first + i] = few[i] == 0 ? 0 : change;
        }
        few[0] = few[length];
    }
}
