// The one product of matrices that allocation is made of: columns with columns, half of it because it is symmetric.
//
// A library would do it twice as fast and choose its code by processor and number of threads, and with the code the last
// bits: on another machine a backtest would trade other shares. Here every sum has one order. Only what lies side by side
// is computed at once, so that wide vectors change the time and nothing else; and a product is rounded before it is added
// (no fused multiply-add), because not every processor can do otherwise.
#include "matrix.h"

#include <stdlib.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define PANEL 24
#define DEPTH 256
#define MIN(a, b) ((a) < (b) ? (a) : (b))

// One tile: HIGH rows of out by WIDE vectors. Panels hold PANEL columns side by side for each t.
#define TILE(NAME, TARGET, LANES, HIGH, WIDE)                                                                   \
    typedef double NAME##_vector __attribute__((vector_size(8 * LANES), aligned(8)));                           \
    TARGET static void NAME(const double *left, const double *right, size_t depth, double *tile) {              \
        NAME##_vector sums[HIGH][WIDE];                                                                         \
        for (int i = 0; i < HIGH; i++)                                                                          \
            for (int v = 0; v < WIDE; v++) sums[i][v] = *(NAME##_vector *)(tile + i * PANEL + v * LANES);       \
        for (size_t t = 0; t < depth; t++, left += PANEL, right += PANEL) {                                     \
            for (int v = 0; v < WIDE; v++) {                                                                    \
                NAME##_vector numbers = *(const NAME##_vector *)(right + v * LANES);                            \
                for (int i = 0; i < HIGH; i++) sums[i][v] += numbers * left[i];                                 \
            }                                                                                                   \
        }                                                                                                       \
        for (int i = 0; i < HIGH; i++)                                                                          \
            for (int v = 0; v < WIDE; v++) *(NAME##_vector *)(tile + i * PANEL + v * LANES) = sums[i][v];       \
    }                                                                                                           \
    /* A panel by a panel, in tiles that fit the registers. */                                                  \
    TARGET static void NAME##_panels(const double *left, const double *right, size_t depth, double *block) {    \
        for (int i = 0; i < PANEL; i += HIGH)                                                                   \
            for (int j = 0; j < PANEL; j += WIDE * LANES)                                                       \
                NAME(left + i, right + j, depth, block + i * PANEL + j);                                        \
    }

#if defined(__x86_64__)
TILE(wide, __attribute__((target("avx512f"))), 8, 8, 3)
TILE(middle, __attribute__((target("avx2"))), 4, 4, 3)
TILE(narrow, , 2, 4, 3)
#else
TILE(narrow, , 2, 8, 3)
#endif

typedef void (*panels_function)(const double *, const double *, size_t, double *);

static panels_function choose(int lanes_max) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (lanes_max >= 8 && __builtin_cpu_supports("avx512f")) return wide_panels;
    if (lanes_max >= 4 && __builtin_cpu_supports("avx2")) return middle_panels;
#else
    (void)lanes_max;
#endif
    return narrow_panels;
}

static void pack(const double *x, size_t depth, size_t columns, size_t x_stride, double *panels) {
    for (size_t first = 0; first < columns; first += PANEL, panels += DEPTH * PANEL) {
        size_t width = MIN((size_t)PANEL, columns - first);
        double *to = panels;
        for (size_t t = 0; t < depth; t++, to += PANEL) {
            const double *from = x + t * x_stride + first;
            for (size_t j = 0; j < width; j++) to[j] = from[j];
            for (size_t j = width; j < PANEL; j++) to[j] = 0;
        }
    }
}

void tradewind_gram(const double *x, size_t rows, size_t columns, size_t x_stride, double *out, size_t out_stride,
                    int subtracts, int lanes_max) {
    panels_function multiply = choose(lanes_max);
    size_t count = (columns + PANEL - 1) / PANEL;
    double *panels = malloc(count * DEPTH * PANEL * sizeof(double));
    if (!panels) abort();
    double block[PANEL * PANEL];
    for (size_t start = 0; start < rows; start += DEPTH) {
        size_t depth = MIN((size_t)DEPTH, rows - start);
        pack(x + start * x_stride, depth, columns, x_stride, panels);
        for (size_t p = 0; p < count; p++) {
            size_t height = MIN((size_t)PANEL, columns - p * PANEL);
            for (size_t q = p; q < count; q++) {
                size_t width = MIN((size_t)PANEL, columns - q * PANEL);
                memset(block, 0, sizeof block);
                // Taking away is adding to the negative: rounding is the same on both sides of zero.
                for (size_t i = 0; i < height; i++) {
                    const double *row = out + (p * PANEL + i) * out_stride + q * PANEL;
                    for (size_t j = 0; j < width; j++) block[i * PANEL + j] = subtracts ? -row[j] : row[j];
                }
                multiply(panels + p * DEPTH * PANEL, panels + q * DEPTH * PANEL, depth, block);
                for (size_t i = 0; i < height; i++) {
                    double *row = out + (p * PANEL + i) * out_stride + q * PANEL;
                    for (size_t j = p == q ? i : 0; j < width; j++)
                        row[j] = subtracts ? -block[i * PANEL + j] : block[i * PANEL + j];
                }
            }
        }
    }
    free(panels);
}
