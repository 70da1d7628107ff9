#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdint.h>

// How often memory was asked for since the process began.
uint64_t allocation_count(void);

#endif
