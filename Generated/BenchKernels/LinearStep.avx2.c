// Written by Adjoint 0.1 from LinearStep.swift. Do not edit: change the model and regenerate.
#include "LinearStep.h"
#include "adjoint_isa.h"
#include "adjoint_math.h"
#include "adjoint_vectors.h"

#include <string.h>

// Where a loop that may be vectorised is not (sanitisers, small extents), there is nothing to warn of.
#pragma clang diagnostic ignored "-Wpass-failed"

// The kernels for AVX2 and FMA.
#if ADJOINT_HAS_VARIANTS
#define LANES 8  // floats in a vector
#define REGISTERS 16  // vectors
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define JOIN_f32 ADJOINT_JOIN_f32_8
#define INTERLEAVE_LOW_f32 ADJOINT_INTERLEAVE_LOW_f32_8
#define INTERLEAVE_HIGH_f32 ADJOINT_INTERLEAVE_HIGH_f32_8
#define JOIN_f64 ADJOINT_JOIN_f64_4
#define INTERLEAVE_LOW_f64 ADJOINT_INTERLEAVE_LOW_f64_4
#define INTERLEAVE_HIGH_f64 ADJOINT_INTERLEAVE_HIGH_f64_4
#define MULTIPLY_ADD ADJOINT_FMA
#define VARIANT(name) name##_avx2
void VARIANT(linear_step_linear_step)(const linear_step_linear_step_arguments *, void *)
    __asm__("bench.linear_step_linear_step_avx2");
ADJOINT_BEGIN_AVX2
#include "LinearStep.kernels.h"
ADJOINT_END
#endif
