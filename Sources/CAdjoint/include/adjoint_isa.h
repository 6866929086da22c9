// Which instruction set kernels run with: chosen once, the same way by generated code and by the runtime.
#ifndef ADJOINT_ISA_H
#define ADJOINT_ISA_H

#ifdef __cplusplus
extern "C" {
#endif

/// Instruction sets, from what every processor of the architecture has upwards. On AArch64 baseline means NEON.
typedef enum adjoint_isa {
  ADJOINT_ISA_BASELINE = 0,
  ADJOINT_ISA_AVX2 = 1,    // AVX2 and FMA
  ADJOINT_ISA_AVX512 = 2,  // AVX-512 F, BW, DQ and VL
} adjoint_isa;

/// The best instruction set that the processor has. The environment variable ADJOINT_ISA (`baseline`, `avx2` or
/// `avx512`), read at the first call, lowers the choice; it never selects what the processor lacks.
adjoint_isa adjoint_selected_isa(void);

#ifdef __cplusplus
}
#endif

// What a variant's functions are compiled for: between ADJOINT_BEGIN_… and ADJOINT_END every function may use the
// instruction set, and vectors of its full width.
#if defined(__x86_64__) && defined(__clang__)
#define ADJOINT_HAS_VARIANTS 1
#define ADJOINT_BEGIN_AVX2                                                                                           \
  _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")                        \
  _Pragma("clang attribute push(__attribute__((min_vector_width(256))), apply_to = function)")
#define ADJOINT_BEGIN_AVX512                                                                                         \
  _Pragma("clang attribute push(__attribute__((target(\"fma,avx512f,avx512bw,avx512dq,avx512vl\"))), apply_to = function)") \
  _Pragma("clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)")
#define ADJOINT_END _Pragma("clang attribute pop") _Pragma("clang attribute pop")
#else
#define ADJOINT_HAS_VARIANTS 0
#endif

// A step of a sum of products, c + a * b, in code for every processor of the architecture: with one rounding, but with
// two on x86-64, whose oldest processors have no fused multiply-add. (There the C library's fma is exact, and a hundred
// times slower.) Variants always round once. The includer turns contraction off.
#if defined(__x86_64__) && !defined(__FMA__)
#define ADJOINT_BASELINE_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#else
#define ADJOINT_BASELINE_MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#endif

#endif
