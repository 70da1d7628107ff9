// Loops over whole numbers: prices, and what an account is worth.
#include "vectors.h"

/// A position is held for some dozens of bars: what is left of steps of 32 would take as long as those.
#define FEW_AT_A_TIME _Pragma("clang loop interleave_count(1)")

/// Units of a quantity in one.
#define QUANTITY 1000000000LL

/// Every bit that any of the numbers has, and all of them where one is below zero: none is more.
INSIDE uint64_t bits(const int64_t *x, size_t count) {
    uint64_t bits = 0;
    FEW_AT_A_TIME
    for (size_t i = 0; i < count; i++) bits |= (uint64_t)(x[i] ^ (x[i] >> 63));
    return bits;
}

INSIDE int fits(uint64_t most, int64_t factor) {
    int64_t product;
    return most < 1ULL << 62 && !__builtin_mul_overflow((int64_t)most + 1, factor, &product) && product > -(1LL << 61) &&
           product < 1LL << 61;
}

WIDE int64_t tradewind_worths(
    const int64_t *restrict prices, size_t count, struct tradewind_holding held, int64_t *restrict equity,
    int64_t *restrict gross) {
    uint64_t most = bits(prices, count);
    if (!fits(most, held.whole) || !fits(most, held.part) || held.cash > 1LL << 61 || held.cash < -(1LL << 61)) return -1;
    int64_t worthless = 0;
    FEW_AT_A_TIME
    for (size_t i = 0; i < count; i++) {
        int64_t product = prices[i] * held.part;
        // A double is near enough to find the quotient, or one beside it; what is left over decides, and is exact.
        int64_t quotient = (int64_t)((double)product * (1.0 / QUANTITY)), rest = product - quotient * QUANTITY;
        int64_t cut = prices[i] * held.whole + quotient, odd = cut & 1;
        int64_t worth = cut + (rest + odd > QUANTITY / 2) - (odd - rest > QUANTITY / 2);
        equity[i] = held.cash + worth;
        gross[i] = worth < 0 ? -worth : worth;
        worthless += worth == 0;
    }
    return worthless;
}

WIDE size_t tradewind_none_above(const int64_t *x, size_t count, int64_t high, int64_t *low) {
    size_t i = 0;
    if (count < 8) return 0;
    eight_words lowest = (eight_words){0} + *low;
    for (; i + 8 <= count; i += 8) {
        eight_words number = *(const eight_words_anywhere *)(x + i);
        if (IS_ANY(number > high)) break;
        lowest = __builtin_elementwise_min(lowest, number);
    }
    *low = __builtin_reduce_min(lowest);
    return i;
}

typedef unsigned long long unsigned_words __attribute__((vector_size(64)));

/// The sums of the first so many of eight, for each of them.
INSIDE void add_up(eight_words *v) {
    const eight_words none = {0};
    *v += __builtin_shufflevector(*v, none, 8, 0, 1, 2, 3, 4, 5, 6);
    *v += __builtin_shufflevector(*v, none, 8, 8, 0, 1, 2, 3, 4, 5);
    *v += __builtin_shufflevector(*v, none, 8, 8, 8, 8, 0, 1, 2, 3);
}

WIDE size_t tradewind_sums_apart(
    const int64_t *x, size_t count, int64_t *oldest, const int64_t *leaving, int64_t few_factor, int64_t all_factor,
    struct tradewind_two_sums *sums) {
    int64_t distance, left, right;
    // Eight steps of numbers of up to 44 bits move the distance by less than `far`.
    const int64_t far = 1LL << 61;
    const uint64_t large = 1ULL << 44;
    if (__builtin_mul_overflow(sums->few, few_factor, &left) || __builtin_mul_overflow(sums->all, all_factor, &right) ||
        __builtin_sub_overflow(left, right, &distance) || distance >= far)
        return 0;
    size_t i = 0;
    if (count >= 8) {
        // The same in every place, and kept so: to take it out of a vector and put it back takes longer than all the rest.
        eight_words apart = (eight_words){0} + distance, few = {0}, all = {0};
        for (; i + 8 <= count; i += 8) {
            eight_words number = *(const eight_words_anywhere *)(x + i);
            eight_words from_all = *(eight_words_anywhere *)(oldest + i);
            eight_words from_few = *(const eight_words_anywhere *)(leaving + i);
            *(eight_words_anywhere *)(oldest + i) = number;
            // Behind the place of the next one stands what was put there in these very steps.
            if (leaving < oldest) from_few = *(const eight_words_anywhere *)(leaving + i);
            eight_words few_moves = number - from_few, all_moves = number - from_all;
            eight_words moves = few_moves * few_factor - all_moves * all_factor;
            add_up(&moves);
            moves += apart;
            // As numbers without a sign, those below zero are large too.
            unsigned_words largest = (unsigned_words)(number | from_few | from_all);
            if (IS_ANY((largest >= large) | (moves <= 0) | (moves >= far))) {
                *(eight_words_anywhere *)(oldest + i) = from_all;
                break;
            }
            apart = __builtin_shufflevector(moves, moves, 7, 7, 7, 7, 7, 7, 7, 7);
            few += few_moves;
            all += all_moves;
        }
        distance = apart[0];
        sums->few += __builtin_reduce_add(few);
        sums->all += __builtin_reduce_add(all);
    }
    for (; i < count; i++) {
        if ((uint64_t)(x[i] | leaving[i] | oldest[i]) >= large) break;
        int64_t few_move = x[i] - leaving[i], all_move = x[i] - oldest[i];
        int64_t next = distance + few_move * few_factor - all_move * all_factor;
        if (next <= 0 || next >= far) break;
        oldest[i] = x[i];
        distance = next;
        sums->few += few_move;
        sums->all += all_move;
    }
    return i;
}
