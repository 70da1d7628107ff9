#ifndef TRADEWIND_VECTORS_H
#define TRADEWIND_VECTORS_H

// What the loops over columns share. The Swift compiler makes them for the least processor there is, two bars at a time;
// here each is made for wider vectors, too, and the linker's start-up takes the one that fits. No fused multiply-add: not
// every processor has it, and a bar-by-bar run has none.
#include "columns.h"

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define QUICK __attribute__((target_clones("avx2", "default")))
/// For loops over rows of eight.
#define WIDE __attribute__((target_clones("avx512dq", "avx2", "default")))
#else
#define QUICK
#define WIDE
#endif
#define INSIDE static inline __attribute__((always_inline))

INSIDE size_t is_refused(double x) { return !(__builtin_fabs(x) <= 1e100); }

/// How many bars of four rows have a number that is refused.
INSIDE size_t refused_rows(const double *a, const double *b, const double *c, const double *d, size_t count) {
    // No number is larger than the sum of all four, and one question for each bar is quicker than four.
    size_t refused = 0;
    for (size_t i = 0; i < count; i++)
        refused += is_refused(
            __builtin_fabs(a[i]) + __builtin_fabs(b[i]) + __builtin_fabs(c[i]) + __builtin_fabs(d[i]));
    if (refused == 0) return 0;
    refused = 0;
    for (size_t i = 0; i < count; i++)
        refused += is_refused(a[i]) | is_refused(b[i]) | is_refused(c[i]) | is_refused(d[i]);
    return refused;
}

INSIDE double larger(double x, double y) { return x > y ? x : y; }
INSIDE double smaller(double x, double y) { return x < y ? x : y; }
INSIDE double at_least_zero(double x) { return x > 0 ? x : 0; }

// By pointers, for how a vector is given and returned depends on the processor that a function is made for.
typedef double four __attribute__((vector_size(32)));
typedef double four_anywhere __attribute__((vector_size(32), aligned(8)));
#define ROW(v, w) (*(four_anywhere *)((v) + (w)))
#define CONST_ROW(v, w) (*(const four_anywhere *)((v) + (w)))

typedef double eight __attribute__((vector_size(64)));
typedef double eight_anywhere __attribute__((vector_size(64), aligned(8)));
typedef long long eight_words __attribute__((vector_size(64)));
typedef long long eight_words_anywhere __attribute__((vector_size(64), aligned(8)));

/// Whether one of eight comparisons holds.
#define IS_ANY(held) (__builtin_reduce_or(held) != 0)

/// Four rows of four become four columns, and back.
INSIDE void turn(four v[4]) {
    four a = __builtin_shufflevector(v[0], v[1], 0, 4, 2, 6), b = __builtin_shufflevector(v[0], v[1], 1, 5, 3, 7);
    four c = __builtin_shufflevector(v[2], v[3], 0, 4, 2, 6), d = __builtin_shufflevector(v[2], v[3], 1, 5, 3, 7);
    v[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    v[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    v[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    v[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

#endif
