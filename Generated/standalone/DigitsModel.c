// Written by Adjoint 0.1 from DigitsModel.swift. Do not edit: change the model and regenerate.
//
// C11, for any compiler that knows GCC's attributes and builtins. With a C library it uses <math.h> (link with -lm);
// compiled with -ffreestanding it needs no library.
// Compile with -std=c11: in GNU modes GCC fuses multiplications and additions, which changes last bits.
#include "DigitsModel.h"

#include <stddef.h>

#if __STDC_HOSTED__
#include <math.h>
#else
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define exp adjoint_own_exp
#define log adjoint_own_log
#define pow adjoint_own_pow
#endif

#if defined(__clang__)
#pragma clang fp contract(off)
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wpass-failed"
#define INDEPENDENT_ITERATIONS _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define INDEPENDENT_ITERATIONS _Pragma("GCC ivdep")
#else
#define INDEPENDENT_ITERATIONS
#endif
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wtype-limits"
#endif

#define ADJOINT_INLINE static inline __attribute__((always_inline, unused))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

#if defined(__clang__)
#define ADJOINT_SQRT(x) __builtin_elementwise_sqrt(x)
#define ADJOINT_FLOOR(x) __builtin_elementwise_floor(x)
#define ADJOINT_ABS(x) __builtin_elementwise_abs(x)
#else
#define ADJOINT_SQRT(x) _Generic((x), float: __builtin_sqrtf, double: __builtin_sqrt)(x)
#define ADJOINT_FLOOR(x) _Generic((x), float: __builtin_floorf, double: __builtin_floor)(x)
#define ADJOINT_ABS(x) _Generic((x), float: __builtin_fabsf, double: __builtin_fabs)(x)
#endif

// a * b + c, rounded once: by the processor where it can, else exactly the same in double and quadruple steps that
// keep what rounding loses.
#define ADJOINT_FMA(a, b, c) _Generic((a), float: adjoint_fma_f32, double: adjoint_fma_f64)((a), (b), (c))
#if defined(__FMA__) || defined(__aarch64__) || defined(__ARM_FEATURE_FMA)
ADJOINT_INLINE float adjoint_fma_f32(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
ADJOINT_INLINE double adjoint_fma_f64(double a, double b, double c) { return __builtin_fma(a, b, c); }
#else
// x + y rounded to odd: the last bit is 1 where anything was lost, so that a second rounding is right.
ADJOINT_INLINE double adjoint_add_to_odd(double x, double y) {
  double sum = x + y;
  const double back = sum - x, error = (x - (sum - back)) + (y - back);
  uint64_t bits;
  __builtin_memcpy(&bits, &sum, 8);
  if (error == error && error != 0 && !(bits & 1)) bits += (error > 0) == (sum > 0) ? 1u : (uint64_t)-1;
  __builtin_memcpy(&sum, &bits, 8);
  return sum;
}
ADJOINT_INLINE float adjoint_fma_f32(float a, float b, float c) {
  return (float)adjoint_add_to_odd((double)a * (double)b, (double)c);  // the product is exact
}
// S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums", IEEE TC 57, 2008; no care for overflow.
ADJOINT_INLINE double adjoint_fma_f64(double a, double b, double c) {
  const double split = 0x1.0000002p27, as = a * split, bs = b * split, product = a * b;
  const double ah = as - (as - a), al = a - ah, bh = bs - (bs - b), bl = b - bh;
  const double low = al * bl - (((product - ah * bh) - al * bh) - ah * bl);
  const double sum = c + low, back = sum - c, lost = (c - (sum - back)) + (low - back);
  const double high = product + sum, rest = high - product, error = (product - (high - rest)) + (sum - rest);
  const double result = high + adjoint_add_to_odd(lost, error);
  return result == result ? result : a * b + c;
}
#endif

#if !__STDC_HOSTED__
// The functions of <math.h> that the code below needs, within a few units in the last place.
static inline __attribute__((unused)) double adjoint_own_exp(double x) {
  if (x != x) return x;
  if (x > 710.0) return (double)INFINITY;
  if (x < -746.0) return 0;
  const double magic = 0x1.8p52, shifted = x * 0x1.71547652b82fep0 + magic, n = shifted - magic;
  const double r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
  double sum = 1;
  for (int k = 14; k > 0; k--) sum = 1 + r / k * sum;
  // Two factors of 2^n, so that small results are rounded once.
  const int32_t whole = (int32_t)n, half = whole / 2;
  const uint64_t first = (uint64_t)(half + 1023) << 52, second = (uint64_t)(whole - half + 1023) << 52;
  double a, b;
  __builtin_memcpy(&a, &first, 8);
  __builtin_memcpy(&b, &second, 8);
  return sum * a * b;
}
// log x = high + low, the sum more exact than a double.
static inline __attribute__((unused)) double adjoint_own_log_parts(double x, double *low) {
  uint64_t bits;
  int32_t e = 0;
  if (x < 0x1p-1022) { x *= 0x1p54; e = -54; }
  __builtin_memcpy(&bits, &x, 8);
  e += (int32_t)(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffffu) | 0x3ff0000000000000u;
  double m;
  __builtin_memcpy(&m, &bits, 8);
  if (m > 0x1.6a09e667f3bcdp0) { m *= 0.5; e++; }
  // 2 artanh(s), s = (m - 1) / (m + 1), with what s loses to rounding.
  const double f = m - 1, d = m + 1, s = f / d, sl = (adjoint_fma_f64(-s, d, f) - s * (f - (d - 2))) / d, z = s * s;
  double p = 0;
  for (int k = 25; k > 1; k -= 2) p = p * z + 2.0 / k;
  const double tail = s * z * p + 2 * sl + (double)e * 0x1.a39ef35793c76p-33;
  const double a = (double)e * 0x1.62e42feep-1, high = a + 2 * s, back = high - a;
  *low = (a - (high - back)) + (2 * s - back) + tail;
  return high;
}
static inline __attribute__((unused)) double adjoint_own_log(double x) {
  if (!(x > 0)) return x == 0 ? -(double)INFINITY : (double)NAN;
  if (x == (double)INFINITY) return x;
  double low;
  const double high = adjoint_own_log_parts(x, &low);
  return high + low;
}
static inline __attribute__((unused)) double adjoint_own_pow(double x, double y) {
  if (x == 1 || y == 0) return 1;
  if (x != x || y != y) return x + y;
  const double a = x < 0 ? -x : x, size = y < 0 ? -y : y;
  const int integer = size >= 0x1p53 || (double)(int64_t)size == size;
  const int odd = integer && size < 0x1p53 && ((int64_t)size & 1);
  const int inverse = y < 0;
  double result;
  if (a == 1) result = 1;
  else if (size == (double)INFINITY) result = (a > 1) != inverse ? (double)INFINITY : 0;
  else if (a == 0) result = inverse ? (double)INFINITY : 0;
  else if (a == (double)INFINITY) result = inverse ? 0 : a;
  else {
    double low;
    const double high = adjoint_own_log_parts(a, &low), product = y * high;
    const double rest = adjoint_fma_f64(y, high, -product) + y * low, whole = adjoint_own_exp(product);
    result = whole == (double)INFINITY || whole == 0 || rest != rest ? whole : whole + whole * rest;
  }
  const uint64_t sign = 0x8000000000000000u;
  uint64_t bits;
  __builtin_memcpy(&bits, &x, 8);
  if (x < 0 && !integer && a != (double)INFINITY) return (double)NAN;
  return (bits & sign) && odd ? -result : result;
}
#endif

ADJOINT_INLINE uint32_t adjoint_bits_f32(float x) { uint32_t u; __builtin_memcpy(&u, &x, 4); return u; }
ADJOINT_INLINE float adjoint_from_bits_f32(uint32_t u) { float x; __builtin_memcpy(&x, &u, 4); return x; }
ADJOINT_INLINE float adjoint_sqrt_f32(float x) { return ADJOINT_SQRT(x); }
ADJOINT_INLINE double adjoint_sqrt_f64(double x) { return ADJOINT_SQRT(x); }
ADJOINT_INLINE float adjoint_maximum_f32(float a, float b) { return ((a > b) | (a != a)) ? a : b; }
/// exp(r) for |r| <= log(2)/2.
ADJOINT_INLINE float adjoint_exp_kernel_f32(float r) {
  float p = 0x1.6d781p-10f;
  p = ADJOINT_FMA(p, r, 0x1.123adap-7f);
  p = ADJOINT_FMA(p, r, 0x1.5554c2p-5f);
  p = ADJOINT_FMA(p, r, 0x1.55549p-3f);
  p = ADJOINT_FMA(p, r, 0.5f);
  p = ADJOINT_FMA(p, r, 1.0f);
  return ADJOINT_FMA(p, r, 1.0f);
}
/// exp for numbers that are known to be 0 at most: to the bit what adjoint_exp_f32 gives, up to x = 44 in fact.
ADJOINT_INLINE float adjoint_exp_nonpositive_f32(float x) {
  x = x < -105.0f ? -105.0f : x;
  // The low bits of t are n + 190, the exponent field of 2^(n + 63), which is no smaller than the smallest normal
  // number: one more factor does for all n.
  const float magic = 0x1.8p23f + 190.0f;
  const float t = ADJOINT_FMA(x, 0x1.715476p0f, magic), k = t - magic;
  const float r = ADJOINT_FMA(k, 0x1.05c61p-29f, ADJOINT_FMA(k, -0x1.62e43p-1f, x));
  return adjoint_exp_kernel_f32(r) * adjoint_from_bits_f32(adjoint_bits_f32(t) << 23) * 0x1p-63f;
}
ADJOINT_INLINE float adjoint_log_f32(float x) {
  const int tiny = x < 0x1p-126f;
  const uint32_t t = adjoint_bits_f32(tiny ? x * 0x1p23f : x);
  float e = (float)((int32_t)(t >> 23) - 126) - (tiny ? 23.0f : 0.0f);
  float m = adjoint_from_bits_f32((t & 0x007fffffu) | 0x3f000000u);
  const int low = m < 0x1.6a09e6p-1f;
  e = low ? e - 1.0f : e;
  m = (m - 1.0f) + (low ? m : 0.0f);
  const float z = m * m, x3 = z * m;
  float y = ADJOINT_FMA(ADJOINT_FMA(0x1.204376p-4f, m, -0x1.d7a37p-4f), m, 0x1.de4a34p-4f);
  float y1 = ADJOINT_FMA(ADJOINT_FMA(-0x1.fcba9ep-4f, m, 0x1.23d37ep-3f), m, -0x1.555cap-3f);
  float y2 = ADJOINT_FMA(ADJOINT_FMA(0x1.999d58p-3f, m, -0x1.fffff8p-3f), m, 0x1.555554p-2f);
  y1 = ADJOINT_FMA(y, x3, y1);
  y2 = ADJOINT_FMA(y1, x3, y2);
  const float w = ADJOINT_FMA(-0.5f, z, m);
  const float q = ADJOINT_FMA(x3, y2, e * -0x1.bd0106p-13f);
  const float r = ADJOINT_FMA(e, 0x1.63p-1f, w + q);
  return x > 0 ? (x == INFINITY ? x : r) : (x == 0 ? -INFINITY : adjoint_from_bits_f32(0xffffffffu));
}
ADJOINT_INLINE double adjoint_pow_f64(double x, double y) { return pow(x, y); }
#define ADJOINT_INTEGERS(suffix, type, wide, width)                                                                  \
  ADJOINT_INLINE type adjoint_add_##suffix(type a, type b) { return (type)((wide)a + (wide)b); }                     \
  ADJOINT_INLINE type adjoint_subtract_##suffix(type a, type b) { return (type)((wide)a - (wide)b); }                \
  ADJOINT_INLINE type adjoint_multiply_##suffix(type a, type b) { return (type)((wide)a * (wide)b); }                \
  ADJOINT_INLINE type adjoint_negate_##suffix(type a) { return (type)(0 - (wide)a); }                                \
  ADJOINT_INLINE type adjoint_divide_##suffix(type a, type b) {                                                      \
    return b == 0 ? (type)-1 : (type)-1 < 0 && b == (type)-1 ? adjoint_negate_##suffix(a) : (type)(a / b);           \
  }                                                                                                                  \
  ADJOINT_INLINE type adjoint_remainder_##suffix(type a, type b) {                                                   \
    return b == 0 ? a : (type)-1 < 0 && b == (type)-1 ? (type)0 : (type)(a % b);                                     \
  }                                                                                                                  \
  ADJOINT_INLINE type adjoint_shift_left_##suffix(type a, type b) {                                                  \
    return (wide)b >= width ? (type)0 : (type)((wide)a << ((wide)b & (width - 1)));                                  \
  }                                                                                                                  \
  ADJOINT_INLINE type adjoint_shift_right_##suffix(type a, type b) {                                                 \
    return (wide)b >= width ? (type)0 : (type)((wide)a >> ((wide)b & (width - 1)));                                  \
  }                                                                                                                  \
  ADJOINT_INLINE type adjoint_maximum_##suffix(type a, type b) { return a > b ? a : b; }                             \
  ADJOINT_INLINE type adjoint_minimum_##suffix(type a, type b) { return a < b ? a : b; }                             \
  ADJOINT_INLINE type adjoint_abs_##suffix(type a) { return a < 0 ? adjoint_negate_##suffix(a) : a; }                \
  ADJOINT_INLINE type adjoint_sign_##suffix(type a) { return (type)((a > 0) - (a < 0)); }                            \
  ADJOINT_INLINE type adjoint_pow_##suffix(type a, type b) {                                                         \
    wide power = 1, base = (wide)a;                                                                                  \
    if (b < 0) return a == 1 ? a : (type)-1 < 0 && a == (type)-1 ? (b & 1 ? a : (type)1) : a == 0 ? (type)-1 : 0;    \
    for (wide n = (wide)b; n != 0; n >>= 1, base *= base) power *= n & 1 ? base : 1;                                 \
    return (type)power;                                                                                              \
  }
ADJOINT_INTEGERS(i32, int32_t, uint32_t, 32u)
ADJOINT_INTEGERS(i64, int64_t, uint64_t, 64u)

// trainStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
//
//   parameters   hidden.bias [128] · hidden.kernel [64, 128] · output.bias [10] · output.kernel [128, 10] ·
//                learningRate [] · beta1 [] · beta2 [] · epsilon [] · mu.hidden.bias [128] ·
//                mu.hidden.kernel [64, 128] · mu.output.bias [10] · mu.output.kernel [128, 10] · nu.hidden.bias [128] ·
//                nu.hidden.kernel [64, 128] · nu.output.bias [10] · nu.output.kernel [128, 10] · step [] ·
//                images [32, 64] · labels [32]
//   results      new_hidden_bias [128] · new_hidden_kernel [64, 128] · new_output_bias [10] ·
//                new_output_kernel [128, 10] · new_mu_hidden_bias [128] · new_mu_hidden_kernel [64, 128] ·
//                new_mu_output_bias [10] · new_mu_output_kernel [128, 10] · new_nu_hidden_bias [128] ·
//                new_nu_hidden_kernel [64, 128] · new_nu_output_bias [10] · new_nu_output_kernel [128, 10] ·
//                new_step [] · loss []
//   in place     every new_… may be given the memory of what it replaces
//   arena        34,176 bytes · h [32, 128] at 0 · d_hidden [32, 128] at 16,384 ·
//                logits [32, 10], then d_logits [32, 10] at 32,768 · smallest [] at 34,048 · scale [] at 34,112

// evaluate(model, images: [1437, 64], labels: [1437]) -> logits, loss
//
//   parameters   hidden.bias [128] · hidden.kernel [64, 128] · output.bias [10] · output.kernel [128, 10] ·
//                images [1437, 64] · labels [1437]
//   results      logits [1437, 10] · loss []
//   arena        735,744 bytes · h [1437, 128] at 0

// evaluate(model, images: [360, 64], labels: [360]) -> logits, loss
//
//   parameters   hidden.bias [128] · hidden.kernel [64, 128] · output.bias [10] · output.kernel [128, 10] ·
//                images [360, 64] · labels [360]
//   results      logits [360, 10] · loss []
//   arena        184,320 bytes · h [360, 128] at 0

// DigitsModel.swift:33   optimizer.update(model, grads)
// new_step[] = step + 1
// correction[] = sqrt((1 − power(beta2, new_step)))
// smallest[] = correction · epsilon
// factor[] = correction / (1 − power(beta1, new_step))
// scale[] = −(learningRate · factor)
static void update_step(const double *restrict learningRate, const double *restrict beta1, const double *restrict beta2,
    const double *restrict epsilon, const int32_t *step, int32_t *new_step, float *restrict smallest,
    float *restrict scale) {
  const int32_t step_value = step[0];
  const int32_t count = adjoint_add_i32(step_value, 1);
  const double beta2_value = beta2[0];
  const double steps = (double)count;
  const double correction = adjoint_sqrt_f64(1.0 - adjoint_pow_f64(beta2_value, steps));
  const double epsilon_value = epsilon[0];
  const double learningRate_value = learningRate[0];
  const double beta1_value = beta1[0];
  const double factor = correction / (1.0 - adjoint_pow_f64(beta1_value, steps));
  new_step[0] = count;
  smallest[0] = (float)(correction * epsilon_value);
  scale[0] = (float)-(learningRate_value * factor);
}

// DigitsModel.swift:14   let h = relu(hidden(images))
// product[32, 128] = images · hidden.kernel
// hidden[32, 128] = product + hidden.bias
// h[32, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [64, 128]  images [32, 64]  h [32, 128]
static void hidden_relu_train_step(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict h) {
  for (int i = 0; i < 32; i++) {
    for (int j_piece = 0; j_piece < 128; j_piece += 64) {
      const int piece = SMALLER(64, 128 - j_piece);
      float row_sums[64];
      for (int j = 0; j < piece; j++) row_sums[j] = 0.0f;
      for (int depth = 0; depth < 64; depth++) {
        const float left_value = images[i * 64 + depth];
        for (int j = 0; j < piece; j++)
          row_sums[j] = ADJOINT_FMA(left_value, hidden_kernel[(j_piece + j) + depth * 128], row_sums[j]);
      }
      for (int j = j_piece; j < j_piece + piece; j++) {
        const float product = row_sums[j - j_piece];
        const float hidden = product + hidden_bias[j];
        h[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
      }
    }
  }
}

// DigitsModel.swift:15   return output(h)
// product[32, 10] = h · output.kernel
// logits[32, 10] = product + output.bias
//   output_bias [10]  output_kernel [128, 10]  h [32, 128]  logits [32, 10]
static void output_train_step(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict h, float *restrict logits) {
  for (int i = 0; i < 32; i++) {
    float row_sums[10];
    for (int j = 0; j < 10; j++) row_sums[j] = 0.0f;
    for (int depth = 0; depth < 128; depth++) {
      const float left_value = h[i * 128 + depth];
      for (int j = 0; j < 10; j++)
        row_sums[j] = ADJOINT_FMA(left_value, output_kernel[j + depth * 10], row_sums[j]);
    }
    for (int j = 0; j < 10; j++) {
      const float product = row_sums[j];
      logits[i * 10 + j] = product + output_bias[j];
    }
  }
}

// DigitsModel.swift:31   return softmaxCrossEntropy(logits: logits, labels: labels).mean()
// ∂ DigitsModel.swift:31   return softmaxCrossEntropy(logits: logits, labels: labels).mean()
// ∂ DigitsModel.swift:15   return output(h)
// DigitsModel.swift:33   optimizer.update(model, grads)
// shifted[32, 10] = logits − max(logits)
// chosen[32] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.03125
// d_logits[32, 10] = ((0.03125 / sum(exp(shifted))) · exp(shifted)) + (-0.03125 where (labels = index) else 0)
// d_output_bias[10] = sum(d_logits)
// new_mu_output_bias[10] = d_output_bias · (1 − beta1) + (mu.output.bias · beta1)
// new_nu_output_bias[10] = (d_output_bias · d_output_bias) · (1 − beta2) + (nu.output.bias · beta2)
// new_output_bias[10] = (new_mu_output_bias / (sqrt(new_nu_output_bias) + smallest)) · scale + output.bias
//   output_bias [10]  mu_output_bias [10]  nu_output_bias [10]  labels [32]  logits [32, 10]  d_logits [32, 10]
//   new_mu_output_bias [10]  new_nu_output_bias [10]  new_output_bias [10]
static void cross_entropy_and_adjoint(const float *output_bias, const double *restrict beta1,
    const double *restrict beta2, const float *mu_output_bias, const float *nu_output_bias,
    const int32_t *restrict labels, const float *logits, const float *restrict smallest, const float *restrict scale,
    float *restrict loss, float *d_logits, float *new_mu_output_bias, float *new_nu_output_bias,
    float *new_output_bias) {
  _Alignas(64) float d_output_bias[10];
  _Alignas(64) float row_of_exp[10];
  for (int i = 0; i < 10; i++)
    d_output_bias[i] = 0.0f;
  float total_2_lanes[16] = {0};
  for (int i_block = 0; i_block < 32; i_block += 16) {
    for (int lane_index = 0; lane_index < 16; lane_index++) {
      const int64_t i = i_block + lane_index;
      float largest = -INFINITY;
      for (int j = 0; j < 10; j++)
        largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total = 0.0f;
      for (int j = 0; j < 10; j++) {
        const float logits_value = logits[i * 10 + j];
        const float exp_value = adjoint_exp_nonpositive_f32(logits_value - largest);
        row_of_exp[j] = exp_value;
        total += exp_value;
      }
      const float divide_value = 0.03125f / total;
      const int32_t labels_value = labels[i];
      for (int j = 0; j < 10; j++) {
        const float row_of_exp_value = row_of_exp[j];
        const float d_logits_value = divide_value * row_of_exp_value + (labels_value == j ? -0.03125f : 0.0f);
        d_logits[i * 10 + j] = d_logits_value;
        d_output_bias[j] += d_logits_value;
      }
      total_2_lanes[lane_index] += adjoint_log_f32(total) - chosen;
    }
  }
  for (int half = 8; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.03125f;
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
INDEPENDENT_ITERATIONS
  for (int i = 0; i < 10; i++) {
    const float d_output_bias_value = d_output_bias[i];
    const float mu_output_bias_value = mu_output_bias[i];
    const float new_mu_output_bias_value = ADJOINT_FMA(d_output_bias_value, converted,
        mu_output_bias_value * converted_2);
    const float nu_output_bias_value = nu_output_bias[i];
    const float new_nu_output_bias_value = ADJOINT_FMA(d_output_bias_value * d_output_bias_value, converted_3,
        nu_output_bias_value * converted_4);
    const float divide_value_2 = new_mu_output_bias_value / (adjoint_sqrt_f32(new_nu_output_bias_value) +
        smallest_value);
    const float output_bias_value = output_bias[i];
    new_mu_output_bias[i] = new_mu_output_bias_value;
    new_nu_output_bias[i] = new_nu_output_bias_value;
    new_output_bias[i] = ADJOINT_FMA(divide_value_2, scale_value, output_bias_value);
  }
}

// ∂ DigitsModel.swift:15   return output(h)
// ∂ DigitsModel.swift:14   let h = relu(hidden(images))
// d_h[32, 128] = d_logits · output.kernelᵀ
// d_hidden[32, 128] = 0 where (h ≤ 0) else d_h
//   output_kernel [128, 10]  h [32, 128]  d_logits [32, 10]  d_hidden [32, 128]
static void output_adjoint(const float *restrict output_kernel, const float *restrict h, const float *restrict d_logits,
    float *restrict d_hidden) {
  for (int i = 0; i < 32; i++) {
    for (int j_piece = 0; j_piece < 128; j_piece += 64) {
      const int piece = SMALLER(64, 128 - j_piece);
      float row_sums[64];
      for (int j = 0; j < piece; j++) row_sums[j] = 0.0f;
      for (int depth = 0; depth < 10; depth++) {
        const float left_value = d_logits[i * 10 + depth];
        for (int j = 0; j < piece; j++)
          row_sums[j] = ADJOINT_FMA(left_value, output_kernel[(j_piece + j) * 10 + depth], row_sums[j]);
      }
      for (int j = j_piece; j < j_piece + piece; j++) {
        const float d_h = row_sums[j - j_piece];
        d_hidden[i * 128 + j] = h[i * 128 + j] <= 0.0f ? 0.0f : d_h;
      }
    }
  }
}

// ∂ DigitsModel.swift:15   return output(h)
// DigitsModel.swift:33   optimizer.update(model, grads)
// d_output_kernel[128, 10] = hᵀ · d_logits
// new_mu_output_kernel[128, 10] = d_output_kernel · (1 − beta1) + (mu.output.kernel · beta1)
// new_nu_output_kernel[128, 10] = (d_output_kernel · d_output_kernel) · (1 − beta2) + (nu.output.kernel · beta2)
// new_output_kernel[128, 10] = (new_mu_output_kernel / (sqrt(new_nu_output_kernel) + smallest)) · scale + output.kernel
//   output_kernel [128, 10]  mu_output_kernel [128, 10]  nu_output_kernel [128, 10]  h [32, 128]
//   d_logits [32, 10]  new_mu_output_kernel [128, 10]  new_nu_output_kernel [128, 10]  new_output_kernel [128, 10]
static void update_output_kernel(const float *output_kernel, const double *restrict beta1, const double *restrict beta2,
    const float *mu_output_kernel, const float *nu_output_kernel, const float *restrict h,
    const float *restrict d_logits, const float *restrict smallest, const float *restrict scale,
    float *new_mu_output_kernel, float *new_nu_output_kernel, float *new_output_kernel) {
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  for (int i = 0; i < 128; i++) {
    float row_sums[10];
    for (int j = 0; j < 10; j++) row_sums[j] = 0.0f;
    for (int depth = 0; depth < 32; depth++) {
      const float left_value = h[i + depth * 128];
      for (int j = 0; j < 10; j++)
        row_sums[j] = ADJOINT_FMA(left_value, d_logits[j + depth * 10], row_sums[j]);
    }
INDEPENDENT_ITERATIONS
    for (int j = 0; j < 10; j++) {
      const float d_output_kernel = row_sums[j];
      const float mu_output_kernel_value = mu_output_kernel[i * 10 + j];
      const float new_mu_output_kernel_value = ADJOINT_FMA(d_output_kernel, converted,
          mu_output_kernel_value * converted_2);
      const float nu_output_kernel_value = nu_output_kernel[i * 10 + j];
      const float new_nu_output_kernel_value = ADJOINT_FMA(d_output_kernel * d_output_kernel, converted_3,
          nu_output_kernel_value * converted_4);
      const float add_value = adjoint_sqrt_f32(new_nu_output_kernel_value) + smallest_value;
      const float output_kernel_value = output_kernel[i * 10 + j];
      const float new_output_kernel_value = ADJOINT_FMA(new_mu_output_kernel_value / add_value, scale_value,
          output_kernel_value);
      new_mu_output_kernel[i * 10 + j] = new_mu_output_kernel_value;
      new_nu_output_kernel[i * 10 + j] = new_nu_output_kernel_value;
      new_output_kernel[i * 10 + j] = new_output_kernel_value;
    }
  }
}

// ∂ DigitsModel.swift:14   let h = relu(hidden(images))
// DigitsModel.swift:33   optimizer.update(model, grads)
// d_hidden_bias[128] = sum(d_hidden)
// new_mu_hidden_bias[128] = d_hidden_bias · (1 − beta1) + (mu.hidden.bias · beta1)
// new_nu_hidden_bias[128] = (d_hidden_bias · d_hidden_bias) · (1 − beta2) + (nu.hidden.bias · beta2)
// new_hidden_bias[128] = (new_mu_hidden_bias / (sqrt(new_nu_hidden_bias) + smallest)) · scale + hidden.bias
//   hidden_bias [128]  mu_hidden_bias [128]  nu_hidden_bias [128]  d_hidden [32, 128]  new_mu_hidden_bias [128]
//   new_nu_hidden_bias [128]  new_hidden_bias [128]
static void update_hidden_bias(const float *hidden_bias, const double *restrict beta1, const double *restrict beta2,
    const float *mu_hidden_bias, const float *nu_hidden_bias, const float *restrict d_hidden,
    const float *restrict smallest, const float *restrict scale, float *new_mu_hidden_bias, float *new_nu_hidden_bias,
    float *new_hidden_bias) {
  _Alignas(64) float d_hidden_bias[128];
  for (int i = 0; i < 128; i++)
    d_hidden_bias[i] = 0.0f;
  for (int i = 0; i < 32; i++) {
    for (int j = 0; j < 128; j++)
      d_hidden_bias[j] += d_hidden[i * 128 + j];
  }
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
INDEPENDENT_ITERATIONS
  for (int i = 0; i < 128; i++) {
    const float d_hidden_bias_value = d_hidden_bias[i];
    const float mu_hidden_bias_value = mu_hidden_bias[i];
    const float new_mu_hidden_bias_value = ADJOINT_FMA(d_hidden_bias_value, converted,
        mu_hidden_bias_value * converted_2);
    const float nu_hidden_bias_value = nu_hidden_bias[i];
    const float new_nu_hidden_bias_value = ADJOINT_FMA(d_hidden_bias_value * d_hidden_bias_value, converted_3,
        nu_hidden_bias_value * converted_4);
    const float divide_value = new_mu_hidden_bias_value / (adjoint_sqrt_f32(new_nu_hidden_bias_value) + smallest_value);
    const float hidden_bias_value = hidden_bias[i];
    new_mu_hidden_bias[i] = new_mu_hidden_bias_value;
    new_nu_hidden_bias[i] = new_nu_hidden_bias_value;
    new_hidden_bias[i] = ADJOINT_FMA(divide_value, scale_value, hidden_bias_value);
  }
}

// ∂ DigitsModel.swift:14   let h = relu(hidden(images))
// DigitsModel.swift:33   optimizer.update(model, grads)
// d_hidden_kernel[64, 128] = imagesᵀ · d_hidden
// new_mu_hidden_kernel[64, 128] = d_hidden_kernel · (1 − beta1) + (mu.hidden.kernel · beta1)
// new_nu_hidden_kernel[64, 128] = (d_hidden_kernel · d_hidden_kernel) · (1 − beta2) + (nu.hidden.kernel · beta2)
// new_hidden_kernel[64, 128] = (new_mu_hidden_kernel / (sqrt(new_nu_hidden_kernel) + smallest)) · scale + hidden.kernel
//   hidden_kernel [64, 128]  mu_hidden_kernel [64, 128]  nu_hidden_kernel [64, 128]  images [32, 64]
//   d_hidden [32, 128]  new_mu_hidden_kernel [64, 128]  new_nu_hidden_kernel [64, 128]
//   new_hidden_kernel [64, 128]
static void update_hidden_kernel(const float *hidden_kernel, const double *restrict beta1, const double *restrict beta2,
    const float *mu_hidden_kernel, const float *nu_hidden_kernel, const float *restrict images,
    const float *restrict d_hidden, const float *restrict smallest, const float *restrict scale,
    float *new_mu_hidden_kernel, float *new_nu_hidden_kernel, float *new_hidden_kernel) {
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  for (int i = 0; i < 64; i++) {
    for (int j_piece = 0; j_piece < 128; j_piece += 64) {
      const int piece = SMALLER(64, 128 - j_piece);
      float row_sums[64];
      for (int j = 0; j < piece; j++) row_sums[j] = 0.0f;
      for (int depth = 0; depth < 32; depth++) {
        const float left_value = images[i + depth * 64];
        for (int j = 0; j < piece; j++)
          row_sums[j] = ADJOINT_FMA(left_value, d_hidden[(j_piece + j) + depth * 128], row_sums[j]);
      }
INDEPENDENT_ITERATIONS
      for (int j = j_piece; j < j_piece + piece; j++) {
        const float d_hidden_kernel = row_sums[j - j_piece];
        const float mu_hidden_kernel_value = mu_hidden_kernel[i * 128 + j];
        const float new_mu_hidden_kernel_value = ADJOINT_FMA(d_hidden_kernel, converted,
            mu_hidden_kernel_value * converted_2);
        const float nu_hidden_kernel_value = nu_hidden_kernel[i * 128 + j];
        const float new_nu_hidden_kernel_value = ADJOINT_FMA(d_hidden_kernel * d_hidden_kernel, converted_3,
            nu_hidden_kernel_value * converted_4);
        const float add_value = adjoint_sqrt_f32(new_nu_hidden_kernel_value) + smallest_value;
        const float hidden_kernel_value = hidden_kernel[i * 128 + j];
        const float new_hidden_kernel_value = ADJOINT_FMA(new_mu_hidden_kernel_value / add_value, scale_value,
            hidden_kernel_value);
        new_mu_hidden_kernel[i * 128 + j] = new_mu_hidden_kernel_value;
        new_nu_hidden_kernel[i * 128 + j] = new_nu_hidden_kernel_value;
        new_hidden_kernel[i * 128 + j] = new_hidden_kernel_value;
      }
    }
  }
}

// trainStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
void digits_model_train_step(const digits_model_train_step_arguments *arguments, void *arena) {
  float *const h = (float *)arena;
  float *const logits = (float *)((char *)arena + 32768);
  float *const d_logits = (float *)((char *)arena + 32768);
  float *const d_hidden = (float *)((char *)arena + 16384);
  float *const smallest = (float *)((char *)arena + 34048);
  float *const scale = (float *)((char *)arena + 34112);
  update_step(arguments->learningRate, arguments->beta1, arguments->beta2, arguments->epsilon, arguments->step,
      arguments->new_step, smallest, scale);
  hidden_relu_train_step(arguments->hidden_bias, arguments->hidden_kernel, arguments->images, h);
  output_train_step(arguments->output_bias, arguments->output_kernel, h, logits);
  cross_entropy_and_adjoint(arguments->output_bias, arguments->beta1, arguments->beta2, arguments->mu_output_bias,
      arguments->nu_output_bias, arguments->labels, logits, smallest, scale, arguments->loss, d_logits,
      arguments->new_mu_output_bias, arguments->new_nu_output_bias, arguments->new_output_bias);
  output_adjoint(arguments->output_kernel, h, d_logits, d_hidden);
  update_output_kernel(arguments->output_kernel, arguments->beta1, arguments->beta2, arguments->mu_output_kernel,
      arguments->nu_output_kernel, h, d_logits, smallest, scale, arguments->new_mu_output_kernel,
      arguments->new_nu_output_kernel, arguments->new_output_kernel);
  update_hidden_bias(arguments->hidden_bias, arguments->beta1, arguments->beta2, arguments->mu_hidden_bias,
      arguments->nu_hidden_bias, d_hidden, smallest, scale, arguments->new_mu_hidden_bias,
      arguments->new_nu_hidden_bias, arguments->new_hidden_bias);
  update_hidden_kernel(arguments->hidden_kernel, arguments->beta1, arguments->beta2, arguments->mu_hidden_kernel,
      arguments->nu_hidden_kernel, arguments->images, d_hidden, smallest, scale, arguments->new_mu_hidden_kernel,
      arguments->new_nu_hidden_kernel, arguments->new_hidden_kernel);
}

// DigitsModel.swift:14   let h = relu(hidden(images))
// product[1437, 128] = images · hidden.kernel
// hidden[1437, 128] = product + hidden.bias
// h[1437, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [64, 128]  images [1437, 64]  h [1437, 128]
static void hidden_relu_evaluate_split_1437(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict h) {
  for (int i = 0; i < 1437; i++) {
    for (int j_piece = 0; j_piece < 128; j_piece += 64) {
      const int piece = SMALLER(64, 128 - j_piece);
      float row_sums[64];
      for (int j = 0; j < piece; j++) row_sums[j] = 0.0f;
      for (int depth = 0; depth < 64; depth++) {
        const float left_value = images[i * 64 + depth];
        for (int j = 0; j < piece; j++)
          row_sums[j] = ADJOINT_FMA(left_value, hidden_kernel[(j_piece + j) + depth * 128], row_sums[j]);
      }
      for (int j = j_piece; j < j_piece + piece; j++) {
        const float product = row_sums[j - j_piece];
        const float hidden = product + hidden_bias[j];
        h[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
      }
    }
  }
}

// DigitsModel.swift:15   return output(h)
// product[1437, 10] = h · output.kernel
// logits[1437, 10] = product + output.bias
//   output_bias [10]  output_kernel [128, 10]  h [1437, 128]  logits [1437, 10]
static void output_evaluate_split_1437(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict h, float *restrict logits) {
  for (int i = 0; i < 1437; i++) {
    float row_sums[10];
    for (int j = 0; j < 10; j++) row_sums[j] = 0.0f;
    for (int depth = 0; depth < 128; depth++) {
      const float left_value = h[i * 128 + depth];
      for (int j = 0; j < 10; j++)
        row_sums[j] = ADJOINT_FMA(left_value, output_kernel[j + depth * 10], row_sums[j]);
    }
    for (int j = 0; j < 10; j++) {
      const float product = row_sums[j];
      logits[i * 10 + j] = product + output_bias[j];
    }
  }
}

// DigitsModel.swift:42   let loss = softmaxCrossEntropy(logits: logits, labels: labels).mean()
// shifted[1437, 10] = logits − max(logits)
// chosen[1437] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.00069589424
//   labels [1437]  logits [1437, 10]
static void cross_entropy_evaluate_split_1437(const int32_t *restrict labels, const float *restrict logits,
    float *restrict loss) {
  float total_2_lanes[32] = {0};
  for (int i_block = 0; i_block < 1408; i_block += 32) {
    for (int lane_index = 0; lane_index < 32; lane_index++) {
      const int64_t i = i_block + lane_index;
      float largest = -INFINITY;
      for (int j = 0; j < 10; j++)
        largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total = 0.0f;
      for (int j = 0; j < 10; j++)
        total += adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
      total_2_lanes[lane_index] += adjoint_log_f32(total) - chosen;
    }
  }
  for (int i = 1408; i < 1437; i++) {
    float largest = -INFINITY;
    for (int j = 0; j < 10; j++)
      largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
    const int64_t index = (int64_t)labels[i];
    const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
    const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
    float total = 0.0f;
    for (int j = 0; j < 10; j++)
      total += adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
    total_2_lanes[i - 1408] += adjoint_log_f32(total) - chosen;
  }
  for (int half = 16; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.00069589424f;
}

// evaluate(model, images: [1437, 64], labels: [1437]) -> logits, loss
void digits_model_evaluate_split_1437(const digits_model_evaluate_split_1437_arguments *arguments, void *arena) {
  float *const h = (float *)arena;
  hidden_relu_evaluate_split_1437(arguments->hidden_bias, arguments->hidden_kernel, arguments->images, h);
  output_evaluate_split_1437(arguments->output_bias, arguments->output_kernel, h, arguments->logits);
  cross_entropy_evaluate_split_1437(arguments->labels, arguments->logits, arguments->loss);
}

// DigitsModel.swift:14   let h = relu(hidden(images))
// product[360, 128] = images · hidden.kernel
// hidden[360, 128] = product + hidden.bias
// h[360, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [64, 128]  images [360, 64]  h [360, 128]
static void hidden_relu_evaluate_split_360(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict h) {
  for (int i = 0; i < 360; i++) {
    for (int j_piece = 0; j_piece < 128; j_piece += 64) {
      const int piece = SMALLER(64, 128 - j_piece);
      float row_sums[64];
      for (int j = 0; j < piece; j++) row_sums[j] = 0.0f;
      for (int depth = 0; depth < 64; depth++) {
        const float left_value = images[i * 64 + depth];
        for (int j = 0; j < piece; j++)
          row_sums[j] = ADJOINT_FMA(left_value, hidden_kernel[(j_piece + j) + depth * 128], row_sums[j]);
      }
      for (int j = j_piece; j < j_piece + piece; j++) {
        const float product = row_sums[j - j_piece];
        const float hidden = product + hidden_bias[j];
        h[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
      }
    }
  }
}

// DigitsModel.swift:15   return output(h)
// product[360, 10] = h · output.kernel
// logits[360, 10] = product + output.bias
//   output_bias [10]  output_kernel [128, 10]  h [360, 128]  logits [360, 10]
static void output_evaluate_split_360(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict h, float *restrict logits) {
  for (int i = 0; i < 360; i++) {
    float row_sums[10];
    for (int j = 0; j < 10; j++) row_sums[j] = 0.0f;
    for (int depth = 0; depth < 128; depth++) {
      const float left_value = h[i * 128 + depth];
      for (int j = 0; j < 10; j++)
        row_sums[j] = ADJOINT_FMA(left_value, output_kernel[j + depth * 10], row_sums[j]);
    }
    for (int j = 0; j < 10; j++) {
      const float product = row_sums[j];
      logits[i * 10 + j] = product + output_bias[j];
    }
  }
}

// DigitsModel.swift:42   let loss = softmaxCrossEntropy(logits: logits, labels: labels).mean()
// shifted[360, 10] = logits − max(logits)
// chosen[360] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.0027777778
//   labels [360]  logits [360, 10]
static void cross_entropy_evaluate_split_360(const int32_t *restrict labels, const float *restrict logits,
    float *restrict loss) {
  float total_2_lanes[32] = {0};
  for (int i_block = 0; i_block < 352; i_block += 32) {
    for (int lane_index = 0; lane_index < 32; lane_index++) {
      const int64_t i = i_block + lane_index;
      float largest = -INFINITY;
      for (int j = 0; j < 10; j++)
        largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total = 0.0f;
      for (int j = 0; j < 10; j++)
        total += adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
      total_2_lanes[lane_index] += adjoint_log_f32(total) - chosen;
    }
  }
  for (int i = 352; i < 360; i++) {
    float largest = -INFINITY;
    for (int j = 0; j < 10; j++)
      largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
    const int64_t index = (int64_t)labels[i];
    const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
    const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
    float total = 0.0f;
    for (int j = 0; j < 10; j++)
      total += adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
    total_2_lanes[i - 352] += adjoint_log_f32(total) - chosen;
  }
  for (int half = 16; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.0027777778f;
}

// evaluate(model, images: [360, 64], labels: [360]) -> logits, loss
void digits_model_evaluate_split_360(const digits_model_evaluate_split_360_arguments *arguments, void *arena) {
  float *const h = (float *)arena;
  hidden_relu_evaluate_split_360(arguments->hidden_bias, arguments->hidden_kernel, arguments->images, h);
  output_evaluate_split_360(arguments->output_bias, arguments->output_kernel, h, arguments->logits);
  cross_entropy_evaluate_split_360(arguments->labels, arguments->logits, arguments->loss);
}
