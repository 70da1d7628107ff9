#ifndef TRADEWIND_MATRIX_H
#define TRADEWIND_MATRIX_H

#include <stddef.h>

/// Adds (or takes away) the products of columns with columns: out[i][j] ± Σ_t x[t][i] · x[t][j], for j ≥ i; of each column
/// less its mean, where means are given.
/// No vectors wider than `lanes_max` numbers are used, and no more threads than `threads_max` (or four). The rows of x are `x_stride` numbers apart, those of out `out_stride`.
///
/// Each number of the outcome is summed in the order of t, each product rounded before it is added: the outcome is the
/// same to the last bit however wide the vectors of the processor are, and however many threads there are.
void tradewind_gram(const double *x, const double *means, size_t rows, size_t columns, size_t x_stride, double *out,
                    size_t out_stride, int subtracts, int lanes_max, int threads_max);

/// How many processors this process may use.
int tradewind_processors(void);

#endif
