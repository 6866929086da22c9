// The loops of CBench.h, compiled once per instruction set; the includer defines VARIANT(name), LANES and MULTIPLY_ADD.
typedef float VARIANT(vector) __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

// Twelve chains keep two units of a latency of up to six cycles busy.
static uint64_t VARIANT(multiply_add)(uint64_t rounds) {
  VARIANT(vector) sum[12];
  // Numbers that the compiler does not know: it would leave out a chain whose sum it sees to stay the same.
  volatile float start = 1.0f, share = 0.001f;
  for (int i = 0; i < 12; i++) sum[i] = (VARIANT(vector))(start + (float)i);
  const VARIANT(vector) factor = (VARIANT(vector))(1.0f - share), term = (VARIANT(vector))(share);
  for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; i++) sum[i] = MULTIPLY_ADD(sum[i], factor, term);
    __asm__ volatile("" ::: "memory");
  }
  VARIANT(vector) total = sum[0];
  for (int i = 1; i < 12; i++) total += sum[i];
  volatile float sink = total[0];
  (void)sink;
  return rounds * 12 * LANES * 2;
}

static void VARIANT(copy)(const float *x, float *y, size_t n, uint64_t rounds) {
  for (uint64_t round = 0; round < rounds; round++) {
    size_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES)
#pragma clang loop unroll(full)
      for (int v = 0; v < 4; v++)
        *(VARIANT(vector) *)(y + i + v * LANES) = *(const VARIANT(vector) *)(x + i + v * LANES) + 1.0f;
    for (; i < n; i++) y[i] = x[i] + 1.0f;
    __asm__ volatile("" ::: "memory");
  }
}

static void VARIANT(update)(float *x, size_t n, uint64_t rounds) {
  for (uint64_t round = 0; round < rounds; round++) {
    size_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES)
#pragma clang loop unroll(full)
      for (int v = 0; v < 4; v++) *(VARIANT(vector) *)(x + i + v * LANES) += 1.0f;
    for (; i < n; i++) x[i] += 1.0f;
    __asm__ volatile("" ::: "memory");
  }
}
