// Written by Adjoint 0.1 from DigitsModel.swift. Do not edit: change the model and regenerate.

// trainStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
//
//   parameters   hidden.bias [128] · hidden.kernel [64, 128] · output.bias [10] · output.kernel [128, 10] ·
//                learningRate [] · beta1 [] · beta2 [] · epsilon [] · mu.hidden.bias [128] ·
//                mu.hidden.kernel [64, 128] · mu.output.bias [10] · mu.output.kernel [128, 10] · nu.hidden.bias [128] ·
//                nu.hidden.kernel [64, 128] · nu.output.bias [10] · nu.output.kernel [128, 10] · step [] ·
//                images [32, 64] · labels [32]
//   results      new_hidden_bias [128] · new_hidden_kernel [64, 128] · new_output_bias [10] ·
//                new_output_kernel [128, 10] · new_mu_hidden_bias [128] · new_mu_hidden_kernel [64, 128] ·
//                new_mu_output_bias [10] · new_mu_output_kernel [128, 10] · new_nu_hidden_bias [128] ·
//                new_nu_hidden_kernel [64, 128] · new_nu_output_bias [10] · new_nu_output_kernel [128, 10] ·
//                new_step [] · loss []
//   in place     every new_… may be given the memory of what it replaces
//   arena        39,808 bytes · h [32, 128] at 0 · d_hidden [32, 128] at 16,384 ·
//                logits [32, 10], then d_logits [32, 10] at 32,768 · smallest [] at 34,048 · scale [] at 34,112 ·
//                packed panels at 34,176

// evaluate(model, images: [1437, 64], labels: [1437]) -> logits, loss
//
//   parameters   hidden.bias [128] · hidden.kernel [64, 128] · output.bias [10] · output.kernel [128, 10] ·
//                images [1437, 64] · labels [1437]
//   results      logits [1437, 10] · loss []
//   arena        735,744 bytes · h [1437, 128] at 0

// evaluate(model, images: [360, 64], labels: [360]) -> logits, loss
//
//   parameters   hidden.bias [128] · hidden.kernel [64, 128] · output.bias [10] · output.kernel [128, 10] ·
//                images [360, 64] · labels [360]
//   results      logits [360, 10] · loss []
//   arena        184,320 bytes · h [360, 128] at 0

// Products of matrices go tile by tile: at most TILE_ROWS rows of the left matrix meet panels of TILE_COLUMNS columns
// of the right one, and a tile's sums are kept in registers. Tiles of one product are about equally high. Where a panel
// would be too deep for the nearest cache, it is cut, and the sums so far are kept in memory between the cuts.
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
#define TILES(rows) (((rows) + TILE_ROWS - 1) / TILE_ROWS)
#define TILE_HEIGHT(rows) (((rows) + TILES(rows) - 1) / TILES(rows))
// Tiles of one height where rows allow it: for products of little depth, which have as much to do after the sum.
#define EVEN_HEIGHT(rows) \
  ((rows) % TILE_ROWS == 0 ? TILE_ROWS : TILE_ROWS > 8 && (rows) % 8 == 0 ? 8 : TILE_HEIGHT(rows))
// Whether a step of a panel is two lines of a cache or more.
#define WIDE_PANELS (TILE_COLUMNS * (int)sizeof(float) >= 128)
// The height of the tile that begins at a row: a constant where all are equally high.
#define HEIGHT_AT(row, rows, height) ((rows) % (height) == 0 ? (height) : SMALLER(height, (rows) - (row)))
// Whole tiles of about 480 rows.
#define ROW_BLOCK(rows) (480 / TILE_HEIGHT(rows) * TILE_HEIGHT(rows))
// Rows that are packed at a time: whole tiles, and at most so many rows.
#define PACKED_ROWS(most, height) ((most) / (height) * (height))
// Elements from one packed panel to the next: a step of the depth more than a panel has, so that panels do not compete
// for the same places of a cache.
#define PANEL_SIZE(depth, width) (((depth) + 1) * (width))

// A vector of float, at any address.
typedef float vector_f32 __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

// 16 bytes of float, at any address.
enum { PIECE_f32 = 16 / sizeof(float) };
typedef float piece_f32 __attribute__((ext_vector_type(PIECE_f32), aligned(4), may_alias));

// The first PIECE_f32 steps of LANES lines that are one run of memory each: turned about, into a vector a step.
ADJOINT_INLINE void transpose_f32(const float *restrict lines, const ptrdiff_t line_stride,
                                  vector_f32 *restrict steps) {
#pragma clang loop unroll(full)
  for (int i = 0; i < PIECE_f32; i++)
    steps[i] = JOIN_f32(*(const piece_f32 *)(lines + i * line_stride),
        *(const piece_f32 *)(lines + (PIECE_f32 + i) * line_stride),
        *(const piece_f32 *)(lines + (2 * PIECE_f32 + i) * line_stride),
        *(const piece_f32 *)(lines + (3 * PIECE_f32 + i) * line_stride));
#pragma clang loop unroll(full)
  for (int width = 1; width < PIECE_f32; width *= 2) {
    vector_f32 next[PIECE_f32];
#pragma clang loop unroll(full)
    for (int i = 0; i < PIECE_f32 / 2; i++) {
      next[2 * i] = INTERLEAVE_LOW_f32(steps[i], steps[i + PIECE_f32 / 2]);
      next[2 * i + 1] = INTERLEAVE_HIGH_f32(steps[i], steps[i + PIECE_f32 / 2]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < PIECE_f32; i++) steps[i] = next[i];
  }
}

// Copies `count` lines (columns of a right matrix, rows of a left one) into groups of `width` that lie in one piece:
// to[c / width * PANEL_SIZE(depth, width) + k * width + c % width] = from[k * depth_stride + c * line_stride]; what is
// left of the last group is 0.
ADJOINT_INLINE void pack_f32(const float *restrict from, const ptrdiff_t depth_stride,
                             const ptrdiff_t line_stride, const int depth, const int count, const int width,
                             float *restrict to) {
  const int whole = line_stride == 1 ? count / width * width : 0;
  // In the order of the source's memory, asking the second cache for lines long before the processor would.
  for (int k = 0; k < depth; k++)
    for (int group = 0; group < whole; group += width) {
      const float *restrict line = from + k * depth_stride + group;
      float *restrict place = to + group / width * PANEL_SIZE(depth, width) + k * width;
      for (int c = 0; c < width; c += 64 / (int)sizeof(float)) __builtin_prefetch(line + 8 * depth_stride + c, 0, 2);
#pragma clang loop unroll(full)
      for (int c = 0; c < width; c++) place[c] = line[c];
    }
  for (int group = whole; group < count; group += width) {
    const float *restrict lines = from + group * line_stride;
    float *restrict panel = to + group / width * PANEL_SIZE(depth, width);
    const int used = SMALLER(width, count - group);
    if (used < width) memset(panel, 0, sizeof(float) * (size_t)depth * (size_t)width);
    int c = 0;
    if (depth_stride == 1)
      for (; c + LANES <= used; c += LANES) {
        int k = 0;
        for (; k + PIECE_f32 <= depth; k += PIECE_f32) {
          vector_f32 steps[PIECE_f32];
          transpose_f32(lines + k + c * line_stride, line_stride, steps);
#pragma clang loop unroll(full)
          for (int i = 0; i < PIECE_f32; i++) *(vector_f32 *)(panel + (k + i) * width + c) = steps[i];
        }
        for (; k < depth; k++)
          for (int i = 0; i < LANES; i++) panel[k * width + c + i] = lines[k + (c + i) * line_stride];
      }
    for (int k = 0; k < depth; k++)
      for (int i = c; i < used; i++) panel[k * width + i] = lines[k * depth_stride + i * line_stride];
  }
}

// One step of a tile's sums: sum[r, c] += left[r * row_stride] * right[c]. What the right matrix has `ahead` steps
// further on is asked for early, where it is read in place; where `ahead` is negative, it is in this core's cache, and
// what lies between is another one's: asked for in this way, the processor fetches hardly more than that.
ADJOINT_INLINE void matmul_step_f32(const float *restrict left, const ptrdiff_t row_stride,
                                    const float *restrict right, const ptrdiff_t right_stride, const int ahead,
                                    const int rows, const int vectors, vector_f32 (*restrict sum)[TILE_VECTORS]) {
  vector_f32 column[TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const float *const place = right + v * LANES;
    column[v] = *(const vector_f32 *)place;
    if (v * (int)sizeof(vector_f32) % 64 != 0) continue;
    if (ahead > 0) __builtin_prefetch(place + ahead * right_stride);
    if (ahead < 0) __builtin_prefetch(place - ahead * right_stride, 0, 0);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const vector_f32 row = (vector_f32)(left[r * row_stride]);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = MULTIPLY_ADD(row, column[v], sum[r][v]);
  }
}

// Asks for rows of a tile, or for the first that its sums take of the right matrix, in the same way.
ADJOINT_INLINE void ask_for_tile_f32(const float *const place, const ptrdiff_t stride, const int height) {
  for (int r = 0; r < height; r++)
    for (int c = 0; c < TILE_COLUMNS; c += 64 / (int)sizeof(float)) __builtin_prefetch(place + r * stride + c, 0, 0);
}

// sums[r, c] = Σk left[r * row_stride + k * depth_stride] * right[k * right_stride + c] for r < rows, c < vectors *
// LANES: a chain of multiply-adds in the order of k, from 0 or from the sums of the depth before, so that no
// choice of tile changes a bit. Meanwhile rows that lie side by side are copied,
//     where `packed` is any place: those of a
// step one behind the other, TILE_ROWS from step to step.
ADJOINT_INLINE void matmul_block_f32(const float *restrict left, const ptrdiff_t row_stride,
                                     const ptrdiff_t depth_stride, float *restrict packed,
                                     const float *restrict right, const ptrdiff_t right_stride, const int ahead,
                                     const int depth, const int rows, const int vectors, const int is_first,
                                     float *restrict sums) {
  vector_f32 sum[TILE_ROWS][TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      sum[r][v] = is_first ? (vector_f32)(0) : *(vector_f32 *)(sums + r * TILE_COLUMNS + v * LANES);
  int k = 0;
  if (ahead < 0) {
    ask_for_tile_f32(right, right_stride, SMALLER(-ahead, depth));
#pragma clang loop unroll_count(2)
    for (; k < depth + ahead; k++) {
      const float *const place = left + k * depth_stride;
      if (packed) memcpy(packed + k * TILE_ROWS, place, sizeof(float) * (size_t)rows);
      matmul_step_f32(place, row_stride, right + k * right_stride, right_stride, ahead, rows, vectors, sum);
    }
  }
  const int steps = ahead < 0 ? 0 : ahead;
#pragma clang loop unroll_count(2)
  for (; k < depth; k++) {
    const float *const place = left + k * depth_stride;
    if (packed) memcpy(packed + k * TILE_ROWS, place, sizeof(float) * (size_t)rows);
    matmul_step_f32(place, row_stride, right + k * right_stride, right_stride, steps, rows, vectors, sum);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) *(vector_f32 *)(sums + r * TILE_COLUMNS + v * LANES) = sum[r][v];
}

// The same for `height` of the product's `rows` rows, in tiles of `full`, and `width` of its `columns` columns, by the
// narrowest block of constant size that covers them.
ADJOINT_INLINE void matmul_tile_f32(const float *restrict left, const ptrdiff_t row_stride,
                                    const ptrdiff_t depth_stride, float *restrict packed,
                                    const float *restrict right, const ptrdiff_t right_stride, const int ahead,
                                    const int depth, const int rows, const int full, const int height,
                                    const int columns, const int width, const int is_first, float *restrict sums) {
  const int last = rows % full;
  const int used = (columns % TILE_COLUMNS + LANES - 1) / LANES;
  const int narrow = used > 0 && used < TILE_VECTORS && width <= used * LANES;
  if (narrow && (last == 0 || height == full))
    matmul_block_f32(left, row_stride, depth_stride, packed, right, right_stride, ahead, depth, full, used, is_first,
        sums);
  else if (narrow)
    matmul_block_f32(left, row_stride, depth_stride, packed, right, right_stride, ahead, depth, last, used, is_first,
        sums);
  else if (last == 0 || height == full)
    matmul_block_f32(left, row_stride, depth_stride, packed, right, right_stride, ahead, depth, full, TILE_VECTORS,
        is_first, sums);
  else
    matmul_block_f32(left, row_stride, depth_stride, packed, right, right_stride, ahead, depth, last, TILE_VECTORS,
        is_first, sums);
}

// DigitsModel.swift:33   optimizer.update(model, grads)
// new_step[] = step + 1
// correction[] = sqrt((1 − power(beta2, new_step)))
// smallest[] = correction · epsilon
// factor[] = correction / (1 − power(beta1, new_step))
// scale[] = −(learningRate · factor)
static void update_step(const double *restrict learningRate, const double *restrict beta1, const double *restrict beta2,
    const double *restrict epsilon, const int32_t *step, int32_t *new_step, float *restrict smallest,
    float *restrict scale) {
  const int32_t step_value = step[0];
  const int32_t count = adjoint_add_i32(step_value, 1);
  const double beta2_value = beta2[0];
  const double steps = (double)count;
  const double correction = adjoint_sqrt_f64(1.0 - adjoint_pow_f64(beta2_value, steps));
  const double epsilon_value = epsilon[0];
  const double learningRate_value = learningRate[0];
  const double beta1_value = beta1[0];
  const double factor = correction / (1.0 - adjoint_pow_f64(beta1_value, steps));
  new_step[0] = count;
  smallest[0] = (float)(correction * epsilon_value);
  scale[0] = (float)-(learningRate_value * factor);
}

// DigitsModel.swift:14   let h = relu(hidden(images))
// product[32, 128] = images · hidden.kernel
// hidden[32, 128] = product + hidden.bias
// h[32, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [64, 128]  images [32, 64]  h [32, 128]
static void hidden_relu_train_step(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict h) {
  for (int i_tile = 0; i_tile < 32; i_tile += EVEN_HEIGHT(32)) {
    const int tile_height = HEIGHT_AT(i_tile, 32, EVEN_HEIGHT(32));
    for (int j_tile = 0; j_tile < 128; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(images + i_tile * 64, 64, 1, NULL, hidden_kernel + j_tile, 128, 0, 64, 32, EVEN_HEIGHT(32),
          tile_height, 128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          const float hidden = product + hidden_bias[j];
          h[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
        }
      }
    }
  }
}

// DigitsModel.swift:15   return output(h)
// product[32, 10] = h · output.kernel
// logits[32, 10] = product + output.bias
//   output_bias [10]  output_kernel [128, 10]  h [32, 128]  logits [32, 10]
static void output_train_step(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict h, float *restrict logits) {
  // Vectors of its other steps go on into the next one.
  float last_step[PANEL_SIZE(1, 32)];
  pack_f32(output_kernel + 127 * 10, 10, 1, 1, 10, TILE_COLUMNS, last_step);
  for (int i_tile = 0; i_tile < 32; i_tile += TILE_HEIGHT(32)) {
    const int tile_height = HEIGHT_AT(i_tile, 32, TILE_HEIGHT(32));
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_COLUMNS) {
      const int tile_width = SMALLER(TILE_COLUMNS, 10 - j_tile);
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(h + i_tile * 128, 128, 1, NULL, output_kernel + j_tile, 10, 0, 127, 32, TILE_HEIGHT(32),
          tile_height, 10, tile_width, 1, sums);
      matmul_tile_f32(h + i_tile * 128 + 127, 128, 1, NULL, last_step + j_tile / TILE_COLUMNS * PANEL_SIZE(1,
          TILE_COLUMNS), TILE_COLUMNS, 0, 1, 32, TILE_HEIGHT(32), tile_height, 10, tile_width, 0, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          logits[i * 10 + j] = product + output_bias[j];
        }
      }
    }
  }
}

// DigitsModel.swift:31   return softmaxCrossEntropy(logits: logits, labels: labels).mean()
// ∂ DigitsModel.swift:31   return softmaxCrossEntropy(logits: logits, labels: labels).mean()
// ∂ DigitsModel.swift:15   return output(h)
// DigitsModel.swift:33   optimizer.update(model, grads)
// shifted[32, 10] = logits − max(logits)
// chosen[32] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.03125
// d_logits[32, 10] = ((0.03125 / sum(exp(shifted))) · exp(shifted)) + (-0.03125 where (labels = index) else 0)
// d_output_bias[10] = sum(d_logits)
// new_mu_output_bias[10] = d_output_bias · (1 − beta1) + (mu.output.bias · beta1)
// new_nu_output_bias[10] = (d_output_bias · d_output_bias) · (1 − beta2) + (nu.output.bias · beta2)
// new_output_bias[10] = (new_mu_output_bias / (sqrt(new_nu_output_bias) + smallest)) · scale + output.bias
//   output_bias [10]  mu_output_bias [10]  nu_output_bias [10]  labels [32]  logits [32, 10]  d_logits [32, 10]
//   new_mu_output_bias [10]  new_nu_output_bias [10]  new_output_bias [10]
static void cross_entropy_and_adjoint(const float *output_bias, const double *restrict beta1,
    const double *restrict beta2, const float *mu_output_bias, const float *nu_output_bias,
    const int32_t *restrict labels, const float *logits, const float *restrict smallest, const float *restrict scale,
    float *restrict loss, float *d_logits, float *new_mu_output_bias, float *new_nu_output_bias,
    float *new_output_bias) {
  _Alignas(64) float d_output_bias[10];
  _Alignas(64) float row_of_exp[10];
  for (int i = 0; i < 10; i++)
    d_output_bias[i] = 0.0f;
  float total_2_lanes[16] = {0};
  float total_of_lane[16];
  float chosen_of_lane[16];
  for (int i_block = 0; i_block < 32; i_block += 16) {
    for (int lane_index = 0; lane_index < 16; lane_index++) {
      const int64_t i = i_block + lane_index;
      float largest = -INFINITY;
      for (int j = 0; j < 10; j++)
        largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total_terms[10];
      float total = 0.0f;
      for (int j = 0; j < 10; j++) {
        const float logits_value = logits[i * 10 + j];
        const float exp_value = adjoint_exp_nonpositive_f32(logits_value - largest);
        row_of_exp[j] = exp_value;
        total_terms[j] = exp_value;
      }
      for (int j = 0; j < 10; j++)
        total += total_terms[j];
      const float divide_value = 0.03125f / total;
      const int32_t labels_value = labels[i];
      for (int j = 0; j < 10; j++) {
        const float row_of_exp_value = row_of_exp[j];
        const float d_logits_value = divide_value * row_of_exp_value + (labels_value == j ? -0.03125f : 0.0f);
        d_logits[i * 10 + j] = d_logits_value;
        d_output_bias[j] += d_logits_value;
      }
      total_of_lane[lane_index] = total;
      chosen_of_lane[lane_index] = chosen;
    }
    for (int lane_index = 0; lane_index < 16; lane_index++)
      total_2_lanes[lane_index] += adjoint_log_f32(total_of_lane[lane_index]) - chosen_of_lane[lane_index];
  }
  for (int half = 8; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.03125f;
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 10; i++) {
    const float d_output_bias_value = d_output_bias[i];
    const float mu_output_bias_value = mu_output_bias[i];
    const float new_mu_output_bias_value = MULTIPLY_ADD(d_output_bias_value, converted,
        mu_output_bias_value * converted_2);
    const float nu_output_bias_value = nu_output_bias[i];
    const float new_nu_output_bias_value = MULTIPLY_ADD(d_output_bias_value * d_output_bias_value, converted_3,
        nu_output_bias_value * converted_4);
    const float divide_value_2 = new_mu_output_bias_value / (adjoint_sqrt_f32(new_nu_output_bias_value) +
        smallest_value);
    const float output_bias_value = output_bias[i];
    new_mu_output_bias[i] = new_mu_output_bias_value;
    new_nu_output_bias[i] = new_nu_output_bias_value;
    new_output_bias[i] = MULTIPLY_ADD(divide_value_2, scale_value, output_bias_value);
  }
}

// ∂ DigitsModel.swift:15   return output(h)
// ∂ DigitsModel.swift:14   let h = relu(hidden(images))
// d_h[32, 128] = d_logits · output.kernelᵀ
// d_hidden[32, 128] = 0 where (h ≤ 0) else d_h
//   output_kernel [128, 10]  h [32, 128]  d_logits [32, 10]  d_hidden [32, 128]
static void output_adjoint(const float *restrict output_kernel, const float *restrict h, const float *restrict d_logits,
    float *restrict d_hidden, void *restrict scratch) {
  float *restrict const panels = scratch;
  pack_f32(output_kernel, 1, 10, 10, 128, TILE_COLUMNS, panels);
  for (int i_tile = 0; i_tile < 32; i_tile += EVEN_HEIGHT(32)) {
    const int tile_height = HEIGHT_AT(i_tile, 32, EVEN_HEIGHT(32));
    for (int j_tile = 0; j_tile < 128; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(d_logits + i_tile * 10, 10, 1, NULL, panels + j_tile / TILE_COLUMNS * PANEL_SIZE(10,
          TILE_COLUMNS), TILE_COLUMNS, 0, 10, 32, EVEN_HEIGHT(32), tile_height, 128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float d_h = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          d_hidden[i * 128 + j] = h[i * 128 + j] <= 0.0f ? 0.0f : d_h;
        }
      }
    }
  }
}

// ∂ DigitsModel.swift:15   return output(h)
// DigitsModel.swift:33   optimizer.update(model, grads)
// d_output_kernel[128, 10] = hᵀ · d_logits
// new_mu_output_kernel[128, 10] = d_output_kernel · (1 − beta1) + (mu.output.kernel · beta1)
// new_nu_output_kernel[128, 10] = (d_output_kernel · d_output_kernel) · (1 − beta2) + (nu.output.kernel · beta2)
// new_output_kernel[128, 10] = (new_mu_output_kernel / (sqrt(new_nu_output_kernel) + smallest)) · scale + output.kernel
//   output_kernel [128, 10]  mu_output_kernel [128, 10]  nu_output_kernel [128, 10]  h [32, 128]
//   d_logits [32, 10]  new_mu_output_kernel [128, 10]  new_nu_output_kernel [128, 10]  new_output_kernel [128, 10]
static void update_output_kernel(const float *output_kernel, const double *restrict beta1, const double *restrict beta2,
    const float *mu_output_kernel, const float *nu_output_kernel, const float *restrict h,
    const float *restrict d_logits, const float *restrict smallest, const float *restrict scale,
    float *new_mu_output_kernel, float *new_nu_output_kernel, float *new_output_kernel) {
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  for (int i_tile = 0; i_tile < 128; i_tile += TILE_COLUMNS) {
    const int tile_width = TILE_COLUMNS;
    float values[TILE_COLUMNS * 10];
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_HEIGHT(10)) {
      const int tile_height = HEIGHT_AT(j_tile, 10, TILE_HEIGHT(10));
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(d_logits + j_tile, 1, 10, NULL, h + i_tile, 128, 0, 32, 10, TILE_HEIGHT(10), tile_height, 128,
          tile_width, 1, sums);
      // Turned about, as the arrays are.
      for (int i = 0; i < tile_width; i++) {
        for (int j = 0; j < tile_height; j++)
          values[i * 10 + j_tile + j] = sums[j * TILE_COLUMNS + i];
      }
    }
#pragma clang loop vectorize(assume_safety)
    for (int place = i_tile * 10; place < (i_tile + tile_width) * 10; place++) {
      const float d_output_kernel = values[place - i_tile * 10];
      const float mu_output_kernel_value = mu_output_kernel[place];
      const float new_mu_output_kernel_value = MULTIPLY_ADD(d_output_kernel, converted,
          mu_output_kernel_value * converted_2);
      const float nu_output_kernel_value = nu_output_kernel[place];
      const float new_nu_output_kernel_value = MULTIPLY_ADD(d_output_kernel * d_output_kernel, converted_3,
          nu_output_kernel_value * converted_4);
      const float add_value = adjoint_sqrt_f32(new_nu_output_kernel_value) + smallest_value;
      const float output_kernel_value = output_kernel[place];
      const float new_output_kernel_value = MULTIPLY_ADD(new_mu_output_kernel_value / add_value, scale_value,
          output_kernel_value);
      new_mu_output_kernel[place] = new_mu_output_kernel_value;
      new_nu_output_kernel[place] = new_nu_output_kernel_value;
      new_output_kernel[place] = new_output_kernel_value;
    }
  }
}

// ∂ DigitsModel.swift:14   let h = relu(hidden(images))
// DigitsModel.swift:33   optimizer.update(model, grads)
// d_hidden_bias[128] = sum(d_hidden)
// new_mu_hidden_bias[128] = d_hidden_bias · (1 − beta1) + (mu.hidden.bias · beta1)
// new_nu_hidden_bias[128] = (d_hidden_bias · d_hidden_bias) · (1 − beta2) + (nu.hidden.bias · beta2)
// new_hidden_bias[128] = (new_mu_hidden_bias / (sqrt(new_nu_hidden_bias) + smallest)) · scale + hidden.bias
//   hidden_bias [128]  mu_hidden_bias [128]  nu_hidden_bias [128]  d_hidden [32, 128]  new_mu_hidden_bias [128]
//   new_nu_hidden_bias [128]  new_hidden_bias [128]
static void update_hidden_bias(const float *hidden_bias, const double *restrict beta1, const double *restrict beta2,
    const float *mu_hidden_bias, const float *nu_hidden_bias, const float *restrict d_hidden,
    const float *restrict smallest, const float *restrict scale, float *new_mu_hidden_bias, float *new_nu_hidden_bias,
    float *new_hidden_bias) {
  _Alignas(64) float d_hidden_bias[128];
  for (int i = 0; i < 128; i++)
    d_hidden_bias[i] = 0.0f;
  for (int i = 0; i < 32; i++) {
    for (int j = 0; j < 128; j++)
      d_hidden_bias[j] += d_hidden[i * 128 + j];
  }
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 128; i++) {
    const float d_hidden_bias_value = d_hidden_bias[i];
    const float mu_hidden_bias_value = mu_hidden_bias[i];
    const float new_mu_hidden_bias_value = MULTIPLY_ADD(d_hidden_bias_value, converted,
        mu_hidden_bias_value * converted_2);
    const float nu_hidden_bias_value = nu_hidden_bias[i];
    const float new_nu_hidden_bias_value = MULTIPLY_ADD(d_hidden_bias_value * d_hidden_bias_value, converted_3,
        nu_hidden_bias_value * converted_4);
    const float divide_value = new_mu_hidden_bias_value / (adjoint_sqrt_f32(new_nu_hidden_bias_value) + smallest_value);
    const float hidden_bias_value = hidden_bias[i];
    new_mu_hidden_bias[i] = new_mu_hidden_bias_value;
    new_nu_hidden_bias[i] = new_nu_hidden_bias_value;
    new_hidden_bias[i] = MULTIPLY_ADD(divide_value, scale_value, hidden_bias_value);
  }
}

// ∂ DigitsModel.swift:14   let h = relu(hidden(images))
// DigitsModel.swift:33   optimizer.update(model, grads)
// d_hidden_kernel[64, 128] = imagesᵀ · d_hidden
// new_mu_hidden_kernel[64, 128] = d_hidden_kernel · (1 − beta1) + (mu.hidden.kernel · beta1)
// new_nu_hidden_kernel[64, 128] = (d_hidden_kernel · d_hidden_kernel) · (1 − beta2) + (nu.hidden.kernel · beta2)
// new_hidden_kernel[64, 128] = (new_mu_hidden_kernel / (sqrt(new_nu_hidden_kernel) + smallest)) · scale + hidden.kernel
//   hidden_kernel [64, 128]  mu_hidden_kernel [64, 128]  nu_hidden_kernel [64, 128]  images [32, 64]
//   d_hidden [32, 128]  new_mu_hidden_kernel [64, 128]  new_nu_hidden_kernel [64, 128]
//   new_hidden_kernel [64, 128]
static void update_hidden_kernel(const float *hidden_kernel, const double *restrict beta1, const double *restrict beta2,
    const float *mu_hidden_kernel, const float *nu_hidden_kernel, const float *restrict images,
    const float *restrict d_hidden, const float *restrict smallest, const float *restrict scale,
    float *new_mu_hidden_kernel, float *new_nu_hidden_kernel, float *new_hidden_kernel) {
  const double beta1_value = beta1[0];
  const float converted = (float)(1.0 - beta1_value);
  const float converted_2 = (float)beta1_value;
  const double beta2_value = beta2[0];
  const float converted_3 = (float)(1.0 - beta2_value);
  const float converted_4 = (float)beta2_value;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  for (int i_tile = 0; i_tile < 64; i_tile += EVEN_HEIGHT(64)) {
    const int tile_height = HEIGHT_AT(i_tile, 64, EVEN_HEIGHT(64));
    for (int j_tile = 0; j_tile < 128; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(images + i_tile, 1, 64, NULL, d_hidden + j_tile, 128, 0, 32, 64, EVEN_HEIGHT(64), tile_height,
          128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
#pragma clang loop vectorize(assume_safety)
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float d_hidden_kernel = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          const float mu_hidden_kernel_value = mu_hidden_kernel[i * 128 + j];
          const float new_mu_hidden_kernel_value = MULTIPLY_ADD(d_hidden_kernel, converted,
              mu_hidden_kernel_value * converted_2);
          const float nu_hidden_kernel_value = nu_hidden_kernel[i * 128 + j];
          const float new_nu_hidden_kernel_value = MULTIPLY_ADD(d_hidden_kernel * d_hidden_kernel, converted_3,
              nu_hidden_kernel_value * converted_4);
          const float add_value = adjoint_sqrt_f32(new_nu_hidden_kernel_value) + smallest_value;
          const float hidden_kernel_value = hidden_kernel[i * 128 + j];
          const float new_hidden_kernel_value = MULTIPLY_ADD(new_mu_hidden_kernel_value / add_value, scale_value,
              hidden_kernel_value);
          new_mu_hidden_kernel[i * 128 + j] = new_mu_hidden_kernel_value;
          new_nu_hidden_kernel[i * 128 + j] = new_nu_hidden_kernel_value;
          new_hidden_kernel[i * 128 + j] = new_hidden_kernel_value;
        }
      }
    }
  }
}

// trainStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
void VARIANT(digits_model_train_step)(const digits_model_train_step_arguments *arguments, void *arena) {
  float *const h = (float *)arena;
  float *const logits = (float *)((char *)arena + 32768);
  float *const d_logits = (float *)((char *)arena + 32768);
  float *const d_hidden = (float *)((char *)arena + 16384);
  float *const smallest = (float *)((char *)arena + 34048);
  float *const scale = (float *)((char *)arena + 34112);
  void *const scratch = (char *)arena + 34176;
  update_step(arguments->learningRate, arguments->beta1, arguments->beta2, arguments->epsilon, arguments->step,
      arguments->new_step, smallest, scale);
  hidden_relu_train_step(arguments->hidden_bias, arguments->hidden_kernel, arguments->images, h);
  output_train_step(arguments->output_bias, arguments->output_kernel, h, logits);
  cross_entropy_and_adjoint(arguments->output_bias, arguments->beta1, arguments->beta2, arguments->mu_output_bias,
      arguments->nu_output_bias, arguments->labels, logits, smallest, scale, arguments->loss, d_logits,
      arguments->new_mu_output_bias, arguments->new_nu_output_bias, arguments->new_output_bias);
  output_adjoint(arguments->output_kernel, h, d_logits, d_hidden, scratch);
  update_output_kernel(arguments->output_kernel, arguments->beta1, arguments->beta2, arguments->mu_output_kernel,
      arguments->nu_output_kernel, h, d_logits, smallest, scale, arguments->new_mu_output_kernel,
      arguments->new_nu_output_kernel, arguments->new_output_kernel);
  update_hidden_bias(arguments->hidden_bias, arguments->beta1, arguments->beta2, arguments->mu_hidden_bias,
      arguments->nu_hidden_bias, d_hidden, smallest, scale, arguments->new_mu_hidden_bias,
      arguments->new_nu_hidden_bias, arguments->new_hidden_bias);
  update_hidden_kernel(arguments->hidden_kernel, arguments->beta1, arguments->beta2, arguments->mu_hidden_kernel,
      arguments->nu_hidden_kernel, arguments->images, d_hidden, smallest, scale, arguments->new_mu_hidden_kernel,
      arguments->new_nu_hidden_kernel, arguments->new_hidden_kernel);
}

// DigitsModel.swift:14   let h = relu(hidden(images))
// product[1437, 128] = images · hidden.kernel
// hidden[1437, 128] = product + hidden.bias
// h[1437, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [64, 128]  images [1437, 64]  h [1437, 128]
static void hidden_relu_evaluate_split_1437(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict h, const int begin, const int end) {
  for (int i_tile = begin; i_tile < end; i_tile += EVEN_HEIGHT(1437)) {
    const int tile_height = HEIGHT_AT(i_tile, 1437, EVEN_HEIGHT(1437));
    for (int j_tile = 0; j_tile < 128; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(images + i_tile * 64, 64, 1, NULL, hidden_kernel + j_tile, 128, 0, 64, 1437, EVEN_HEIGHT(1437),
          tile_height, 128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          const float hidden = product + hidden_bias[j];
          h[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
        }
      }
    }
  }
}

// DigitsModel.swift:15   return output(h)
// product[1437, 10] = h · output.kernel
// logits[1437, 10] = product + output.bias
//   output_bias [10]  output_kernel [128, 10]  h [1437, 128]  logits [1437, 10]
static void output_evaluate_split_1437(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict h, float *restrict logits, const int begin, const int end) {
  // Vectors of its other steps go on into the next one.
  float last_step[PANEL_SIZE(1, 32)];
  pack_f32(output_kernel + 127 * 10, 10, 1, 1, 10, TILE_COLUMNS, last_step);
  for (int i_tile = begin; i_tile < end; i_tile += TILE_HEIGHT(1437)) {
    const int tile_height = HEIGHT_AT(i_tile, 1437, TILE_HEIGHT(1437));
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_COLUMNS) {
      const int tile_width = SMALLER(TILE_COLUMNS, 10 - j_tile);
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(h + i_tile * 128, 128, 1, NULL, output_kernel + j_tile, 10, 0, 127, 1437, TILE_HEIGHT(1437),
          tile_height, 10, tile_width, 1, sums);
      matmul_tile_f32(h + i_tile * 128 + 127, 128, 1, NULL, last_step + j_tile / TILE_COLUMNS * PANEL_SIZE(1,
          TILE_COLUMNS), TILE_COLUMNS, 0, 1, 1437, TILE_HEIGHT(1437), tile_height, 10, tile_width, 0, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          logits[i * 10 + j] = product + output_bias[j];
        }
      }
    }
  }
}

// DigitsModel.swift:42   let loss = softmaxCrossEntropy(logits: logits, labels: labels).mean()
// shifted[1437, 10] = logits − max(logits)
// chosen[1437] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.00069589424
//   labels [1437]  logits [1437, 10]
static void cross_entropy_evaluate_split_1437(const int32_t *restrict labels, const float *restrict logits,
    float *restrict loss) {
  float total_2_lanes[32] = {0};
  float total_of_lane[32];
  float chosen_of_lane[32];
  for (int i_block = 0; i_block < 1408; i_block += 32) {
    for (int lane_index = 0; lane_index < 32; lane_index++) {
      const int64_t i = i_block + lane_index;
      float largest = -INFINITY;
      for (int j = 0; j < 10; j++)
        largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total_terms[10];
      float total = 0.0f;
      for (int j = 0; j < 10; j++)
        total_terms[j] = adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
      for (int j = 0; j < 10; j++)
        total += total_terms[j];
      total_of_lane[lane_index] = total;
      chosen_of_lane[lane_index] = chosen;
    }
    for (int lane_index = 0; lane_index < 32; lane_index++)
      total_2_lanes[lane_index] += adjoint_log_f32(total_of_lane[lane_index]) - chosen_of_lane[lane_index];
  }
  for (int i = 1408; i < 1437; i++) {
    float largest = -INFINITY;
    for (int j = 0; j < 10; j++)
      largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
    const int64_t index = (int64_t)labels[i];
    const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
    const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
    float total_terms_2[10];
    float total = 0.0f;
    for (int j = 0; j < 10; j++)
      total_terms_2[j] = adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
    for (int j = 0; j < 10; j++)
      total += total_terms_2[j];
    total_2_lanes[i - 1408] += adjoint_log_f32(total) - chosen;
  }
  for (int half = 16; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.00069589424f;
}

// What the kernels of evaluate work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const digits_model_evaluate_split_1437_arguments *arguments;
  float *h;
} digits_model_evaluate_split_1437_arrays;

static void hidden_relu_evaluate_split_1437_part(const void *arrays, const int part, const int parts,
    const int thread) {
  const digits_model_evaluate_split_1437_arrays *const a = arrays;
  (void)thread;
  hidden_relu_evaluate_split_1437(a->arguments->hidden_bias, a->arguments->hidden_kernel, a->arguments->images, a->h,
      adjoint_part_start(1437, EVEN_HEIGHT(1437), part, parts), adjoint_part_start(1437, EVEN_HEIGHT(1437), part + 1,
      parts));
}

static void output_evaluate_split_1437_part(const void *arrays, const int part, const int parts, const int thread) {
  const digits_model_evaluate_split_1437_arrays *const a = arrays;
  (void)thread;
  output_evaluate_split_1437(a->arguments->output_bias, a->arguments->output_kernel, a->h, a->arguments->logits,
      adjoint_part_start(1437, TILE_HEIGHT(1437), part, parts), adjoint_part_start(1437, TILE_HEIGHT(1437), part + 1,
      parts));
}

// evaluate(model, images: [1437, 64], labels: [1437]) -> logits, loss
void VARIANT(digits_model_evaluate_split_1437)(const digits_model_evaluate_split_1437_arguments *arguments,
    void *arena) {
  const digits_model_evaluate_split_1437_arrays arrays = {
    .arguments = arguments,
    .h = (float *)arena,
  };
  adjoint_divide(hidden_relu_evaluate_split_1437_part, &arrays, 16, 1);
  adjoint_divide(output_evaluate_split_1437_part, &arrays, 12, 1);
  cross_entropy_evaluate_split_1437(arguments->labels, arguments->logits, arguments->loss);
}

// DigitsModel.swift:14   let h = relu(hidden(images))
// product[360, 128] = images · hidden.kernel
// hidden[360, 128] = product + hidden.bias
// h[360, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [64, 128]  images [360, 64]  h [360, 128]
static void hidden_relu_evaluate_split_360(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict h, const int begin, const int end) {
  for (int i_tile = begin; i_tile < end; i_tile += EVEN_HEIGHT(360)) {
    const int tile_height = HEIGHT_AT(i_tile, 360, EVEN_HEIGHT(360));
    for (int j_tile = 0; j_tile < 128; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(images + i_tile * 64, 64, 1, NULL, hidden_kernel + j_tile, 128, 0, 64, 360, EVEN_HEIGHT(360),
          tile_height, 128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          const float hidden = product + hidden_bias[j];
          h[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
        }
      }
    }
  }
}

// DigitsModel.swift:15   return output(h)
// product[360, 10] = h · output.kernel
// logits[360, 10] = product + output.bias
//   output_bias [10]  output_kernel [128, 10]  h [360, 128]  logits [360, 10]
static void output_evaluate_split_360(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict h, float *restrict logits, const int begin, const int end) {
  // Vectors of its other steps go on into the next one.
  float last_step[PANEL_SIZE(1, 32)];
  pack_f32(output_kernel + 127 * 10, 10, 1, 1, 10, TILE_COLUMNS, last_step);
  for (int i_tile = begin; i_tile < end; i_tile += TILE_HEIGHT(360)) {
    const int tile_height = HEIGHT_AT(i_tile, 360, TILE_HEIGHT(360));
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_COLUMNS) {
      const int tile_width = SMALLER(TILE_COLUMNS, 10 - j_tile);
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(h + i_tile * 128, 128, 1, NULL, output_kernel + j_tile, 10, 0, 127, 360, TILE_HEIGHT(360),
          tile_height, 10, tile_width, 1, sums);
      matmul_tile_f32(h + i_tile * 128 + 127, 128, 1, NULL, last_step + j_tile / TILE_COLUMNS * PANEL_SIZE(1,
          TILE_COLUMNS), TILE_COLUMNS, 0, 1, 360, TILE_HEIGHT(360), tile_height, 10, tile_width, 0, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          logits[i * 10 + j] = product + output_bias[j];
        }
      }
    }
  }
}

// DigitsModel.swift:42   let loss = softmaxCrossEntropy(logits: logits, labels: labels).mean()
// shifted[360, 10] = logits − max(logits)
// chosen[360] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.0027777778
//   labels [360]  logits [360, 10]
static void cross_entropy_evaluate_split_360(const int32_t *restrict labels, const float *restrict logits,
    float *restrict loss) {
  float total_2_lanes[32] = {0};
  float total_of_lane[32];
  float chosen_of_lane[32];
  for (int i_block = 0; i_block < 352; i_block += 32) {
    for (int lane_index = 0; lane_index < 32; lane_index++) {
      const int64_t i = i_block + lane_index;
      float largest = -INFINITY;
      for (int j = 0; j < 10; j++)
        largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total_terms[10];
      float total = 0.0f;
      for (int j = 0; j < 10; j++)
        total_terms[j] = adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
      for (int j = 0; j < 10; j++)
        total += total_terms[j];
      total_of_lane[lane_index] = total;
      chosen_of_lane[lane_index] = chosen;
    }
    for (int lane_index = 0; lane_index < 32; lane_index++)
      total_2_lanes[lane_index] += adjoint_log_f32(total_of_lane[lane_index]) - chosen_of_lane[lane_index];
  }
  for (int i = 352; i < 360; i++) {
    float largest = -INFINITY;
    for (int j = 0; j < 10; j++)
      largest = adjoint_maximum_f32(largest, logits[i * 10 + j]);
    const int64_t index = (int64_t)labels[i];
    const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
    const float chosen = index == row ? 0.0f + (logits[i * 10 + (int64_t)row] - largest) : 0.0f;
    float total_terms_2[10];
    float total = 0.0f;
    for (int j = 0; j < 10; j++)
      total_terms_2[j] = adjoint_exp_nonpositive_f32(logits[i * 10 + j] - largest);
    for (int j = 0; j < 10; j++)
      total += total_terms_2[j];
    total_2_lanes[i - 352] += adjoint_log_f32(total) - chosen;
  }
  for (int half = 16; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.0027777778f;
}

// What the kernels of evaluate work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const digits_model_evaluate_split_360_arguments *arguments;
  float *h;
} digits_model_evaluate_split_360_arrays;

static void hidden_relu_evaluate_split_360_part(const void *arrays, const int part, const int parts, const int thread) {
  const digits_model_evaluate_split_360_arrays *const a = arrays;
  (void)thread;
  hidden_relu_evaluate_split_360(a->arguments->hidden_bias, a->arguments->hidden_kernel, a->arguments->images, a->h,
      adjoint_part_start(360, EVEN_HEIGHT(360), part, parts), adjoint_part_start(360, EVEN_HEIGHT(360), part + 1,
      parts));
}

static void output_evaluate_split_360_part(const void *arrays, const int part, const int parts, const int thread) {
  const digits_model_evaluate_split_360_arrays *const a = arrays;
  (void)thread;
  output_evaluate_split_360(a->arguments->output_bias, a->arguments->output_kernel, a->h, a->arguments->logits,
      adjoint_part_start(360, TILE_HEIGHT(360), part, parts), adjoint_part_start(360, TILE_HEIGHT(360), part + 1,
      parts));
}

// evaluate(model, images: [360, 64], labels: [360]) -> logits, loss
void VARIANT(digits_model_evaluate_split_360)(const digits_model_evaluate_split_360_arguments *arguments, void *arena) {
  const digits_model_evaluate_split_360_arrays arrays = {
    .arguments = arguments,
    .h = (float *)arena,
  };
  adjoint_divide(hidden_relu_evaluate_split_360_part, &arrays, 8, 1);
  adjoint_divide(output_evaluate_split_360_part, &arrays, 3, 1);
  cross_entropy_evaluate_split_360(arguments->labels, arguments->logits, arguments->loss);
}
