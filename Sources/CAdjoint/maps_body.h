// The loops of adjoint_maps.h, compiled once per instruction set; the includer defines VARIANT(name).
#pragma clang diagnostic ignored "-Wpass-failed"  // loops over libm and fmod stay scalar

#define UNARY(name, suffix, type)                                                                                    \
  static void VARIANT(name##_##suffix)(const type *x, type *y, size_t n) {                                           \
    _Pragma("clang loop vectorize(assume_safety) interleave_count(2)") for (size_t i = 0; i < n; i++) y[i] =         \
        adjoint_##name##_##suffix(x[i]);                                                                             \
  }
#define BINARY(name, suffix, type)                                                                                   \
  static void VARIANT(name##_##suffix)(const type *a, const type *b, type *y, size_t n) {                            \
    _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < n; i++) y[i] =                             \
        adjoint_##name##_##suffix(a[i], b[i]);                                                                       \
  }
ADJOINT_UNARY_MAPS(UNARY, f32, float)
ADJOINT_UNARY_MAPS(UNARY, f64, double)
ADJOINT_BINARY_MAPS(BINARY, f32, float)
ADJOINT_BINARY_MAPS(BINARY, f64, double)
#define FMA(suffix, type)                                                                                            \
  static void VARIANT(fma_##suffix)(const type *a, const type *b, const type *c, type *y, size_t n) {                \
    _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < n; i++) y[i] =                             \
        MULTIPLY_ADD(a[i], b[i], c[i]);                                                                              \
  }
FMA(f32, float)
FMA(f64, double)
#undef UNARY
#undef BINARY
#undef FMA

static void VARIANT(threefry2x32)(
    const uint32_t *key0, const uint32_t *key1, const uint32_t *counter0, const uint32_t *counter1, uint32_t *first,
    uint32_t *second, size_t n) {
#pragma clang loop vectorize(assume_safety)
  for (size_t i = 0; i < n; i++) {
    uint32_t word0, word1;
    adjoint_threefry2x32(key0[i], key1[i], counter0[i], counter1[i], &word0, &word1);
    first[i] = word0;
    second[i] = word1;
  }
}

#define MATMUL(suffix, type)                                                                                         \
  static void VARIANT(matmul_##suffix)(                                                                              \
      const type *a, size_t a_row, size_t a_column, const type *b, size_t b_row, type *c, size_t c_row, size_t m,    \
      size_t n, size_t k) {                                                                                          \
    for (size_t i = 0; i < m; i++)                                                                                   \
      for (size_t l = 0; l < k; l++) {                                                                               \
        const type x = a[i * a_row + l * a_column];                                                                  \
        _Pragma("clang loop vectorize(assume_safety)") for (size_t j = 0; j < n; j++) c[i * c_row + j] =             \
            MULTIPLY_ADD(x, b[l * b_row + j], c[i * c_row + j]);                                                      \
      }                                                                                                              \
  }
MATMUL(f32, float)
MATMUL(f64, double)
#undef MATMUL
#undef VARIANT
