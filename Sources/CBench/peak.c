#include "CBench.h"
#include "adjoint_isa.h"

#include <stdio.h>
#include <time.h>
#if defined(__APPLE__)
#include <sys/resource.h>
#endif

#define VARIANT(name) name##_baseline
#define LANES 4
#define MULTIPLY_ADD ADJOINT_BASELINE_MULTIPLY_ADD
#include "peak_body.h"
#undef VARIANT
#undef LANES
#undef MULTIPLY_ADD
#define MULTIPLY_ADD __builtin_elementwise_fma

#if ADJOINT_HAS_VARIANTS
ADJOINT_BEGIN_AVX2
#define VARIANT(name) name##_avx2
#define LANES 8
#include "peak_body.h"
#undef VARIANT
#undef LANES
ADJOINT_END
ADJOINT_BEGIN_AVX512
#define VARIANT(name) name##_avx512
#define LANES 16
#include "peak_body.h"
#undef VARIANT
#undef LANES
ADJOINT_END
#define CHOOSE(name, ...)                                                                                            \
  switch (adjoint_selected_isa()) {                                                                                  \
  case ADJOINT_ISA_AVX512: return name##_avx512(__VA_ARGS__);                                                        \
  case ADJOINT_ISA_AVX2: return name##_avx2(__VA_ARGS__);                                                            \
  case ADJOINT_ISA_BASELINE: break;                                                                                  \
  }                                                                                                                  \
  return name##_baseline(__VA_ARGS__);
#else
#define CHOOSE(name, ...) return name##_baseline(__VA_ARGS__);
#endif

uint64_t cbench_multiply_add(uint64_t rounds) { CHOOSE(multiply_add, rounds) }
int cbench_multiply_add_instructions(void) {
#if defined(__x86_64__) && !defined(__FMA__)
  return adjoint_selected_isa() == ADJOINT_ISA_BASELINE ? 2 : 1;
#else
  return 1;
#endif
}
void cbench_copy(const float *x, float *y, size_t n, uint64_t rounds) { CHOOSE(copy, x, y, n, rounds) }
void cbench_update(float *x, size_t n, uint64_t rounds) { CHOOSE(update, x, n, rounds) }

double cbench_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int64_t cbench_peak_memory(void) {
#if defined(__linux__)
  // Not getrusage, which counts what the process that started this one had.
  FILE *status = fopen("/proc/self/status", "r");
  char line[256];
  long long kilobytes = -1;
  while (status && fgets(line, sizeof line, status)) {
    if (sscanf(line, "VmHWM: %lld kB", &kilobytes) == 1) break;
  }
  if (status) fclose(status);
  return kilobytes < 0 ? -1 : kilobytes * 1024;
#elif defined(__APPLE__)
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : -1;
#else
  return -1;
#endif
}
