// The one product of matrices that allocation is made of: columns with columns, half of it because it is symmetric.
//
// A library would do it twice as fast and choose its code by processor and number of threads, and with the code the last
// bits: on another machine a backtest would trade other shares. Here every sum has one order. Only what lies side by side
// is computed at once, so that wide vectors change the time and nothing else; and a product is rounded before it is added
// (no fused multiply-add), because not every processor can do otherwise.
#define _GNU_SOURCE
#include "matrix.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#pragma STDC FP_CONTRACT OFF

#define PANEL 24
#define DEPTH 256
#define THREADS_MAX 4
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

// A product, and how it is divided: panels go to threads by their number alone, and each number of the outcome is summed
// by one thread in one order. So the outcome does not depend on how many threads there are.
struct product {
    const double *x, *means;
    size_t rows, columns, x_stride;
    double *out;
    size_t out_stride;
    int subtracts;
    panels_function multiply;
    // As many rows at a time as stay in the cache, panel after panel.
    double *panels;
    size_t panel_count;
    size_t threads;
    pthread_barrier_t barrier;
    // Closed until it is known how many threads there are.
    pthread_mutex_t gate;
};

struct part {
    struct product *product;
    size_t number;
};

// Pairs of panels that stand opposite each other from both ends are the same work for each thread.
static int is_mine(const struct product *product, size_t panel, size_t number) {
    size_t round = panel / product->threads, place = panel % product->threads;
    return (round % 2 == 0 ? place : product->threads - 1 - place) == number;
}

static void pack_panel(const struct product *product, size_t panel, size_t start, size_t depth) {
    size_t first = panel * PANEL, width = MIN((size_t)PANEL, product->columns - first);
    double means[PANEL] = {0};
    for (size_t j = 0; product->means && j < width; j++) means[j] = product->means[first + j];
    double *to = product->panels + panel * DEPTH * PANEL;
    for (size_t t = start; t < start + depth; t++, to += PANEL) {
        const double *from = product->x + t * product->x_stride + first;
        for (size_t j = 0; j < width; j++) to[j] = from[j] - means[j];
        for (size_t j = width; j < PANEL; j++) to[j] = 0;
    }
}

static void multiply_block(const struct product *product, size_t p, size_t q, size_t depth) {
    double block[PANEL * PANEL] = {0};
    size_t height = MIN((size_t)PANEL, product->columns - p * PANEL);
    size_t width = MIN((size_t)PANEL, product->columns - q * PANEL);
    double *corner = product->out + p * PANEL * product->out_stride + q * PANEL;
    // Taking away is adding to the negative: rounding is the same on both sides of zero.
    double sign = product->subtracts ? -1 : 1;
    for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++) block[i * PANEL + j] = sign * corner[i * product->out_stride + j];
    product->multiply(
        product->panels + p * DEPTH * PANEL, product->panels + q * DEPTH * PANEL, depth, block);
    for (size_t i = 0; i < height; i++)
        for (size_t j = p == q ? i : 0; j < width; j++)
            corner[i * product->out_stride + j] = sign * block[i * PANEL + j];
}

static void wait_for_others(struct product *product) {
    if (product->threads > 1) pthread_barrier_wait(&product->barrier);
}

static void work(struct product *product, size_t number) {
    for (size_t start = 0; start < product->rows; start += DEPTH) {
        size_t depth = MIN((size_t)DEPTH, product->rows - start);
        for (size_t panel = 0; panel < product->panel_count; panel++)
            if (is_mine(product, panel, number)) pack_panel(product, panel, start, depth);
        wait_for_others(product);
        for (size_t p = 0; p < product->panel_count; p++) {
            if (!is_mine(product, p, number)) continue;
            for (size_t q = p; q < product->panel_count; q++) multiply_block(product, p, q, depth);
        }
        wait_for_others(product);
    }
}

static void *run_part(void *pointer) {
    struct part *part = pointer;
    pthread_mutex_lock(&part->product->gate);
    pthread_mutex_unlock(&part->product->gate);
    work(part->product, part->number);
    return NULL;
}

// Shares the work with as many threads as can be had.
static void divide(struct product *product, size_t threads_most) {
    struct part parts[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    pthread_mutex_init(&product->gate, NULL);
    pthread_mutex_lock(&product->gate);
    product->threads = 1;
    while (product->threads < threads_most) {
        struct part *part = &parts[product->threads];
        *part = (struct part){product, product->threads};
        if (pthread_create(&threads[product->threads], NULL, run_part, part) != 0) break;
        product->threads++;
    }
    pthread_barrier_init(&product->barrier, NULL, (unsigned)product->threads);
    pthread_mutex_unlock(&product->gate);
    work(product, 0);
    for (size_t number = 1; number < product->threads; number++) pthread_join(threads[number], NULL);
    pthread_barrier_destroy(&product->barrier);
    pthread_mutex_destroy(&product->gate);
}

void tradewind_gram(const double *x, const double *means, size_t rows, size_t columns, size_t x_stride, double *out,
                    size_t out_stride, int subtracts, int lanes_max, int threads_max) {
    struct product product = {
        .x = x, .means = means, .rows = rows, .columns = columns, .x_stride = x_stride, .out = out,
        .out_stride = out_stride, .subtracts = subtracts, .multiply = choose(lanes_max),
        .panel_count = (columns + PANEL - 1) / PANEL, .threads = 1};
    product.panels = malloc(product.panel_count * DEPTH * PANEL * sizeof(double) + 1);
    if (!product.panels) abort();
    // To begin a thread takes as long as some hundred thousand products.
    if (threads_max > 1 && rows * columns * columns > 4000000)
        divide(&product, MIN((size_t)threads_max, (size_t)THREADS_MAX));
    else
        work(&product, 0);
    free(product.panels);
}

int tradewind_processors(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}
