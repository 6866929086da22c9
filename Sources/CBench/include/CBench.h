// What a processor can do at most, measured by small loops, and how often a program allocates.
#ifndef CBENCH_H
#define CBENCH_H

#include <stddef.h>
#include <stdint.h>

/// Runs `rounds` rounds of independent fused multiply-adds in registers with the instruction set that kernels use;
/// gives the floating-point operations done (two for each multiply-add of each lane).
uint64_t cbench_multiply_add(uint64_t rounds);

/// y[i] = x[i] + 1 for i < n, `rounds` times over.
void cbench_copy(const float *x, float *y, size_t n, uint64_t rounds);

/// x[i] = x[i] + 1 for i < n, `rounds` times over.
void cbench_update(float *x, size_t n, uint64_t rounds);

/// The calls of malloc and its like in this process so far; -1 where they cannot be counted.
int64_t cbench_allocation_count(void);

/// The most bytes of memory that this process has had so far; -1 where that is not known.
int64_t cbench_peak_memory(void);

/// Seconds of a clock that only goes forwards.
double cbench_seconds(void);

#endif
