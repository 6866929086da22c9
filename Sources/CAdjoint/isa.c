#include "adjoint_isa.h"

#include <stdlib.h>
#include <string.h>

static adjoint_isa select_isa(void) {
  adjoint_isa best = ADJOINT_ISA_BASELINE;
#if ADJOINT_HAS_VARIANTS
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    best = ADJOINT_ISA_AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      best = ADJOINT_ISA_AVX512;
  }
#endif
  const char *wish = getenv("ADJOINT_ISA");
  if (!wish) return best;
  adjoint_isa wished = best;
  if (strcmp(wish, "baseline") == 0) wished = ADJOINT_ISA_BASELINE;
  if (strcmp(wish, "avx2") == 0) wished = ADJOINT_ISA_AVX2;
  return wished < best ? wished : best;
}

adjoint_isa adjoint_selected_isa(void) {
  static int selected = -1;  // every thread would store the same number
  int isa = __atomic_load_n(&selected, __ATOMIC_RELAXED);
  if (isa < 0) {
    isa = (int)select_isa();
    __atomic_store_n(&selected, isa, __ATOMIC_RELAXED);
  }
  return (adjoint_isa)isa;
}
