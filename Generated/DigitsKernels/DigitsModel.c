// Written by Adjoint 0.1 from DigitsModel.swift. Do not edit: change the model and regenerate.
#include "DigitsModel.h"
#include "adjoint_isa.h"

// Each function runs the kernels of the best instruction set that the processor has; the environment variable
// ADJOINT_ISA (baseline, avx2, avx512) lowers the choice.
// The linker knows them by the name of their module too: other modules of a program may have functions of these names.

typedef void digits_model_train_step_kernels(const digits_model_train_step_arguments *, void *);
digits_model_train_step_kernels digits_model_train_step_baseline __asm__("digits.digits_model_train_step_baseline");
digits_model_train_step_kernels digits_model_train_step_avx2 __asm__("digits.digits_model_train_step_avx2");
digits_model_train_step_kernels digits_model_train_step_avx512 __asm__("digits.digits_model_train_step_avx512");

void digits_model_train_step(const digits_model_train_step_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: digits_model_train_step_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: digits_model_train_step_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  digits_model_train_step_baseline(arguments, arena);
}

typedef void digits_model_evaluate_split_1437_kernels(const digits_model_evaluate_split_1437_arguments *, void *);
digits_model_evaluate_split_1437_kernels digits_model_evaluate_split_1437_baseline
    __asm__("digits.digits_model_evaluate_split_1437_baseline");
digits_model_evaluate_split_1437_kernels digits_model_evaluate_split_1437_avx2
    __asm__("digits.digits_model_evaluate_split_1437_avx2");
digits_model_evaluate_split_1437_kernels digits_model_evaluate_split_1437_avx512
    __asm__("digits.digits_model_evaluate_split_1437_avx512");

void digits_model_evaluate_split_1437(const digits_model_evaluate_split_1437_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: digits_model_evaluate_split_1437_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: digits_model_evaluate_split_1437_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  digits_model_evaluate_split_1437_baseline(arguments, arena);
}

typedef void digits_model_evaluate_split_360_kernels(const digits_model_evaluate_split_360_arguments *, void *);
digits_model_evaluate_split_360_kernels digits_model_evaluate_split_360_baseline
    __asm__("digits.digits_model_evaluate_split_360_baseline");
digits_model_evaluate_split_360_kernels digits_model_evaluate_split_360_avx2
    __asm__("digits.digits_model_evaluate_split_360_avx2");
digits_model_evaluate_split_360_kernels digits_model_evaluate_split_360_avx512
    __asm__("digits.digits_model_evaluate_split_360_avx512");

void digits_model_evaluate_split_360(const digits_model_evaluate_split_360_arguments *arguments, void *arena) {
#if ADJOINT_HAS_VARIANTS
  switch (adjoint_selected_isa()) {
  case ADJOINT_ISA_AVX512: digits_model_evaluate_split_360_avx512(arguments, arena); return;
  case ADJOINT_ISA_AVX2: digits_model_evaluate_split_360_avx2(arguments, arena); return;
  case ADJOINT_ISA_BASELINE: break;
  }
#endif
  digits_model_evaluate_split_360_baseline(arguments, arena);
}
