// Written by Adjoint 0.1 from LinearStep.swift. Do not edit: change the model and regenerate.
#include "LinearStep.h"
#include "adjoint_isa.h"

// Each function runs the kernels of the best instruction set that the processor has; the environment variable
// ADJOINT_ISA (baseline, avx2, avx512) lowers the choice.
// The linker knows them by the name of their module too: other modules of a program may have functions of these names.

typedef void linear_step_linear_step_kernels(const linear_step_linear_step_arguments *, void *);
linear_step_linear_step_kernels linear_step_linear_step_baseline __asm__("bench.linear_step_linear_step_baseline");
linear_step_linear_step_kernels linear_step_linear_step_avx2 __asm__("bench.linear_step_linear_step_avx2");
linear_step_linear_step_kernels linear_step_linear_step_avx512 __asm__("bench.linear_step_linear_step_avx512");

void linear_step_linear_step(const linear_step_linear_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: linear_step_linear_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: linear_step_linear_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  linear_step_linear_step_baseline(arguments, arena);
}
