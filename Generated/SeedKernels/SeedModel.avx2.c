// Written by Adjoint 0.1 from SeedModel.swift. Do not edit: change the model and regenerate.
#include "SeedModel.h"
#include "adjoint_isa.h"
#include "adjoint_math.h"

#include <string.h>

// Where a loop that may be vectorised is not (sanitisers, small extents), there is nothing to warn of.
#pragma clang diagnostic ignored "-Wpass-failed"

// The kernels for AVX2 and FMA.
#if ADJOINT_HAS_VARIANTS
#define LANES 8  // floats in a vector
#define TILE_ROWS 6
#define TILE_COLUMNS (2 * LANES)
#define VARIANT(name) name##_avx2
ADJOINT_BEGIN_AVX2
#include "SeedModel.kernels.h"
ADJOINT_END
#endif
