// Written by Adjoint 0.1 from Chains.swift. Do not edit: change the model and regenerate.
#include "Chains.h"
#include "adjoint_isa.h"

// Each function runs the kernels of the best instruction set that the processor has; the environment variable
// ADJOINT_ISA (baseline, avx2, avx512) lowers the choice.
// The linker knows them by the name of their module too: other modules of a program may have functions of these names.

typedef void chains_cross_entropy_step_kernels(const chains_cross_entropy_step_arguments *, void *);
chains_cross_entropy_step_kernels chains_cross_entropy_step_baseline
    __asm__("bench.chains_cross_entropy_step_baseline");
chains_cross_entropy_step_kernels chains_cross_entropy_step_avx2 __asm__("bench.chains_cross_entropy_step_avx2");
chains_cross_entropy_step_kernels chains_cross_entropy_step_avx512 __asm__("bench.chains_cross_entropy_step_avx512");

void chains_cross_entropy_step(const chains_cross_entropy_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: chains_cross_entropy_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: chains_cross_entropy_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  chains_cross_entropy_step_baseline(arguments, arena);
}

typedef void chains_layer_norm_step_kernels(const chains_layer_norm_step_arguments *, void *);
chains_layer_norm_step_kernels chains_layer_norm_step_baseline __asm__("bench.chains_layer_norm_step_baseline");
chains_layer_norm_step_kernels chains_layer_norm_step_avx2 __asm__("bench.chains_layer_norm_step_avx2");
chains_layer_norm_step_kernels chains_layer_norm_step_avx512 __asm__("bench.chains_layer_norm_step_avx512");

void chains_layer_norm_step(const chains_layer_norm_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: chains_layer_norm_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: chains_layer_norm_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  chains_layer_norm_step_baseline(arguments, arena);
}

typedef void chains_gelu_step_kernels(const chains_gelu_step_arguments *, void *);
chains_gelu_step_kernels chains_gelu_step_baseline __asm__("bench.chains_gelu_step_baseline");
chains_gelu_step_kernels chains_gelu_step_avx2 __asm__("bench.chains_gelu_step_avx2");
chains_gelu_step_kernels chains_gelu_step_avx512 __asm__("bench.chains_gelu_step_avx512");

void chains_gelu_step(const chains_gelu_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: chains_gelu_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: chains_gelu_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  chains_gelu_step_baseline(arguments, arena);
}
