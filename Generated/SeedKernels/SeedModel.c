// Written by Adjoint 0.1 from SeedModel.swift. Do not edit: change the model and regenerate.
#include "SeedModel.h"
#include "adjoint_isa.h"

// Each function runs the kernels of the best instruction set that the processor has; the environment variable
// ADJOINT_ISA (baseline, avx2, avx512) lowers the choice.
// The linker knows them by the name of their module too: other modules of a program may have functions of these names.

typedef void seed_model_stateful_step_kernels(const seed_model_stateful_step_arguments *, void *);
seed_model_stateful_step_kernels seed_model_stateful_step_baseline __asm__("seed.seed_model_stateful_step_baseline");
seed_model_stateful_step_kernels seed_model_stateful_step_avx2 __asm__("seed.seed_model_stateful_step_avx2");
seed_model_stateful_step_kernels seed_model_stateful_step_avx512 __asm__("seed.seed_model_stateful_step_avx512");

void seed_model_stateful_step(const seed_model_stateful_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: seed_model_stateful_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: seed_model_stateful_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  seed_model_stateful_step_baseline(arguments, arena);
}

typedef void seed_model_pure_step_kernels(const seed_model_pure_step_arguments *, void *);
seed_model_pure_step_kernels seed_model_pure_step_baseline __asm__("seed.seed_model_pure_step_baseline");
seed_model_pure_step_kernels seed_model_pure_step_avx2 __asm__("seed.seed_model_pure_step_avx2");
seed_model_pure_step_kernels seed_model_pure_step_avx512 __asm__("seed.seed_model_pure_step_avx512");

void seed_model_pure_step(const seed_model_pure_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: seed_model_pure_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: seed_model_pure_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  seed_model_pure_step_baseline(arguments, arena);
}

typedef void seed_model_stateful_step_pure_grad_kernels(const seed_model_stateful_step_pure_grad_arguments *, void *);
seed_model_stateful_step_pure_grad_kernels seed_model_stateful_step_pure_grad_baseline
    __asm__("seed.seed_model_stateful_step_pure_grad_baseline");
seed_model_stateful_step_pure_grad_kernels seed_model_stateful_step_pure_grad_avx2
    __asm__("seed.seed_model_stateful_step_pure_grad_avx2");
seed_model_stateful_step_pure_grad_kernels seed_model_stateful_step_pure_grad_avx512
    __asm__("seed.seed_model_stateful_step_pure_grad_avx512");

void seed_model_stateful_step_pure_grad(const seed_model_stateful_step_pure_grad_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: seed_model_stateful_step_pure_grad_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: seed_model_stateful_step_pure_grad_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  seed_model_stateful_step_pure_grad_baseline(arguments, arena);
}

typedef void seed_model_pure_step_stateful_grad_kernels(const seed_model_pure_step_stateful_grad_arguments *, void *);
seed_model_pure_step_stateful_grad_kernels seed_model_pure_step_stateful_grad_baseline
    __asm__("seed.seed_model_pure_step_stateful_grad_baseline");
seed_model_pure_step_stateful_grad_kernels seed_model_pure_step_stateful_grad_avx2
    __asm__("seed.seed_model_pure_step_stateful_grad_avx2");
seed_model_pure_step_stateful_grad_kernels seed_model_pure_step_stateful_grad_avx512
    __asm__("seed.seed_model_pure_step_stateful_grad_avx512");

void seed_model_pure_step_stateful_grad(const seed_model_pure_step_stateful_grad_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: seed_model_pure_step_stateful_grad_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: seed_model_pure_step_stateful_grad_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  seed_model_pure_step_stateful_grad_baseline(arguments, arena);
}

typedef void seed_model_seed_loss_kernels(const seed_model_seed_loss_arguments *, void *);
seed_model_seed_loss_kernels seed_model_seed_loss_baseline __asm__("seed.seed_model_seed_loss_baseline");
seed_model_seed_loss_kernels seed_model_seed_loss_avx2 __asm__("seed.seed_model_seed_loss_avx2");
seed_model_seed_loss_kernels seed_model_seed_loss_avx512 __asm__("seed.seed_model_seed_loss_avx512");

void seed_model_seed_loss(const seed_model_seed_loss_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: seed_model_seed_loss_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: seed_model_seed_loss_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  seed_model_seed_loss_baseline(arguments, arena);
}
