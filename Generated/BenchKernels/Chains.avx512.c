// Written by Adjoint 0.1 from Chains.swift. Do not edit: change the model and regenerate.
#include "Chains.h"
#include "adjoint_isa.h"
#include "adjoint_math.h"
#include "adjoint_threads.h"
#include "adjoint_vectors.h"

#include <string.h>

// Where a loop that may be vectorised is not (sanitisers, small extents), there is nothing to warn of.
#pragma clang diagnostic ignored "-Wpass-failed"

// The kernels for AVX-512.
#if ADJOINT_HAS_VARIANTS
#define LANES 16  // floats in a vector
#define REGISTERS 32  // vectors
#define TILE_ROWS 12
#define TILE_VECTORS 2
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define JOIN_f32 ADJOINT_JOIN_f32_16
#define INTERLEAVE_LOW_f32 ADJOINT_INTERLEAVE_LOW_f32_16
#define INTERLEAVE_HIGH_f32 ADJOINT_INTERLEAVE_HIGH_f32_16
#define JOIN_f64 ADJOINT_JOIN_f64_8
#define INTERLEAVE_LOW_f64 ADJOINT_INTERLEAVE_LOW_f64_8
#define INTERLEAVE_HIGH_f64 ADJOINT_INTERLEAVE_HIGH_f64_8
#define MULTIPLY_ADD ADJOINT_FMA
#define VARIANT(name) name##_avx512
void VARIANT(chains_cross_entropy_step)(const chains_cross_entropy_step_arguments *,
    void *) __asm__("bench.chains_cross_entropy_step_avx512");
void VARIANT(chains_layer_norm_step)(const chains_layer_norm_step_arguments *, void *)
    __asm__("bench.chains_layer_norm_step_avx512");
void VARIANT(chains_gelu_step)(const chains_gelu_step_arguments *, void *) __asm__("bench.chains_gelu_step_avx512");
ADJOINT_BEGIN_AVX512
#include "Chains.kernels.h"
ADJOINT_END
#endif
