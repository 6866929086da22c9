// Written by Adjoint 0.1 from ParameterUpdate.swift. Do not edit: change the model and regenerate.
#include "ParameterUpdate.h"
#include "adjoint_isa.h"

// Each function runs the kernels of the best instruction set that the processor has; the environment variable
// ADJOINT_ISA (baseline, avx2, avx512) lowers the choice.
// The linker knows them by the name of their module too: other modules of a program may have functions of these names.

typedef void parameter_update_parameter_update_kernels(const parameter_update_parameter_update_arguments *, void *);
parameter_update_parameter_update_kernels parameter_update_parameter_update_baseline
    __asm__("bench.parameter_update_parameter_update_baseline");
parameter_update_parameter_update_kernels parameter_update_parameter_update_avx2
    __asm__("bench.parameter_update_parameter_update_avx2");
parameter_update_parameter_update_kernels parameter_update_parameter_update_avx512
    __asm__("bench.parameter_update_parameter_update_avx512");

void parameter_update_parameter_update(const parameter_update_parameter_update_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: parameter_update_parameter_update_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: parameter_update_parameter_update_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  parameter_update_parameter_update_baseline(arguments, arena);
}
