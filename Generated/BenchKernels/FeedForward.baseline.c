// Written by Adjoint 0.1 from FeedForward.swift. Do not edit: change the model and regenerate.
#include "FeedForward.h"
#include "adjoint_isa.h"
#include "adjoint_math.h"
#include "adjoint_threads.h"
#include "adjoint_vectors.h"

#include <string.h>

// Where a loop that may be vectorised is not (sanitisers, small extents), there is nothing to warn of.
#pragma clang diagnostic ignored "-Wpass-failed"

// The kernels for any processor of the architecture: NEON on AArch64.
#if defined(__aarch64__)
#define LANES 4  // floats in a vector
#define REGISTERS 32  // vectors
#define TILE_ROWS 12
#define TILE_VECTORS 2
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define JOIN_f32 ADJOINT_JOIN_f32_4
#define INTERLEAVE_LOW_f32 ADJOINT_INTERLEAVE_LOW_f32_4
#define INTERLEAVE_HIGH_f32 ADJOINT_INTERLEAVE_HIGH_f32_4
#define JOIN_f64 ADJOINT_JOIN_f64_2
#define INTERLEAVE_LOW_f64 ADJOINT_INTERLEAVE_LOW_f64_2
#define INTERLEAVE_HIGH_f64 ADJOINT_INTERLEAVE_HIGH_f64_2
#else
#define LANES 4  // floats in a vector
#define REGISTERS 16  // vectors
#define TILE_ROWS 2
#define TILE_VECTORS 4
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define JOIN_f32 ADJOINT_JOIN_f32_4
#define INTERLEAVE_LOW_f32 ADJOINT_INTERLEAVE_LOW_f32_4
#define INTERLEAVE_HIGH_f32 ADJOINT_INTERLEAVE_HIGH_f32_4
#define JOIN_f64 ADJOINT_JOIN_f64_2
#define INTERLEAVE_LOW_f64 ADJOINT_INTERLEAVE_LOW_f64_2
#define INTERLEAVE_HIGH_f64 ADJOINT_INTERLEAVE_HIGH_f64_2
#endif
#define MULTIPLY_ADD ADJOINT_BASELINE_MULTIPLY_ADD
#define VARIANT(name) name##_baseline
void VARIANT(feed_forward_feed_forward_step)(const feed_forward_feed_forward_step_arguments *,
    void *) __asm__("bench.feed_forward_feed_forward_step_baseline");
#include "FeedForward.kernels.h"
