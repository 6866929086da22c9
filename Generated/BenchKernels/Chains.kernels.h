// Written by Adjoint 0.1 from Chains.swift. Do not edit: change the model and regenerate.

// crossEntropyStep(logits: [128, 1000], labels: [128]) -> loss, gradient
//
//   parameters   logits [128, 1000] · labels [128]
//   results      loss [] · gradient [128, 1000]
//   arena        512 bytes · rows_of_total_2 [128] at 0

// layerNormStep(norm, x: [256, 768], upstream: [256, 768]) -> y, x, bias, scale
//
//   parameters   bias [768] · scale [768] · x [256, 768] · upstream [256, 768]
//   results      y [256, 768] · x_2 [256, 768] · bias_2 [768] · scale_2 [768]
//   arena        0 bytes

// geluStep(x: [256, 3072], bias: [3072], upstream: [256, 3072]) -> y, x, bias
//
//   parameters   x [256, 3072] · bias [3072] · upstream [256, 3072]
//   results      y [256, 3072] · x_2 [256, 3072] · bias_2 [3072]
//   arena        0 bytes

// How many of the 32 lanes of a row's sums are computed at a time: as many as half of the registers hold of each sum.
#define LANES_AT_ONCE(sums) \
  ((sums) * 32 <= REGISTERS / 2 * LANES ? 32 : (sums) * 16 <= REGISTERS / 2 * LANES ? 16 : 8)

// Chains.swift:10   softmaxCrossEntropy(logits: logits, labels: labels).mean()
// ∂ Chains.swift:10   softmaxCrossEntropy(logits: logits, labels: labels).mean()
// shifted[128, 1000] = logits − max(logits)
// chosen[128] = sum((shifted where (labels = index) else 0))
// gradient[128, 1000] = ((0.0078125 / sum(exp(shifted))) · exp(shifted)) + (-0.0078125 where (labels = index) else 0)
//   logits [128, 1000]  labels [128]  gradient [128, 1000]  rows_of_total_2 [128]
static void cross_entropy_and_adjoint(const float *restrict logits, const int32_t *restrict labels,
    float *restrict gradient, float *restrict rows_of_total_2, const int begin, const int end) {
  _Alignas(64) float row_of_exp[1000];
  for (int i = begin; i < end; i++) {
    float largest_lanes[32];
    for (int lane_index = 0; lane_index < 32; lane_index++)
      largest_lanes[lane_index] = -INFINITY;
    int32_t largest_unordered[32] = {0};  // whether there was a NaN
    for (int first_lane = 0; first_lane < 32; first_lane += LANES_AT_ONCE(2)) {
      for (int j_block = 0; j_block < 992; j_block += 32) {
        for (int lane_index = first_lane; lane_index < first_lane + LANES_AT_ONCE(2); lane_index++) {
          const int64_t j = j_block + lane_index;
          const float largest_candidate = logits[i * 1000 + j];
          largest_lanes[lane_index] = adjoint_larger_f32(largest_lanes[lane_index], largest_candidate);
          largest_unordered[lane_index] |= largest_candidate != largest_candidate ? -1 : 0;
        }
      }
    }
    for (int j = 992; j < 1000; j++) {
      const float largest_candidate = logits[i * 1000 + j];
      largest_lanes[j - 992] = adjoint_larger_f32(largest_lanes[j - 992], largest_candidate);
      largest_unordered[j - 992] |= largest_candidate != largest_candidate ? -1 : 0;
    }
    for (int half = 16; half > 0; half /= 2) {
      for (int lane_index = 0; lane_index < half; lane_index++) {
        largest_lanes[lane_index] = adjoint_larger_f32(largest_lanes[lane_index], largest_lanes[lane_index + half]);
        largest_unordered[lane_index] |= largest_unordered[lane_index + half];
      }
    }
    const float largest = largest_unordered[0] ? NAN : largest_lanes[0];
    const int64_t index = (int64_t)labels[i];
    const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(999));
    const float chosen = index == row ? 0.0f + (logits[i * 1000 + (int64_t)row] - largest) : 0.0f;
    const int i_next = i + 1 < 128 ? i + 1 : i;
    float total_lanes[32] = {0};
    for (int j_block = 0; j_block < 992; j_block += 32) {
      // Soon written, or read.
      __builtin_prefetch(&gradient[i * 1000 + j_block], 1);
      __builtin_prefetch(&gradient[i * 1000 + j_block + 16], 1);
      __builtin_prefetch(&logits[i_next * 1000 + j_block]);
      __builtin_prefetch(&logits[i_next * 1000 + j_block + 16]);
      for (int lane_index = 0; lane_index < 32; lane_index++) {
        const int64_t j = j_block + lane_index;
        const float logits_value = logits[i * 1000 + j];
        const float exp_value = adjoint_exp_nonpositive_f32(logits_value - largest);
        row_of_exp[j] = exp_value;
        total_lanes[lane_index] += exp_value;
      }
    }
    for (int j = 992; j < 1000; j++) {
      const float logits_value = logits[i * 1000 + j];
      const float exp_value = adjoint_exp_nonpositive_f32(logits_value - largest);
      row_of_exp[j] = exp_value;
      total_lanes[j - 992] += exp_value;
    }
    for (int half = 16; half > 0; half /= 2) {
      for (int lane_index = 0; lane_index < half; lane_index++)
        total_lanes[lane_index] += total_lanes[lane_index + half];
    }
    const float total = total_lanes[0];
    const float divide_value = 0.0078125f / total;
    for (int j = 0; j < 1000; j++)
      gradient[i * 1000 + j] = divide_value * row_of_exp[j];
    if (index == row)
      gradient[i * 1000 + (int64_t)row] += -0.0078125f;
    rows_of_total_2[i] = adjoint_log_f32(total) - chosen;
  }
}

// Chains.swift:10   softmaxCrossEntropy(logits: logits, labels: labels).mean()
// ∂ Chains.swift:10   softmaxCrossEntropy(logits: logits, labels: labels).mean()
// loss[] = sum((log(sum(…)) − chosen)) · 0.0078125
//   rows_of_total_2 [128]
static void cross_entropy_and_adjoint_sums(const float *restrict rows_of_total_2, float *restrict loss) {
  float total_2_lanes[32] = {0};
  for (int i_block = 0; i_block < 128; i_block += 32) {
    for (int lane_index = 0; lane_index < 32; lane_index++) {
      const int64_t i = i_block + lane_index;
      total_2_lanes[lane_index] += rows_of_total_2[i];
    }
  }
  for (int half = 16; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.0078125f;
}

// What the kernels of crossEntropyStep work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const chains_cross_entropy_step_arguments *arguments;
  float *rows_of_total_2;
} chains_cross_entropy_step_arrays;

static void cross_entropy_and_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const chains_cross_entropy_step_arrays *const a = arrays;
  (void)thread;
  cross_entropy_and_adjoint(a->arguments->logits, a->arguments->labels, a->arguments->gradient, a->rows_of_total_2,
      adjoint_part_start(128, 16, part, parts), adjoint_part_start(128, 16, part + 1, parts));
}

// crossEntropyStep(logits: [128, 1000], labels: [128]) -> loss, gradient
void VARIANT(chains_cross_entropy_step)(const chains_cross_entropy_step_arguments *arguments, void *arena) {
  const chains_cross_entropy_step_arrays arrays = {
    .arguments = arguments,
    .rows_of_total_2 = (float *)arena,
  };
  adjoint_divide(cross_entropy_and_adjoint_part, &arrays, 8, 1);
  cross_entropy_and_adjoint_sums(arrays.rows_of_total_2, arguments->loss);
}

// Chains.swift:20   let (y, pullback) = vjp({ x in norm(x) }, x)
// ∂ Chains.swift:20   let (y, pullback) = vjp({ x in norm(x) }, x)
// ∂ Chains.swift:21   let (_, pullbackToNorm) = vjp({ norm in norm(x) }, norm)
// y[256, 768] = ((x − (sum(x) · 0.0013020834)) · (rsqrt((… + 1e-06)) · scale)) + bias
// x_2[256, 768] = ((upstream · (rsqrt(…) · scale)) + (((… · 0.0013020834) · 2) · x)) + ((sum(−…) + ((… · -2) · (… ·
//     0.0013020834))) · 0.0013020834)
// bias_2[768] = sum(upstream)
// scale_2[768] = sum((rsqrt((maximum(…, 0) + 1e-06)) · ((x − (… · 0.0013020834)) · upstream)))
//   bias [768]  scale [768]  x [256, 768]  upstream [256, 768]  y [256, 768]  x_2 [256, 768]  bias_2 [768]
//   scale_2 [768]
static void normalise_and_adjoint(const float *restrict bias, const float *restrict scale, const float *restrict x,
    const float *restrict upstream, float *restrict y, float *restrict x_2, float *restrict bias_2,
    float *restrict scale_2) {
  _Alignas(64) float row_of_multiply[768];
  for (int i = 0; i < 768; i++)
    bias_2[i] = 0.0f;
  for (int i = 0; i < 768; i++)
    scale_2[i] = 0.0f;
  for (int i = 0; i < 256; i++) {
    float total_lanes[32] = {0};
    float total_2_lanes[32] = {0};
    for (int first_lane = 0; first_lane < 32; first_lane += LANES_AT_ONCE(2)) {
      for (int j_block = 0; j_block < 768; j_block += 32) {
        // Soon written, or read.
        const int lines_begin = (first_lane * 768 + j_block * LANES_AT_ONCE(2)) / 32;
        for (int line = lines_begin; line < lines_begin + LANES_AT_ONCE(2); line += 16)
          __builtin_prefetch(&y[i * 768 + line], 1);
        for (int lane_index = first_lane; lane_index < first_lane + LANES_AT_ONCE(2); lane_index++) {
          const int64_t j = j_block + lane_index;
          const float x_value = x[i * 768 + j];
          const float upstream_value = upstream[i * 768 + j];
          bias_2[j] += upstream_value;
          total_lanes[lane_index] += x_value;
          total_2_lanes[lane_index] += x_value * x_value;
        }
      }
    }
    for (int half = 16; half > 0; half /= 2) {
      for (int lane_index = 0; lane_index < half; lane_index++) {
        total_lanes[lane_index] += total_lanes[lane_index + half];
        total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
      }
    }
    const float total = total_lanes[0];
    const float total_2 = total_2_lanes[0];
    const float multiply_value = total * 0.0013020834f;
    const float rsqrt_value = adjoint_rsqrt_f32(adjoint_maximum_f32(total_2 * 0.0013020834f - multiply_value *
        multiply_value, 0.0f) + 1e-06f);
    const int i_next = i + 1 < 256 ? i + 1 : i;
    float total_3_lanes[32] = {0};
    float total_4_lanes[32] = {0};
    for (int first_lane = 0; first_lane < 32; first_lane += LANES_AT_ONCE(2)) {
      for (int j_block = 0; j_block < 768; j_block += 32) {
        // Soon written, or read.
        const int lines_begin = (first_lane * 768 + j_block * LANES_AT_ONCE(2)) / 32;
        for (int line = lines_begin; line < lines_begin + LANES_AT_ONCE(2); line += 16) {
          __builtin_prefetch(&x_2[i * 768 + line], 1);
          __builtin_prefetch(&x[i_next * 768 + line]);
        }
        for (int lane_index = first_lane; lane_index < first_lane + LANES_AT_ONCE(2); lane_index++) {
          const int64_t j = j_block + lane_index;
          const float upstream_value_2 = upstream[i * 768 + j];
          const float scale_value = scale[j];
          const float multiply_value_2 = rsqrt_value * scale_value;
          const float multiply_value_3 = upstream_value_2 * multiply_value_2;
          const float x_value_2 = x[i * 768 + j];
          const float subtract_value = x_value_2 - multiply_value;
          const float multiply_value_4 = subtract_value * upstream_value_2;
          const float multiply_value_5 = subtract_value * multiply_value_2;
          const float bias_value = bias[j];
          const float multiply_value_6 = rsqrt_value * multiply_value_4;
          y[i * 768 + j] = multiply_value_5 + bias_value;
          row_of_multiply[j] = multiply_value_3;
          scale_2[j] += multiply_value_6;
          total_3_lanes[lane_index] += -multiply_value_3;
          total_4_lanes[lane_index] += multiply_value_4 * scale_value;
        }
      }
    }
    for (int half = 16; half > 0; half /= 2) {
      for (int lane_index = 0; lane_index < half; lane_index++) {
        total_3_lanes[lane_index] += total_3_lanes[lane_index + half];
        total_4_lanes[lane_index] += total_4_lanes[lane_index + half];
      }
    }
    const float total_3 = total_3_lanes[0];
    const float total_4 = total_4_lanes[0];
    const float subtract_value_2 = total_2 * 0.0013020834f - multiply_value * multiply_value;
    const float maximum_value = adjoint_maximum_f32(subtract_value_2, 0.0f);
    const float divide_value = rsqrt_value / (maximum_value + 1e-06f);
    const uint8_t condition = subtract_value_2 == maximum_value;
    const float multiply_value_7 = total_4 * (divide_value * -0.5f) * (subtract_value_2 == 0.0f ? 0.5f : condition ?
        1.0f : 0.0f);
    const float multiply_value_8 = multiply_value_7 * 0.0013020834f * 2.0f;
    const float multiply_value_9 = (total_3 + multiply_value_7 * -2.0f * multiply_value) * 0.0013020834f;
    for (int j_block = 0; j_block < 768; j_block += 32) {
      // Soon written, or read.
      __builtin_prefetch(&upstream[i_next * 768 + j_block]);
      __builtin_prefetch(&upstream[i_next * 768 + j_block + 16]);
      for (int j = j_block; j < j_block + 32; j++) {
        const float x_value_3 = x[i * 768 + j];
        const float d_x = row_of_multiply[j] + multiply_value_8 * x_value_3 + multiply_value_9;
        x_2[i * 768 + j] = d_x;
      }
    }
  }
}

// layerNormStep(norm, x: [256, 768], upstream: [256, 768]) -> y, x, bias, scale
void VARIANT(chains_layer_norm_step)(const chains_layer_norm_step_arguments *arguments, void *arena) {
  (void)arena;
  normalise_and_adjoint(arguments->bias, arguments->scale, arguments->x, arguments->upstream, arguments->y,
      arguments->x_2, arguments->bias_2, arguments->scale_2);
}

// Chains.swift:29   let (y, pullback) = vjp({ x in gelu(x + bias) }, x)
// ∂ Chains.swift:29   let (y, pullback) = vjp({ x in gelu(x + bias) }, x)
// ∂ Chains.swift:30   let (_, pullbackToBias) = vjp({ bias in gelu(x + bias) }, bias)
// x_2[256, 3072] = ((upstream · ((… + 1) · 0.5)) + (((… · 0.5) · (… · …)) · ((… · 0.035677407) + 0.7978846))) + ((((… ·
//     …) · 0.035677407) · 2) · (x + bias))
// bias_2[3072] = sum(x_2)
// y[256, 3072] = (x + bias) · ((tanh((… · …)) + 1) · 0.5)
//   x [256, 3072]  bias [3072]  upstream [256, 3072]  y [256, 3072]  x_2 [256, 3072]  bias_2 [3072]
static void x_2_and_others_and_adjoint(const float *restrict x, const float *restrict bias,
    const float *restrict upstream, float *restrict y, float *restrict x_2, float *restrict bias_2, const int begin,
    const int end) {
  for (int i = begin; i < end; i++)
    bias_2[i] = 0.0f;
  for (int i = 0; i < 256; i++) {
#pragma clang loop interleave_count(4)
    for (int j = begin; j < end; j++) {
      const float upstream_value = upstream[i * 3072 + j];
      const float x_value = x[i * 3072 + j];
      const float bias_value = bias[j];
      const float add_value = x_value + bias_value;
      const float add_value_2 = add_value * add_value * 0.035677407f + 0.7978846f;
      const float multiply_value = add_value * add_value_2;
      const float tanh_value = adjoint_tanh_f32(multiply_value);
      const float add_value_3 = tanh_value + 1.0f;
      const float multiply_value_2 = add_value_3 * 0.5f;
      const float multiply_value_3 = add_value * upstream_value * 0.5f * (add_value_3 * (1.0f - tanh_value));
      const float add_value_4 = upstream_value * multiply_value_2 + multiply_value_3 * add_value_2;
      const float d_x = add_value_4 + add_value * multiply_value_3 * 0.035677407f * 2.0f * add_value;
      x_2[i * 3072 + j] = d_x;
      y[i * 3072 + j] = add_value * multiply_value_2;
      bias_2[j] += d_x;
    }
  }
}

// What the kernels of geluStep work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const chains_gelu_step_arguments *arguments;
} chains_gelu_step_arrays;

static void x_2_and_others_and_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const chains_gelu_step_arrays *const a = arrays;
  (void)thread;
  x_2_and_others_and_adjoint(a->arguments->x, a->arguments->bias, a->arguments->upstream, a->arguments->y,
      a->arguments->x_2, a->arguments->bias_2, adjoint_part_start(3072, 16, part, parts), adjoint_part_start(3072, 16,
      part + 1, parts));
}

// geluStep(x: [256, 3072], bias: [3072], upstream: [256, 3072]) -> y, x, bias
void VARIANT(chains_gelu_step)(const chains_gelu_step_arguments *arguments, void *arena) {
  const chains_gelu_step_arrays arrays = {
    .arguments = arguments,
  };
  (void)arena;
  adjoint_divide(x_2_and_others_and_adjoint_part, &arrays, 16, 1);
}
