// The functions of adjoint_math.h over arrays, for the eager runtime; each runs with the best instruction set at hand
// and gives the bits that generated kernels give. The result may be the argument's own memory, but not overlap it
// otherwise.
#ifndef ADJOINT_MAPS_H
#define ADJOINT_MAPS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void adjoint_map_exp_f32(const float *x, float *y, size_t n);
void adjoint_map_expm1_f32(const float *x, float *y, size_t n);
void adjoint_map_log_f32(const float *x, float *y, size_t n);
void adjoint_map_log1p_f32(const float *x, float *y, size_t n);
void adjoint_map_sqrt_f32(const float *x, float *y, size_t n);
void adjoint_map_rsqrt_f32(const float *x, float *y, size_t n);
void adjoint_map_tanh_f32(const float *x, float *y, size_t n);
void adjoint_map_logistic_f32(const float *x, float *y, size_t n);
void adjoint_map_erf_f32(const float *x, float *y, size_t n);
void adjoint_map_erfInv_f32(const float *x, float *y, size_t n);
void adjoint_map_sin_f32(const float *x, float *y, size_t n);
void adjoint_map_cos_f32(const float *x, float *y, size_t n);
void adjoint_map_abs_f32(const float *x, float *y, size_t n);
void adjoint_map_sign_f32(const float *x, float *y, size_t n);
void adjoint_map_floor_f32(const float *x, float *y, size_t n);
/// y[i] = pow(x[i], exponent[i])
void adjoint_map_pow_f32(const float *x, const float *exponent, float *y, size_t n);
/// y[i] = remainder of a[i] / b[i] with the sign of a[i]
void adjoint_map_remainder_f32(const float *a, const float *b, float *y, size_t n);
/// y[i] = a[i] * b[i] + c[i], rounded as the multiply-adds of generated contractions are
void adjoint_map_fma_f32(const float *a, const float *b, const float *c, float *y, size_t n);

void adjoint_map_exp_f64(const double *x, double *y, size_t n);
void adjoint_map_expm1_f64(const double *x, double *y, size_t n);
void adjoint_map_log_f64(const double *x, double *y, size_t n);
void adjoint_map_log1p_f64(const double *x, double *y, size_t n);
void adjoint_map_sqrt_f64(const double *x, double *y, size_t n);
void adjoint_map_rsqrt_f64(const double *x, double *y, size_t n);
void adjoint_map_tanh_f64(const double *x, double *y, size_t n);
void adjoint_map_logistic_f64(const double *x, double *y, size_t n);
void adjoint_map_erf_f64(const double *x, double *y, size_t n);
void adjoint_map_erfInv_f64(const double *x, double *y, size_t n);
void adjoint_map_sin_f64(const double *x, double *y, size_t n);
void adjoint_map_cos_f64(const double *x, double *y, size_t n);
void adjoint_map_abs_f64(const double *x, double *y, size_t n);
void adjoint_map_sign_f64(const double *x, double *y, size_t n);
void adjoint_map_floor_f64(const double *x, double *y, size_t n);
void adjoint_map_pow_f64(const double *x, const double *exponent, double *y, size_t n);
void adjoint_map_remainder_f64(const double *a, const double *b, double *y, size_t n);
void adjoint_map_fma_f64(const double *a, const double *b, const double *c, double *y, size_t n);

/// first[i], second[i] = threefry2x32(key0[i], key1[i]; counter0[i], counter1[i])
void adjoint_map_threefry2x32(
    const uint32_t *key0, const uint32_t *key1, const uint32_t *counter0, const uint32_t *counter1, uint32_t *first,
    uint32_t *second, size_t n);

/// c[m, n] += a[m, k] · b[k, n], row-major with row strides; every element is a chain of fused multiply-adds over k in
/// increasing order, as in generated contractions.
void adjoint_matmul_f32(
    const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row, float *c, size_t c_row, size_t m,
    size_t n, size_t k);
void adjoint_matmul_f64(
    const double *a, size_t a_row, size_t a_column, const double *b, size_t b_row, double *c, size_t c_row, size_t m,
    size_t n, size_t k);

#ifdef __cplusplus
}
#endif

#endif
