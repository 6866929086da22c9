#include "adjoint_maps.h"

#include "adjoint_isa.h"
#include "adjoint_math.h"

#define ADJOINT_UNARY_MAPS(X, suffix, type)                                                                          \
  X(exp, suffix, type) X(expm1, suffix, type) X(log, suffix, type) X(log1p, suffix, type) X(sqrt, suffix, type)      \
  X(rsqrt, suffix, type) X(tanh, suffix, type) X(logistic, suffix, type) X(erf, suffix, type)                        \
  X(erfInv, suffix, type) X(sin, suffix, type) X(cos, suffix, type) X(abs, suffix, type) X(sign, suffix, type)       \
  X(floor, suffix, type)
#define ADJOINT_BINARY_MAPS(X, suffix, type) X(pow, suffix, type) X(remainder, suffix, type)

#define VARIANT(name) baseline_##name
#define MULTIPLY_ADD ADJOINT_BASELINE_MULTIPLY_ADD
#include "maps_body.h"
#undef MULTIPLY_ADD
#define MULTIPLY_ADD ADJOINT_FMA
#if ADJOINT_HAS_VARIANTS
ADJOINT_BEGIN_AVX2
#define VARIANT(name) avx2_##name
#include "maps_body.h"
ADJOINT_END
ADJOINT_BEGIN_AVX512
#define VARIANT(name) avx512_##name
#include "maps_body.h"
ADJOINT_END
#define DISPATCH(name, ...)                                                                                          \
  switch (adjoint_selected_isa()) {                                                                                  \
  case ADJOINT_ISA_AVX512: avx512_##name(__VA_ARGS__); break;                                                        \
  case ADJOINT_ISA_AVX2: avx2_##name(__VA_ARGS__); break;                                                            \
  case ADJOINT_ISA_BASELINE: baseline_##name(__VA_ARGS__); break;                                                    \
  }
#else
#define DISPATCH(name, ...) baseline_##name(__VA_ARGS__);
#endif

#define UNARY(name, suffix, type)                                                                                    \
  void adjoint_map_##name##_##suffix(const type *x, type *y, size_t n) { DISPATCH(name##_##suffix, x, y, n) }
#define BINARY(name, suffix, type)                                                                                   \
  void adjoint_map_##name##_##suffix(const type *a, const type *b, type *y, size_t n) {                              \
    DISPATCH(name##_##suffix, a, b, y, n)                                                                            \
  }
ADJOINT_UNARY_MAPS(UNARY, f32, float)
ADJOINT_UNARY_MAPS(UNARY, f64, double)
ADJOINT_BINARY_MAPS(BINARY, f32, float)
ADJOINT_BINARY_MAPS(BINARY, f64, double)

void adjoint_map_fma_f32(const float *a, const float *b, const float *c, float *y, size_t n) {
  DISPATCH(fma_f32, a, b, c, y, n)
}
void adjoint_map_fma_f64(const double *a, const double *b, const double *c, double *y, size_t n) {
  DISPATCH(fma_f64, a, b, c, y, n)
}

void adjoint_map_threefry2x32(
    const uint32_t *key0, const uint32_t *key1, const uint32_t *counter0, const uint32_t *counter1, uint32_t *first,
    uint32_t *second, size_t n) {
  DISPATCH(threefry2x32, key0, key1, counter0, counter1, first, second, n)
}

void adjoint_matmul_f32(
    const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row, float *c, size_t c_row, size_t m,
    size_t n, size_t k) {
  DISPATCH(matmul_f32, a, a_row, a_column, b, b_row, c, c_row, m, n, k)
}

void adjoint_matmul_f64(
    const double *a, size_t a_row, size_t a_column, const double *b, size_t b_row, double *c, size_t c_row, size_t m,
    size_t n, size_t k) {
  DISPATCH(matmul_f64, a, a_row, a_column, b, b_row, c, c_row, m, n, k)
}
