// Written by Adjoint 0.1 from Perceptrons.swift. Do not edit: change the model and regenerate.
#include "Perceptrons.h"
#include "adjoint_isa.h"

// Each function runs the kernels of the best instruction set that the processor has; the environment variable
// ADJOINT_ISA (baseline, avx2, avx512) lowers the choice.
// The linker knows them by the name of their module too: other modules of a program may have functions of these names.

typedef void perceptrons_descent_step_kernels(const perceptrons_descent_step_arguments *, void *);
perceptrons_descent_step_kernels perceptrons_descent_step_baseline __asm__("bench.perceptrons_descent_step_baseline");
perceptrons_descent_step_kernels perceptrons_descent_step_avx2 __asm__("bench.perceptrons_descent_step_avx2");
perceptrons_descent_step_kernels perceptrons_descent_step_avx512 __asm__("bench.perceptrons_descent_step_avx512");

void perceptrons_descent_step(const perceptrons_descent_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: perceptrons_descent_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: perceptrons_descent_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  perceptrons_descent_step_baseline(arguments, arena);
}

typedef void perceptrons_wide_step_kernels(const perceptrons_wide_step_arguments *, void *);
perceptrons_wide_step_kernels perceptrons_wide_step_baseline __asm__("bench.perceptrons_wide_step_baseline");
perceptrons_wide_step_kernels perceptrons_wide_step_avx2 __asm__("bench.perceptrons_wide_step_avx2");
perceptrons_wide_step_kernels perceptrons_wide_step_avx512 __asm__("bench.perceptrons_wide_step_avx512");

void perceptrons_wide_step(const perceptrons_wide_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: perceptrons_wide_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: perceptrons_wide_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  perceptrons_wide_step_baseline(arguments, arena);
}

typedef void perceptrons_digits_step_kernels(const perceptrons_digits_step_arguments *, void *);
perceptrons_digits_step_kernels perceptrons_digits_step_baseline __asm__("bench.perceptrons_digits_step_baseline");
perceptrons_digits_step_kernels perceptrons_digits_step_avx2 __asm__("bench.perceptrons_digits_step_avx2");
perceptrons_digits_step_kernels perceptrons_digits_step_avx512 __asm__("bench.perceptrons_digits_step_avx512");

void perceptrons_digits_step(const perceptrons_digits_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: perceptrons_digits_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: perceptrons_digits_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  perceptrons_digits_step_baseline(arguments, arena);
}
