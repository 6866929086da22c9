// Scalar maths of generated kernels and of the eager runtime, written once so that both give the same bits.
//
// Every f32 function but adjoint_remainder_f32 is branch-free and calls nothing, so a loop over it vectorises; where
// rounding matters, fused multiply-adds are explicit (ADJOINT_FMA) and nothing else is contracted. The functions carry
// no target attribute: included once, they are inlined into kernels of any instruction set, and the result is the same
// for all of them. (Without FMA hardware, ADJOINT_FMA calls libm's exact and slow fma.)
//
// Largest error in units of the last place (ulp) against the exact value, over dense samples of the whole domain
// (Tests/AdjointEmitTests/MathAccuracyTests.swift measures them):
//
//   exp 0.9   expm1 1.5   log 1.2   log1p 2.5   tanh 2.5   logistic 2.5   erf 1.1   sin, cos 1.6   pow 0.51   rsqrt 1.5
//   sqrt, floor, abs, sign, max, min, remainder exact
//
// log, log1p and erfInv follow the single-precision recipes that XLA's CPU back end uses, to the bit, since samplers
// are specified by their bits. The f64 functions call libm where C has one.
#ifndef ADJOINT_MATH_H
#define ADJOINT_MATH_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define ADJOINT_INLINE static inline __attribute__((always_inline, unused))

// One rounding: a * b + c. The builtin never sets errno, so it vectorises; change it here and nowhere else.
#define ADJOINT_FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#define ADJOINT_SQRT(x) __builtin_elementwise_sqrt(x)
#define ADJOINT_FLOOR(x) __builtin_elementwise_floor(x)
#define ADJOINT_ABS(x) __builtin_elementwise_abs(x)

#ifdef __clang__
#pragma clang fp contract(off)
#endif

// Bits

ADJOINT_INLINE uint32_t adjoint_bits_f32(float x) { uint32_t u; __builtin_memcpy(&u, &x, 4); return u; }
ADJOINT_INLINE float adjoint_from_bits_f32(uint32_t u) { float x; __builtin_memcpy(&x, &u, 4); return x; }
ADJOINT_INLINE uint64_t adjoint_bits_f64(double x) { uint64_t u; __builtin_memcpy(&u, &x, 8); return u; }
ADJOINT_INLINE double adjoint_from_bits_f64(uint64_t u) { double x; __builtin_memcpy(&x, &u, 8); return x; }

/// |x| with the sign of s.
ADJOINT_INLINE float adjoint_copysign_f32(float x, float s) {
  return adjoint_from_bits_f32((adjoint_bits_f32(x) & 0x7fffffffu) | (adjoint_bits_f32(s) & 0x80000000u));
}

/// 2^n for -126 <= n <= 127.
ADJOINT_INLINE float adjoint_exponent_f32(int32_t n) { return adjoint_from_bits_f32((uint32_t)(n + 127) << 23); }

// Exact functions. max and min give NaN if either argument is one; sign keeps zeros and NaN.

ADJOINT_INLINE float adjoint_sqrt_f32(float x) { return ADJOINT_SQRT(x); }
ADJOINT_INLINE double adjoint_sqrt_f64(double x) { return ADJOINT_SQRT(x); }
ADJOINT_INLINE float adjoint_rsqrt_f32(float x) { return 1.0f / ADJOINT_SQRT(x); }
ADJOINT_INLINE double adjoint_rsqrt_f64(double x) { return 1.0 / ADJOINT_SQRT(x); }
ADJOINT_INLINE float adjoint_floor_f32(float x) { return ADJOINT_FLOOR(x); }
ADJOINT_INLINE double adjoint_floor_f64(double x) { return ADJOINT_FLOOR(x); }
ADJOINT_INLINE float adjoint_abs_f32(float x) { return ADJOINT_ABS(x); }
ADJOINT_INLINE double adjoint_abs_f64(double x) { return ADJOINT_ABS(x); }
ADJOINT_INLINE float adjoint_sign_f32(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }
ADJOINT_INLINE double adjoint_sign_f64(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }
ADJOINT_INLINE float adjoint_maximum_f32(float a, float b) { return ((a > b) | (a != a)) ? a : b; }
ADJOINT_INLINE double adjoint_maximum_f64(double a, double b) { return ((a > b) | (a != a)) ? a : b; }
ADJOINT_INLINE float adjoint_minimum_f32(float a, float b) { return ((a < b) | (a != a)) ? a : b; }
ADJOINT_INLINE double adjoint_minimum_f64(double a, double b) { return ((a < b) | (a != a)) ? a : b; }

// The same but for NaNs, of which they may lose sight: one instruction of most processors.
ADJOINT_INLINE float adjoint_larger_f32(float a, float b) { return a > b ? a : b; }
ADJOINT_INLINE double adjoint_larger_f64(double a, double b) { return a > b ? a : b; }
ADJOINT_INLINE float adjoint_smaller_f32(float a, float b) { return a < b ? a : b; }
ADJOINT_INLINE double adjoint_smaller_f64(double a, double b) { return a < b ? a : b; }

/// The remainder of truncated division, as C's fmod: it has the sign of a.
ADJOINT_INLINE float adjoint_remainder_f32(float a, float b) { return fmodf(a, b); }
ADJOINT_INLINE double adjoint_remainder_f64(double a, double b) { return fmod(a, b); }

// Exponentials

/// Splits x = n log 2 + r with |r| <= log(2)/2; n is returned as a float that holds an integer. |x| < 2^20.
ADJOINT_INLINE float adjoint_reduce_log2_f32(float x, float *r, int32_t *n) {
  const float magic = 0x1.8p23f;  // adding it leaves the nearest integer in the low bits
  const float t = ADJOINT_FMA(x, 0x1.715476p0f, magic);
  const float k = t - magic;
  *n = (int32_t)(adjoint_bits_f32(t) - 0x4b400000u);
  *r = ADJOINT_FMA(k, 0x1.05c61p-29f, ADJOINT_FMA(k, -0x1.62e43p-1f, x));
  return k;
}

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

ADJOINT_INLINE float adjoint_exp_f32(float x) {
  // Beyond these the result is inf or 0; a NaN passes through both comparisons. r may grow where x > 89: it is inf then.
  x = x < -105.0f ? -105.0f : x;
  // The low bits of t are n + 254: halved, both halves are the exponent fields of factors whose product is 2^n. Two of
  // them, so that results below the smallest normal number are rounded once.
  const float magic = 0x1.8p23f + 254.0f;
  const float t = ADJOINT_FMA(x > 89.0f ? 89.0f : x, 0x1.715476p0f, magic), k = t - magic;
  const float r = ADJOINT_FMA(k, 0x1.05c61p-29f, ADJOINT_FMA(k, -0x1.62e43p-1f, x));
  const float p = adjoint_exp_kernel_f32(r);
  const uint32_t n = adjoint_bits_f32(t), half = n >> 1;
  return p * adjoint_from_bits_f32(half << 23) * adjoint_from_bits_f32((n - half) << 23);
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
ADJOINT_INLINE double adjoint_exp_f64(double x) { return exp(x); }

ADJOINT_INLINE float adjoint_expm1_f32(float x) {
  const float given = x;
  x = x > 89.0f ? 89.0f : x;
  x = x < -30.0f ? -30.0f : x;
  float r;
  int32_t n;
  adjoint_reduce_log2_f32(x, &r, &n);
  float q = 0x1.a242f6p-13f;
  q = ADJOINT_FMA(q, r, 0x1.6d3cacp-10f);
  q = ADJOINT_FMA(q, r, 0x1.111004p-7f);
  q = ADJOINT_FMA(q, r, 0x1.5554f6p-5f);
  q = ADJOINT_FMA(q, r, 0x1.555556p-3f);
  q = ADJOINT_FMA(q, r, 0.5f);
  const float p = ADJOINT_FMA(r * r, q, r);
  // (2^n (1 + p) - 1) as 2 (2^(n-1) p + (2^(n-1) - 1/2)), which does not overflow early.
  n = n < -100 ? -100 : n > 128 ? 128 : n;
  const float s = adjoint_exponent_f32(n - 1);
  const float y = 2.0f * ADJOINT_FMA(s, p, s - 0.5f);
  return given == 0 ? given : y;
}
ADJOINT_INLINE double adjoint_expm1_f64(double x) { return expm1(x); }

// Logarithms

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
ADJOINT_INLINE double adjoint_log_f64(double x) { return log(x); }

ADJOINT_INLINE float adjoint_log1p_f32(float x) {
  float p = 0x1.7bc096p-15f, q = 1.0f;
  p = ADJOINT_FMA(x, p, 0x1.fe818ap-2f);
  p = ADJOINT_FMA(x, p, 0x1.a509f4p2f);
  p = ADJOINT_FMA(x, p, 0x1.de9738p4f);
  p = ADJOINT_FMA(x, p, 0x1.e798ecp5f);
  p = ADJOINT_FMA(x, p, 0x1.c8e75ap5f);
  p = ADJOINT_FMA(x, p, 0x1.40a202p4f);
  q = ADJOINT_FMA(x, q, 0x1.e2035ap3f);
  q = ADJOINT_FMA(x, q, 0x1.4c30b6p6f);
  q = ADJOINT_FMA(x, q, 0x1.bb865ap7f);
  q = ADJOINT_FMA(x, q, 0x1.351946p8f);
  q = ADJOINT_FMA(x, q, 0x1.b0db14p7f);
  q = ADJOINT_FMA(x, q, 0x1.e0f304p5f);
  float y = (x * x * x) * (p / q);
  y = ADJOINT_FMA(-0.5f, x * x, y);
  return ADJOINT_ABS(x) < 0x1.a8279ap-2f ? x + y : adjoint_log_f32(1.0f + x);
}
ADJOINT_INLINE double adjoint_log1p_f64(double x) { return log1p(x); }

// Sigmoids

/// m / (m + 2) with m = exp(2 |x|) - 1 = 2^n (1 + p) - 1, which keeps its accuracy where x is small.
ADJOINT_INLINE float adjoint_tanh_f32(float x) {
  // From here on the result rounds to 1; a NaN passes through the comparison.
  const float given = ADJOINT_ABS(x), a = given > 9.1f ? 9.1f : given;
  // The low bits of t are n + 127, the exponent field of 2^n.
  const float magic = 0x1.8p23f + 127.0f;
  const float t = ADJOINT_FMA(a, 0x1.715476p1f, magic), k = t - magic;
  const float r = ADJOINT_FMA(k, -0x1.62e43p-2f, a);
  float p = 0x1.6d995cp-4f;
  p = ADJOINT_FMA(p, r, 0x1.122838p-2f);
  p = ADJOINT_FMA(p, r, 0x1.555486p-1f);
  p = ADJOINT_FMA(p, r, 0x1.5554bp0f);
  p = ADJOINT_FMA(p, r, 2.0f);
  p = ADJOINT_FMA(r * r, p, r + r);
  const float s = adjoint_from_bits_f32(adjoint_bits_f32(t) << 23);
  const float m = ADJOINT_FMA(s, p, s - 1.0f);
  return adjoint_copysign_f32(m / (m + 2.0f), x);
}
ADJOINT_INLINE double adjoint_tanh_f64(double x) { return tanh(x); }

/// 1 / (1 + exp(-x)).
ADJOINT_INLINE float adjoint_logistic_f32(float x) {
  const float e = adjoint_exp_nonpositive_f32(-ADJOINT_ABS(x));
  return (x < 0 ? e : 1.0f) / (1.0f + e);
}
ADJOINT_INLINE double adjoint_logistic_f64(double x) {
  const double e = exp(-ADJOINT_ABS(x));
  return (x < 0 ? e : 1.0) / (1.0 + e);
}

// Error function

ADJOINT_INLINE float adjoint_erf_f32(float x) {
  const float a = ADJOINT_ABS(x), s = x * x;
  float p = 0x1.4e36cep-14f;
  p = ADJOINT_FMA(p, s, -0x1.a5b78ep-11f);
  p = ADJOINT_FMA(p, s, 0x1.54423cp-8f);
  p = ADJOINT_FMA(p, s, -0x1.b8007ep-6f);
  p = ADJOINT_FMA(p, s, 0x1.ce2d6p-4f);
  p = ADJOINT_FMA(p, s, -0x1.81274p-2f);
  p = ADJOINT_FMA(p, s, 0x1.06eba8p-3f);
  const float small = ADJOINT_FMA(p, x, x);
  // Beyond: 1 - exp(a polynomial for log erfc); from 4.05 on the result rounds to 1.
  const float t = a > 4.05f ? 4.05f : a;
  float q = -0x1.78e138p-17f;
  q = ADJOINT_FMA(q, t, 0x1.527e5ep-12f);
  q = ADJOINT_FMA(q, t, -0x1.dd6e38p-9f);
  q = ADJOINT_FMA(q, t, 0x1.8551d2p-6f);
  q = ADJOINT_FMA(q, t, -0x1.b3259cp-4f);
  q = ADJOINT_FMA(q, t, -0x1.45328ap-1f);
  q = ADJOINT_FMA(q, t, -0x1.20ef1cp0f);
  const float large = 1.0f - adjoint_exp_nonpositive_f32(q * t);
  return a < 0.9277f ? small : adjoint_copysign_f32(large, x);
}
ADJOINT_INLINE double adjoint_erf_f64(double x) { return erf(x); }

/// The inverse of erf (M. Giles, "Approximating the erfinv function", 2010, single precision).
ADJOINT_INLINE float adjoint_erfInv_f32(float x) {
  const float l = adjoint_log1p_f32(x * -x);
  const int near = l > -5.0f;
  const float root = ADJOINT_SQRT(-l);
  const float w = near ? -2.5f - l : root - 3.0f;
  float p = near ? 2.81022636e-08f : -0.000200214257f;
  p = ADJOINT_FMA(w, p, near ? 3.43273939e-07f : 0.000100950558f);
  p = ADJOINT_FMA(w, p, near ? -3.5233877e-06f : 0.00134934322f);
  p = ADJOINT_FMA(w, p, near ? -4.39150654e-06f : -0.00367342844f);
  p = ADJOINT_FMA(w, p, near ? 0.00021858087f : 0.00573950773f);
  p = ADJOINT_FMA(w, p, near ? -0.00125372503f : -0.0076224613f);
  p = ADJOINT_FMA(w, p, near ? -0.00417768164f : 0.00943887047f);
  p = ADJOINT_FMA(w, p, near ? 0.246640727f : 1.00167406f);
  p = ADJOINT_FMA(w, p, near ? 1.50140941f : 2.83297682f);
  return ADJOINT_ABS(x) == 1.0f ? x * INFINITY : x * p;
}
ADJOINT_INLINE double adjoint_erfInv_f64(double x) {
  // A start from the single-precision form, then Newton steps on erf (erfc where 1 - |x| is small).
  const double a = fabs(x);
  if (!(a < 1.0)) return a == 1.0 ? x * (double)INFINITY : (double)NAN;
  if (x == 0) return x;
  const double l = log1p(-a * a);
  const double b = 2.0 / (3.14159265358979323846 * 0.147) + 0.5 * l;
  double y = sqrt(sqrt(b * b - l / 0.147) - b);
  for (int i = 0; i < 4; i++) {
    const double error = a > 0.5 ? (1.0 - a) - erfc(y) : erf(y) - a;
    const double step = error / (1.12837916709551257390 * exp(-y * y));
    y -= step / (1.0 + y * step);
  }
  return x < 0 ? -y : y;
}

// Trigonometry

/// The first bits of 2 / pi after a word of zeros.
static const uint32_t adjoint_two_over_pi[8] __attribute__((unused)) = {
    0, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};

/// Splits |x| = (quadrant + 4 i) pi/2 + r with |r| <= pi/4, exactly enough for every finite x: the window of 2/pi that
/// matters to x times its 24-bit significand, in integers (M. Payne and R. Hanek, SIGNUM Newsletter 18, 1983).
ADJOINT_INLINE float adjoint_quadrant_f32(float x, uint32_t *quadrant) {
  const uint32_t bits = adjoint_bits_f32(x) & 0x7fffffffu, exponent = bits >> 23;
  const uint64_t m = (bits & 0x007fffffu) | 0x00800000u;
  const uint32_t offset = exponent < 120u ? 0u : exponent - 120u;
  const uint32_t i = offset >> 5, shift = offset & 31u;
  const uint64_t t0 = adjoint_two_over_pi[i], t1 = adjoint_two_over_pi[i + 1], t2 = adjoint_two_over_pi[i + 2],
                 t3 = adjoint_two_over_pi[i + 3];
  const uint64_t a = ((t0 << 32 | t1) << shift) >> 32, b = ((t1 << 32 | t2) << shift) >> 32,
                 c = ((t2 << 32 | t3) << shift) >> 32;
  const uint64_t middle = m * b + ((m * c) >> 32);
  const uint64_t product = ((m * a) << 32) + middle;  // quarter turns, the binary point after two bits
  const float turned = (float)((double)(int64_t)(product << 2) * 0x1.921fb54442d18p-64);
  const int small = bits < 0x3f490fdbu;  // below pi/4
  *quadrant = small ? 0u : (uint32_t)((product + 0x2000000000000000u) >> 62);
  return small ? adjoint_from_bits_f32(bits) : turned;
}

ADJOINT_INLINE float adjoint_sin_kernel_f32(float r) {
  const float s = r * r;
  float p = 0x1.7ccf16p-19f;
  p = ADJOINT_FMA(p, s, -0x1.a05ba8p-13f);
  p = ADJOINT_FMA(p, s, 0x1.111176p-7f);
  p = ADJOINT_FMA(p, s, -0x1.555556p-3f);
  return ADJOINT_FMA(p * s, r, r);
}

ADJOINT_INLINE float adjoint_cos_kernel_f32(float r) {
  const float s = r * r;
  float p = -0x1.371c76p-22f;
  p = ADJOINT_FMA(p, s, 0x1.a075d8p-16f);
  p = ADJOINT_FMA(p, s, -0x1.6c1762p-10f);
  p = ADJOINT_FMA(p, s, 0x1.555556p-5f);
  return ADJOINT_FMA(p * s, s, ADJOINT_FMA(s, -0.5f, 1.0f));
}

ADJOINT_INLINE float adjoint_sin_f32(float x) {
  uint32_t quadrant;
  const float r = adjoint_quadrant_f32(x, &quadrant);
  const float y = quadrant & 1u ? adjoint_cos_kernel_f32(r) : adjoint_sin_kernel_f32(r);
  const uint32_t sign = (adjoint_bits_f32(x) & 0x80000000u) ^ (quadrant << 30 & 0x80000000u);
  return ADJOINT_ABS(x) < INFINITY ? adjoint_from_bits_f32(adjoint_bits_f32(y) ^ sign) : x - x;
}
ADJOINT_INLINE double adjoint_sin_f64(double x) { return sin(x); }

ADJOINT_INLINE float adjoint_cos_f32(float x) {
  uint32_t quadrant;
  const float r = adjoint_quadrant_f32(x, &quadrant);
  const float y = quadrant & 1u ? adjoint_sin_kernel_f32(r) : adjoint_cos_kernel_f32(r);
  const uint32_t sign = (quadrant + 1u) << 30 & 0x80000000u;
  return ADJOINT_ABS(x) < INFINITY ? adjoint_from_bits_f32(adjoint_bits_f32(y) ^ sign) : x - x;
}
ADJOINT_INLINE double adjoint_cos_f64(double x) { return cos(x); }

// Powers

/// x^y through log2 and exp2 in f64, with the special cases of C's pow.
ADJOINT_INLINE float adjoint_pow_f32(float x, float y) {
  const double a = (double)ADJOINT_ABS(x);
  const uint64_t bits = adjoint_bits_f64(a);
  // a = 2^e m with m in [sqrt(1/2), sqrt(2)); log2 m by the series of artanh.
  const uint64_t shifted = bits - 0x3fe6a09e667f3bcdu;
  const double e = (double)(int32_t)(uint32_t)(shifted >> 52) - (shifted >> 63 ? 4096.0 : 0.0);
  const double m = adjoint_from_bits_f64((shifted & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
  const double s = (m - 1.0) / (m + 1.0), z = s * s;
  double p = 2.0 / 17.0;
  p = ADJOINT_FMA(p, z, 2.0 / 15.0);
  p = ADJOINT_FMA(p, z, 2.0 / 13.0);
  p = ADJOINT_FMA(p, z, 2.0 / 11.0);
  p = ADJOINT_FMA(p, z, 2.0 / 9.0);
  p = ADJOINT_FMA(p, z, 2.0 / 7.0);
  p = ADJOINT_FMA(p, z, 2.0 / 5.0);
  p = ADJOINT_FMA(p, z, 2.0 / 3.0);
  p = ADJOINT_FMA(p, z, 2.0);
  double log2a = ADJOINT_FMA(s * p, 0x1.71547652b82fep0, e);
  log2a = a == 0.0 ? -(double)INFINITY : a == (double)INFINITY ? a : log2a;
  // 2^t, t = n + r with |r| <= 1/2.
  double t = (double)y * log2a;
  t = t > 200.0 ? 200.0 : t;
  t = t < -200.0 ? -200.0 : t;
  const double magic = 0x1.8p52, rounded = t + magic;
  const double r = (t - (rounded - magic)) * 0x1.62e42fefa39efp-1;
  double q = 1.0 / 3628800.0;
  q = ADJOINT_FMA(q, r, 1.0 / 362880.0);
  q = ADJOINT_FMA(q, r, 1.0 / 40320.0);
  q = ADJOINT_FMA(q, r, 1.0 / 5040.0);
  q = ADJOINT_FMA(q, r, 1.0 / 720.0);
  q = ADJOINT_FMA(q, r, 1.0 / 120.0);
  q = ADJOINT_FMA(q, r, 1.0 / 24.0);
  q = ADJOINT_FMA(q, r, 1.0 / 6.0);
  q = ADJOINT_FMA(q, r, 0.5);
  q = ADJOINT_FMA(q, r, 1.0);
  q = ADJOINT_FMA(q, r, 1.0);
  const double scale = adjoint_from_bits_f64((adjoint_bits_f64(rounded) + 1023u) << 52);
  const float power = a == 1.0 ? 1.0f : (float)(q * scale);
  const int integer = ADJOINT_FLOOR(y) == y, odd = integer & (ADJOINT_FLOOR(y * 0.5f) * 2.0f != y);
  const int negative = (adjoint_bits_f32(x) >> 31) != 0;
  float result = (negative & odd) ? -power : power;
  result = ((x < 0) & !integer & (a < (double)INFINITY)) ? NAN : result;
  result = ((x != x) | (y != y)) ? NAN : result;
  return ((x == 1.0f) | (y == 0.0f)) ? 1.0f : result;
}
ADJOINT_INLINE double adjoint_pow_f64(double x, double y) { return pow(x, y); }

// Conversions to integers: toward zero, saturating, NaN to 0

ADJOINT_INLINE int32_t adjoint_f32_to_i32(float x) {
  return x != x ? 0 : x >= 0x1p31f ? INT32_MAX : x <= -0x1p31f ? INT32_MIN : (int32_t)x;
}
ADJOINT_INLINE int64_t adjoint_f32_to_i64(float x) {
  return x != x ? 0 : x >= 0x1p63f ? INT64_MAX : x <= -0x1p63f ? INT64_MIN : (int64_t)x;
}
ADJOINT_INLINE uint32_t adjoint_f32_to_u32(float x) {
  return x > 0 ? (x >= 0x1p32f ? UINT32_MAX : (uint32_t)x) : 0u;
}
ADJOINT_INLINE int32_t adjoint_f64_to_i32(double x) {
  return x != x ? 0 : x >= 0x1p31 ? INT32_MAX : x <= -0x1p31 ? INT32_MIN : (int32_t)x;
}
ADJOINT_INLINE int64_t adjoint_f64_to_i64(double x) {
  return x != x ? 0 : x >= 0x1p63 ? INT64_MAX : x <= -0x1p63 ? INT64_MIN : (int64_t)x;
}
ADJOINT_INLINE uint32_t adjoint_f64_to_u32(double x) {
  return x > 0 ? (x >= 0x1p32 ? UINT32_MAX : (uint32_t)x) : 0u;
}

// Integers: two's complement, wrapping. Division by zero gives -1 (all bits set) and remainder by zero the dividend;
// the smallest number divided by -1 is itself. A shift by the width or more gives 0.

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
ADJOINT_INTEGERS(u32, uint32_t, uint32_t, 32u)

// Random bits

#define ADJOINT_THREEFRY_GROUP(r0, r1, r2, r3)        \
  x0 += x1; x1 = x1 << r0 | x1 >> (32 - r0); x1 ^= x0; \
  x0 += x1; x1 = x1 << r1 | x1 >> (32 - r1); x1 ^= x0; \
  x0 += x1; x1 = x1 << r2 | x1 >> (32 - r2); x1 ^= x0; \
  x0 += x1; x1 = x1 << r3 | x1 >> (32 - r3); x1 ^= x0;

/// The threefry2x32 block, 20 rounds (J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
ADJOINT_INLINE void adjoint_threefry2x32(
    uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1, uint32_t *first, uint32_t *second) {
  const uint32_t key2 = key0 ^ key1 ^ 0x1bd11bdau;
  uint32_t x0 = counter0 + key0, x1 = counter1 + key1;
  ADJOINT_THREEFRY_GROUP(13, 15, 26, 6) x0 += key1; x1 += key2 + 1u;
  ADJOINT_THREEFRY_GROUP(17, 29, 16, 24) x0 += key2; x1 += key0 + 2u;
  ADJOINT_THREEFRY_GROUP(13, 15, 26, 6) x0 += key0; x1 += key1 + 3u;
  ADJOINT_THREEFRY_GROUP(17, 29, 16, 24) x0 += key1; x1 += key2 + 4u;
  ADJOINT_THREEFRY_GROUP(13, 15, 26, 6) x0 += key2; x1 += key0 + 5u;
  *first = x0;
  *second = x1;
}
ADJOINT_INLINE uint32_t adjoint_threefry_first(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1) {
  uint32_t first, second;
  adjoint_threefry2x32(key0, key1, counter0, counter1, &first, &second);
  return first;
}
ADJOINT_INLINE uint32_t adjoint_threefry_second(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1) {
  uint32_t first, second;
  adjoint_threefry2x32(key0, key1, counter0, counter1, &first, &second);
  return second;
}

#endif
