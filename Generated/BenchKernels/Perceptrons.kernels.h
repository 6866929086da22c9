// Written by Adjoint 0.1 from Perceptrons.swift. Do not edit: change the model and regenerate.

// descentStep(model, images: [32, 784], labels: [32]) -> loss
//
//   parameters   hidden.bias [128] · hidden.kernel [784, 128] · output.bias [10] · output.kernel [128, 10] ·
//                images [32, 784] · labels [32]
//   results      new_hidden_bias [128] · new_hidden_kernel [784, 128] · new_output_bias [10] ·
//                new_output_kernel [128, 10] · loss []
//   in place     every new_… may be given the memory of what it replaces
//   arena        39,680 bytes · select_hidden [32, 128] at 0 · d_hidden [32, 128] at 16,384 ·
//                model [32, 10], then d_model [32, 10] at 32,768 · packed panels of up to 4 parts at 34,048

// wideStep(model, optimizer, images: [128, 784], labels: [128]) -> loss
//
//   parameters   first.bias [512] · first.kernel [784, 512] · output.bias [10] · output.kernel [512, 10] ·
//                second.bias [512] · second.kernel [512, 512] · mu.first.bias [512] · mu.first.kernel [784, 512] ·
//                mu.output.bias [10] · mu.output.kernel [512, 10] · mu.second.bias [512] ·
//                mu.second.kernel [512, 512] · nu.first.bias [512] · nu.first.kernel [784, 512] · nu.output.bias [10] ·
//                nu.output.kernel [512, 10] · nu.second.bias [512] · nu.second.kernel [512, 512] · step [] ·
//                images [128, 784] · labels [128]
//   results      new_first_bias [512] · new_first_kernel [784, 512] · new_output_bias [10] ·
//                new_output_kernel [512, 10] · new_second_bias [512] · new_second_kernel [512, 512] ·
//                new_mu_first_bias [512] · new_mu_first_kernel [784, 512] · new_mu_output_bias [10] ·
//                new_mu_output_kernel [512, 10] · new_mu_second_bias [512] · new_mu_second_kernel [512, 512] ·
//                new_nu_first_bias [512] · new_nu_first_kernel [784, 512] · new_nu_output_bias [10] ·
//                new_nu_output_kernel [512, 10] · new_nu_second_bias [512] · new_nu_second_kernel [512, 512] ·
//                new_step [] · loss []
//   in place     every new_… may be given the memory of what it replaces
//   arena        1,604,736 bytes · select_first [128, 512] at 0 ·
//                select_second [128, 512], then d_first [128, 512] at 262,144 · d_second [128, 512] at 524,288 ·
//                model [128, 10], then d_model [128, 10] at 786,432 · smallest [] at 791,552 · scale [] at 791,616 ·
//                packed panels of up to 16 parts at 791,680

// digitsStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
//
//   parameters   hidden.bias [128] · hidden.kernel [64, 128] · output.bias [10] · output.kernel [128, 10] ·
//                mu.hidden.bias [128] · mu.hidden.kernel [64, 128] · mu.output.bias [10] · mu.output.kernel [128, 10] ·
//                nu.hidden.bias [128] · nu.hidden.kernel [64, 128] · nu.output.bias [10] · nu.output.kernel [128, 10] ·
//                step [] · images [32, 64] · labels [32]
//   results      new_hidden_bias [128] · new_hidden_kernel [64, 128] · new_output_bias [10] ·
//                new_output_kernel [128, 10] · new_mu_hidden_bias [128] · new_mu_hidden_kernel [64, 128] ·
//                new_mu_output_bias [10] · new_mu_output_kernel [128, 10] · new_nu_hidden_bias [128] ·
//                new_nu_hidden_kernel [64, 128] · new_nu_output_bias [10] · new_nu_output_kernel [128, 10] ·
//                new_step [] · loss []
//   in place     every new_… may be given the memory of what it replaces
//   arena        39,808 bytes · select_hidden [32, 128] at 0 · d_hidden [32, 128] at 16,384 ·
//                model [32, 10], then d_model [32, 10] at 32,768 · smallest [] at 34,048 · scale [] at 34,112 ·
//                packed panels at 34,176

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

// What is left to do with row `row` of a tile whose sums are there. It has stages: each root or division begins one and
// is used in a later one.
typedef void finish_row_f32(void *tile, const float *sums, int row, int stage);

// As matmul_block, for whole rows and from 0. Meanwhile `unfinished` rows of the tile before, whose sums are where this
// one's are to be, are finished, with steps of the sum between the stages: these need none of what a root or a division
// keeps busy for long, and what waits for one is so far off that nothing else waits for it.
ADJOINT_INLINE void matmul_finishing_block_f32(const float *restrict left, const ptrdiff_t row_stride,
                                               const ptrdiff_t depth_stride, float *restrict packed,
                                               const float *restrict right, const ptrdiff_t right_stride,
                                               const int ahead, const int depth, const int rows, float *restrict sums,
                                               finish_row_f32 finish, const int stages, void *tile,
                                               const int unfinished) {
  const int steps = depth / (TILE_ROWS * stages);
  vector_f32 sum[TILE_ROWS][TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = (vector_f32)(0);
  if (ahead < 0) ask_for_tile_f32(right, right_stride, SMALLER(-ahead, depth));
  int k = 0;
  for (int r = 0; r < unfinished; r++)
#pragma clang loop unroll(full)
    for (int stage = 0; stage < stages; stage++) {
      ADJOINT_IN_ORDER();
      finish(tile, sums, r, stage);
      ADJOINT_IN_ORDER();
#pragma clang loop unroll_count(2)
      for (int step = 0; step < steps; step++, k++) {
        const float *const place = left + k * depth_stride;
        if (packed) memcpy(packed + k * TILE_ROWS, place, sizeof(float) * (size_t)rows);
        matmul_step_f32(place, row_stride, right + k * right_stride, right_stride, ahead, rows, TILE_VECTORS, sum);
      }
    }
#pragma clang loop unroll_count(2)
  for (; k < depth; k++) {
    const float *const place = left + k * depth_stride;
    if (packed) memcpy(packed + k * TILE_ROWS, place, sizeof(float) * (size_t)rows);
    matmul_step_f32(place, row_stride, right + k * right_stride, right_stride, ahead, rows, TILE_VECTORS, sum);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < TILE_VECTORS; v++) *(vector_f32 *)(sums + r * TILE_COLUMNS + v * LANES) = sum[r][v];
}

// The same for `height` of the product's `rows` rows, in tiles of `full`.
ADJOINT_INLINE void matmul_finishing_tile_f32(const float *restrict left, const ptrdiff_t row_stride,
                                              const ptrdiff_t depth_stride, float *restrict packed,
                                              const float *restrict right, const ptrdiff_t right_stride,
                                              const int ahead, const int depth, const int rows, const int full,
                                              const int height, float *restrict sums, finish_row_f32 finish,
                                              const int stages, void *tile, const int unfinished) {
  const int last = rows % full;
  if (last == 0 || height == full)
    matmul_finishing_block_f32(left, row_stride, depth_stride, packed, right, right_stride, ahead, depth, full, sums,
        finish, stages, tile, unfinished);
  else
    matmul_finishing_block_f32(left, row_stride, depth_stride, packed, right, right_stride, ahead, depth, last, sums,
        finish, stages, tile, unfinished);
}

// Finishes the last tile.
ADJOINT_INLINE void finish_rows_f32(void *tile, const float *restrict sums, finish_row_f32 finish, const int stages,
                                    const int unfinished) {
  for (int r = 0; r < unfinished; r++)
#pragma clang loop unroll(full)
    for (int stage = 0; stage < stages; stage++) finish(tile, sums, r, stage);
}

// Asks for a row of a tile.
ADJOINT_INLINE void ask_for_row_f32(const float *const place) {
  for (int c = 0; c < TILE_COLUMNS; c += 64 / (int)sizeof(float)) __builtin_prefetch(place + c);
}

// Perceptrons.swift:17   output(relu(hidden(images)))
// product[32, 128] = images · hidden.kernel
// hidden[32, 128] = product + hidden.bias
// select_hidden[32, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [784, 128]  images [32, 784]  select_hidden [32, 128]
static void hidden_relu_descent_step(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict select_hidden, const int begin, const int end) {
  for (int i_tile = 0; i_tile < 32; i_tile += TILE_HEIGHT(32)) {
    const int tile_height = HEIGHT_AT(i_tile, 32, TILE_HEIGHT(32));
    for (int j_tile = begin; j_tile < end; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(images + i_tile * 784, 784, 1, NULL, hidden_kernel + j_tile, 128, -24, 784, 32, TILE_HEIGHT(32),
          tile_height, 128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          const float hidden = product + hidden_bias[j];
          select_hidden[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
        }
      }
    }
  }
}

// Perceptrons.swift:17   output(relu(hidden(images)))
// product[32, 10] = select_hidden · output.kernel
// model[32, 10] = product + output.bias
//   output_bias [10]  output_kernel [128, 10]  select_hidden [32, 128]  model [32, 10]
static void output_descent_step(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict select_hidden, float *restrict model) {
  // Vectors of its other steps go on into the next one.
  float last_step[PANEL_SIZE(1, 32)];
  pack_f32(output_kernel + 127 * 10, 10, 1, 1, 10, TILE_COLUMNS, last_step);
  for (int i_tile = 0; i_tile < 32; i_tile += TILE_HEIGHT(32)) {
    const int tile_height = HEIGHT_AT(i_tile, 32, TILE_HEIGHT(32));
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_COLUMNS) {
      const int tile_width = SMALLER(TILE_COLUMNS, 10 - j_tile);
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(select_hidden + i_tile * 128, 128, 1, NULL, output_kernel + j_tile, 10, 0, 127, 32,
          TILE_HEIGHT(32), tile_height, 10, tile_width, 1, sums);
      matmul_tile_f32(select_hidden + i_tile * 128 + 127, 128, 1, NULL, last_step + j_tile / TILE_COLUMNS *
          PANEL_SIZE(1, TILE_COLUMNS), TILE_COLUMNS, 0, 1, 32, TILE_HEIGHT(32), tile_height, 10, tile_width, 0, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          model[i * 10 + j] = product + output_bias[j];
        }
      }
    }
  }
}

// Perceptrons.swift:44   softmaxCrossEntropy(logits: model(images), labels: labels).mean()
// ∂ Perceptrons.swift:44   softmaxCrossEntropy(logits: model(images), labels: labels).mean()
// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:46   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// shifted[32, 10] = model − max(model)
// chosen[32] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.03125
// d_model[32, 10] = ((0.03125 / sum(exp(shifted))) · exp(shifted)) + (-0.03125 where (labels = index) else 0)
// d_output_bias[10] = sum(d_model)
// new_output_bias[10] = output.bias − (d_output_bias · 0.1)
//   output_bias [10]  labels [32]  model [32, 10]  d_model [32, 10]  new_output_bias [10]
static void cross_entropy_and_adjoint_descent_step(const float *output_bias, const int32_t *restrict labels,
    const float *model, float *restrict loss, float *d_model, float *new_output_bias) {
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
        largest = adjoint_maximum_f32(largest, model[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (model[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total_terms[10];
      float total = 0.0f;
      for (int j = 0; j < 10; j++) {
        const float model_value = model[i * 10 + j];
        const float exp_value = adjoint_exp_nonpositive_f32(model_value - largest);
        row_of_exp[j] = exp_value;
        total_terms[j] = exp_value;
      }
      for (int j = 0; j < 10; j++)
        total += total_terms[j];
      const float divide_value = 0.03125f / total;
      const int32_t labels_value = labels[i];
      for (int j = 0; j < 10; j++) {
        const float row_of_exp_value = row_of_exp[j];
        const float d_model_value = divide_value * row_of_exp_value + (labels_value == j ? -0.03125f : 0.0f);
        d_model[i * 10 + j] = d_model_value;
        d_output_bias[j] += d_model_value;
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
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 10; i++)
    new_output_bias[i] = output_bias[i] - d_output_bias[i] * 0.1f;
}

// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// d_hidden[32, 128] = 0 where (select_hidden ≤ 0) else d_model · output.kernelᵀ
//   output_kernel [128, 10]  select_hidden [32, 128]  d_model [32, 10]  d_hidden [32, 128]
static void output_adjoint_descent_step(const float *restrict output_kernel, const float *restrict select_hidden,
    const float *restrict d_model, float *restrict d_hidden, void *restrict scratch) {
  float *restrict const panels = scratch;
  pack_f32(output_kernel, 1, 10, 10, 128, TILE_COLUMNS, panels);
  for (int i_tile = 0; i_tile < 32; i_tile += EVEN_HEIGHT(32)) {
    const int tile_height = HEIGHT_AT(i_tile, 32, EVEN_HEIGHT(32));
    for (int j_tile = 0; j_tile < 128; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(d_model + i_tile * 10, 10, 1, NULL, panels + j_tile / TILE_COLUMNS * PANEL_SIZE(10, TILE_COLUMNS),
          TILE_COLUMNS, 0, 10, 32, EVEN_HEIGHT(32), tile_height, 128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float sum = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          d_hidden[i * 128 + j] = select_hidden[i * 128 + j] <= 0.0f ? 0.0f : sum;
        }
      }
    }
  }
}

// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:46   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_output_kernel[128, 10] = select_hiddenᵀ · d_model
// new_output_kernel[128, 10] = output.kernel − (d_output_kernel · 0.1)
//   output_kernel [128, 10]  select_hidden [32, 128]  d_model [32, 10]  new_output_kernel [128, 10]
static void update_output_kernel_descent_step(const float *output_kernel, const float *restrict select_hidden,
    const float *restrict d_model, float *new_output_kernel) {
  for (int i_tile = 0; i_tile < 128; i_tile += TILE_COLUMNS) {
    const int tile_width = TILE_COLUMNS;
    float values[TILE_COLUMNS * 10];
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_HEIGHT(10)) {
      const int tile_height = HEIGHT_AT(j_tile, 10, TILE_HEIGHT(10));
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(d_model + j_tile, 1, 10, NULL, select_hidden + i_tile, 128, 0, 32, 10, TILE_HEIGHT(10),
          tile_height, 128, tile_width, 1, sums);
      // Turned about, as the arrays are.
      for (int i = 0; i < tile_width; i++) {
        for (int j = 0; j < tile_height; j++)
          values[i * 10 + j_tile + j] = sums[j * TILE_COLUMNS + i];
      }
    }
#pragma clang loop vectorize(assume_safety)
    for (int place = i_tile * 10; place < (i_tile + tile_width) * 10; place++) {
      const float d_output_kernel = values[place - i_tile * 10];
      new_output_kernel[place] = output_kernel[place] - d_output_kernel * 0.1f;
    }
  }
}

// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:46   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_hidden_bias[128] = sum(d_hidden)
// new_hidden_bias[128] = hidden.bias − (d_hidden_bias · 0.1)
//   hidden_bias [128]  d_hidden [32, 128]  new_hidden_bias [128]
static void update_hidden_bias_descent_step(const float *hidden_bias, const float *restrict d_hidden,
    float *new_hidden_bias) {
  _Alignas(64) float d_hidden_bias[128];
  for (int i = 0; i < 128; i++)
    d_hidden_bias[i] = 0.0f;
  for (int i = 0; i < 32; i++) {
    for (int j = 0; j < 128; j++)
      d_hidden_bias[j] += d_hidden[i * 128 + j];
  }
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 128; i++)
    new_hidden_bias[i] = hidden_bias[i] - d_hidden_bias[i] * 0.1f;
}

// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:46   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_hidden_kernel[784, 128] = imagesᵀ · d_hidden
// new_hidden_kernel[784, 128] = hidden.kernel − (d_hidden_kernel · 0.1)
//   hidden_kernel [784, 128]  images [32, 784]  d_hidden [32, 128]  new_hidden_kernel [784, 128]
static void update_hidden_kernel_descent_step(const float *hidden_kernel, const float *restrict images,
    const float *restrict d_hidden, float *new_hidden_kernel, const int begin, const int end) {
  for (int i_tile = 0; i_tile < 784; i_tile += EVEN_HEIGHT(784)) {
    const int tile_height = HEIGHT_AT(i_tile, 784, EVEN_HEIGHT(784));
    for (int j_tile = begin; j_tile < end; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      ask_for_tile_f32(hidden_kernel + i_tile * 128 + j_tile, 128, tile_height);
      matmul_tile_f32(images + i_tile, 1, 784, NULL, d_hidden + j_tile, 128, 0, 32, 784, EVEN_HEIGHT(784), tile_height,
          128, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
#pragma clang loop vectorize(assume_safety)
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float d_hidden_kernel = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          new_hidden_kernel[i * 128 + j] = hidden_kernel[i * 128 + j] - d_hidden_kernel * 0.1f;
        }
      }
    }
  }
}

// What the kernels of descentStep work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const perceptrons_descent_step_arguments *arguments;
  float *select_hidden;
  float *model;
  float *d_model;
  float *d_hidden;
  char *scratch;
} perceptrons_descent_step_arrays;

static void hidden_relu_descent_step_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_descent_step_arrays *const a = arrays;
  (void)thread;
  hidden_relu_descent_step(a->arguments->hidden_bias, a->arguments->hidden_kernel, a->arguments->images,
      a->select_hidden, adjoint_part_start(128, 32, part, parts), adjoint_part_start(128, 32, part + 1, parts));
}

static void update_hidden_kernel_descent_step_part(const void *arrays, const int part, const int parts,
    const int thread) {
  const perceptrons_descent_step_arrays *const a = arrays;
  (void)thread;
  update_hidden_kernel_descent_step(a->arguments->hidden_kernel, a->arguments->images, a->d_hidden,
      a->arguments->new_hidden_kernel, adjoint_part_start(128, 32, part, parts), adjoint_part_start(128, 32, part + 1,
      parts));
}

// descentStep(model, images: [32, 784], labels: [32]) -> loss
void VARIANT(perceptrons_descent_step)(const perceptrons_descent_step_arguments *arguments, void *arena) {
  const perceptrons_descent_step_arrays arrays = {
    .arguments = arguments,
    .select_hidden = (float *)arena,
    .model = (float *)((char *)arena + 32768),
    .d_model = (float *)((char *)arena + 32768),
    .d_hidden = (float *)((char *)arena + 16384),
    .scratch = ((char *)arena + 34048),
  };
  adjoint_divide(hidden_relu_descent_step_part, &arrays, 4, 1);
  output_descent_step(arguments->output_bias, arguments->output_kernel, arrays.select_hidden, arrays.model);
  cross_entropy_and_adjoint_descent_step(arguments->output_bias, arguments->labels, arrays.model, arguments->loss,
      arrays.d_model, arguments->new_output_bias);
  output_adjoint_descent_step(arguments->output_kernel, arrays.select_hidden, arrays.d_model, arrays.d_hidden,
      arrays.scratch);
  update_output_kernel_descent_step(arguments->output_kernel, arrays.select_hidden, arrays.d_model,
      arguments->new_output_kernel);
  update_hidden_bias_descent_step(arguments->hidden_bias, arrays.d_hidden, arguments->new_hidden_bias);
  adjoint_divide(update_hidden_kernel_descent_step_part, &arrays, 4, 1);
}

// Perceptrons.swift:61   optimizer.update(model, grads)
// new_step[] = step + 1
// correction[] = sqrt((1 − power(0.999, new_step)))
// smallest[] = correction · 1e-08
// factor[] = correction / (1 − power(0.9, new_step))
// scale[] = factor · -0.001
static void update_step_wide_step(const int32_t *step, int32_t *new_step, float *restrict smallest,
    float *restrict scale) {
  const int32_t step_value = step[0];
  const int32_t count = adjoint_add_i32(step_value, 1);
  const double steps = (double)count;
  const double correction = adjoint_sqrt_f64(1.0 - adjoint_pow_f64(0.999, steps));
  const double factor = correction / (1.0 - adjoint_pow_f64(0.9, steps));
  new_step[0] = count;
  smallest[0] = (float)(correction * 1e-08);
  scale[0] = (float)(factor * -0.001);
}

// Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// product[128, 512] = images · first.kernel
// first[128, 512] = product + first.bias
// select_first[128, 512] = 0 where (first ≤ 0) else first
//   first_bias [512]  first_kernel [784, 512]  images [128, 784]  select_first [128, 512]
static void first_relu(const float *restrict first_bias, const float *restrict first_kernel,
    const float *restrict images, float *restrict select_first, void *restrict scratch, const int begin,
    const int end) {
  float *restrict const kept_sums = (float *)scratch + begin * TILE_HEIGHT(128);
  for (int depth_block = 0; depth_block < 784; depth_block += 208) {
    const int depth = SMALLER(208, 784 - depth_block);
    for (int i_tile = 0; i_tile < 128; i_tile += TILE_HEIGHT(128)) {
      const int tile_height = HEIGHT_AT(i_tile, 128, TILE_HEIGHT(128));
      for (int j_tile = begin; j_tile < end; j_tile += TILE_COLUMNS) {
        const int tile_width = TILE_COLUMNS;
        float *restrict const sums = kept_sums + i_tile * 512 + (j_tile - begin) * TILE_HEIGHT(128);
        matmul_tile_f32(images + i_tile * 784 + depth_block, 784, 1, NULL, first_kernel + j_tile + depth_block * 512,
            512, 12, depth, 128, TILE_HEIGHT(128), tile_height, 512, tile_width, depth_block == 0, sums);
        if (depth_block + 208 < 784) continue;
        for (int i = i_tile; i < i_tile + tile_height; i++) {
          for (int j = j_tile; j < j_tile + tile_width; j++) {
            const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
            const float first = product + first_bias[j];
            select_first[i * 512 + j] = first <= 0.0f ? 0.0f : first;
          }
        }
      }
    }
  }
}

// Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// product[128, 512] = select_first · second.kernel
// second[128, 512] = product + second.bias
// select_second[128, 512] = 0 where (second ≤ 0) else second
//   second_bias [512]  second_kernel [512, 512]  select_first [128, 512]  select_second [128, 512]
static void second_relu(const float *restrict second_bias, const float *restrict second_kernel,
    const float *restrict select_first, float *restrict select_second, const int begin, const int end) {
  for (int i_tile = 0; i_tile < 128; i_tile += TILE_HEIGHT(128)) {
    const int tile_height = HEIGHT_AT(i_tile, 128, TILE_HEIGHT(128));
    for (int j_tile = begin; j_tile < end; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(select_first + i_tile * 512, 512, 1, NULL, second_kernel + j_tile, 512, 12, 512, 128,
          TILE_HEIGHT(128), tile_height, 512, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          const float second = product + second_bias[j];
          select_second[i * 512 + j] = second <= 0.0f ? 0.0f : second;
        }
      }
    }
  }
}

// Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// product[128, 10] = select_second · output.kernel
// model[128, 10] = product + output.bias
//   output_bias [10]  output_kernel [512, 10]  select_second [128, 512]  model [128, 10]
static void output_wide_step(const float *restrict output_bias, const float *restrict output_kernel,
    const float *restrict select_second, float *restrict model, const int begin, const int end) {
  // Vectors of its other steps go on into the next one.
  float last_step[PANEL_SIZE(1, 32)];
  pack_f32(output_kernel + 511 * 10, 10, 1, 1, 10, TILE_COLUMNS, last_step);
  for (int i_tile = begin; i_tile < end; i_tile += TILE_HEIGHT(128)) {
    const int tile_height = HEIGHT_AT(i_tile, 128, TILE_HEIGHT(128));
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_COLUMNS) {
      const int tile_width = SMALLER(TILE_COLUMNS, 10 - j_tile);
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(select_second + i_tile * 512, 512, 1, NULL, output_kernel + j_tile, 10, 0, 511, 128,
          TILE_HEIGHT(128), tile_height, 10, tile_width, 1, sums);
      matmul_tile_f32(select_second + i_tile * 512 + 511, 512, 1, NULL, last_step + j_tile / TILE_COLUMNS *
          PANEL_SIZE(1, TILE_COLUMNS), TILE_COLUMNS, 0, 1, 128, TILE_HEIGHT(128), tile_height, 10, tile_width, 0, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float product = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          model[i * 10 + j] = product + output_bias[j];
        }
      }
    }
  }
}

// Perceptrons.swift:59   softmaxCrossEntropy(logits: model(images), labels: labels).mean()
// ∂ Perceptrons.swift:59   softmaxCrossEntropy(logits: model(images), labels: labels).mean()
// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// Perceptrons.swift:61   optimizer.update(model, grads)
// shifted[128, 10] = model − max(model)
// chosen[128] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.0078125
// d_model[128, 10] = ((0.0078125 / sum(exp(shifted))) · exp(shifted)) + (-0.0078125 where (labels = index) else 0)
// d_output_bias[10] = sum(d_model)
// new_mu_output_bias[10] = d_output_bias · 0.1 + (mu.output.bias · 0.9)
// new_nu_output_bias[10] = (d_output_bias · d_output_bias) · 0.001 + (nu.output.bias · 0.999)
// new_output_bias[10] = (new_mu_output_bias / (sqrt(new_nu_output_bias) + smallest)) · scale + output.bias
//   output_bias [10]  mu_output_bias [10]  nu_output_bias [10]  labels [128]  model [128, 10]  d_model [128, 10]
//   new_mu_output_bias [10]  new_nu_output_bias [10]  new_output_bias [10]
static void cross_entropy_and_adjoint_wide_step(const float *output_bias, const float *mu_output_bias,
    const float *nu_output_bias, const int32_t *restrict labels, const float *model, const float *restrict smallest,
    const float *restrict scale, float *restrict loss, float *d_model, float *new_mu_output_bias,
    float *new_nu_output_bias, float *new_output_bias) {
  _Alignas(64) float d_output_bias[10];
  _Alignas(64) float row_of_exp[10];
  for (int i = 0; i < 10; i++)
    d_output_bias[i] = 0.0f;
  float total_2_lanes[32] = {0};
  float total_of_lane[32];
  float chosen_of_lane[32];
  for (int i_block = 0; i_block < 128; i_block += 32) {
    for (int lane_index = 0; lane_index < 32; lane_index++) {
      const int64_t i = i_block + lane_index;
      float largest = -INFINITY;
      for (int j = 0; j < 10; j++)
        largest = adjoint_maximum_f32(largest, model[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (model[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total_terms[10];
      float total = 0.0f;
      for (int j = 0; j < 10; j++) {
        const float model_value = model[i * 10 + j];
        const float exp_value = adjoint_exp_nonpositive_f32(model_value - largest);
        row_of_exp[j] = exp_value;
        total_terms[j] = exp_value;
      }
      for (int j = 0; j < 10; j++)
        total += total_terms[j];
      const float divide_value = 0.0078125f / total;
      const int32_t labels_value = labels[i];
      for (int j = 0; j < 10; j++) {
        const float row_of_exp_value = row_of_exp[j];
        const float d_model_value = divide_value * row_of_exp_value + (labels_value == j ? -0.0078125f : 0.0f);
        d_model[i * 10 + j] = d_model_value;
        d_output_bias[j] += d_model_value;
      }
      total_of_lane[lane_index] = total;
      chosen_of_lane[lane_index] = chosen;
    }
    for (int lane_index = 0; lane_index < 32; lane_index++)
      total_2_lanes[lane_index] += adjoint_log_f32(total_of_lane[lane_index]) - chosen_of_lane[lane_index];
  }
  for (int half = 16; half > 0; half /= 2) {
    for (int lane_index = 0; lane_index < half; lane_index++)
      total_2_lanes[lane_index] += total_2_lanes[lane_index + half];
  }
  const float total_2 = total_2_lanes[0];
  loss[0] = total_2 * 0.0078125f;
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 10; i++) {
    const float d_output_bias_value = d_output_bias[i];
    const float mu_output_bias_value = mu_output_bias[i];
    const float new_mu_output_bias_value = MULTIPLY_ADD(d_output_bias_value, 0.1f, mu_output_bias_value * 0.9f);
    const float nu_output_bias_value = nu_output_bias[i];
    const float new_nu_output_bias_value = MULTIPLY_ADD(d_output_bias_value * d_output_bias_value, 0.001f,
        nu_output_bias_value * 0.999f);
    const float divide_value_2 = new_mu_output_bias_value / (adjoint_sqrt_f32(new_nu_output_bias_value) +
        smallest_value);
    const float output_bias_value = output_bias[i];
    new_mu_output_bias[i] = new_mu_output_bias_value;
    new_nu_output_bias[i] = new_nu_output_bias_value;
    new_output_bias[i] = MULTIPLY_ADD(divide_value_2, scale_value, output_bias_value);
  }
}

// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// d_second[128, 512] = 0 where (select_second ≤ 0) else d_model · output.kernelᵀ
//   output_kernel [512, 10]  select_second [128, 512]  d_model [128, 10]  d_second [128, 512]
static void output_adjoint_wide_step(const float *restrict output_kernel, const float *restrict select_second,
    const float *restrict d_model, float *restrict d_second, void *restrict scratch, const int begin, const int end) {
  float *restrict const panels = (float *)scratch + begin * 11;
  pack_f32(output_kernel + begin * 10, 1, 10, 10, end - begin, TILE_COLUMNS, panels);
  for (int i_tile = 0; i_tile < 128; i_tile += EVEN_HEIGHT(128)) {
    const int tile_height = HEIGHT_AT(i_tile, 128, EVEN_HEIGHT(128));
    for (int j_tile = begin; j_tile < end; j_tile += TILE_COLUMNS) {
      const int tile_width = TILE_COLUMNS;
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(d_model + i_tile * 10, 10, 1, NULL, panels + (j_tile - begin) / TILE_COLUMNS * PANEL_SIZE(10,
          TILE_COLUMNS), TILE_COLUMNS, 0, 10, 128, EVEN_HEIGHT(128), tile_height, 512, tile_width, 1, sums);
      for (int i = i_tile; i < i_tile + tile_height; i++) {
        for (int j = j_tile; j < j_tile + tile_width; j++) {
          const float sum = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
          d_second[i * 512 + j] = select_second[i * 512 + j] <= 0.0f ? 0.0f : sum;
        }
      }
    }
  }
}

// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// Perceptrons.swift:61   optimizer.update(model, grads)
// d_output_kernel[512, 10] = select_secondᵀ · d_model
// new_mu_output_kernel[512, 10] = d_output_kernel · 0.1 + (mu.output.kernel · 0.9)
// new_nu_output_kernel[512, 10] = (d_output_kernel · d_output_kernel) · 0.001 + (nu.output.kernel · 0.999)
// new_output_kernel[512, 10] = (new_mu_output_kernel / (sqrt(new_nu_output_kernel) + smallest)) · scale + output.kernel
//   output_kernel [512, 10]  mu_output_kernel [512, 10]  nu_output_kernel [512, 10]  select_second [128, 512]
//   d_model [128, 10]  new_mu_output_kernel [512, 10]  new_nu_output_kernel [512, 10]  new_output_kernel [512, 10]
static void update_output_kernel_wide_step(const float *output_kernel, const float *mu_output_kernel,
    const float *nu_output_kernel, const float *restrict select_second, const float *restrict d_model,
    const float *restrict smallest, const float *restrict scale, float *new_mu_output_kernel,
    float *new_nu_output_kernel, float *new_output_kernel, const int begin, const int end) {
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  for (int i_tile = begin; i_tile < end; i_tile += TILE_COLUMNS) {
    const int tile_width = TILE_COLUMNS;
    float values[TILE_COLUMNS * 10];
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_HEIGHT(10)) {
      const int tile_height = HEIGHT_AT(j_tile, 10, TILE_HEIGHT(10));
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(d_model + j_tile, 1, 10, NULL, select_second + i_tile, 512, 12, 128, 10, TILE_HEIGHT(10),
          tile_height, 512, tile_width, 1, sums);
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
      const float new_mu_output_kernel_value = MULTIPLY_ADD(d_output_kernel, 0.1f, mu_output_kernel_value * 0.9f);
      const float nu_output_kernel_value = nu_output_kernel[place];
      const float new_nu_output_kernel_value = MULTIPLY_ADD(d_output_kernel * d_output_kernel, 0.001f,
          nu_output_kernel_value * 0.999f);
      const float divide_value = new_mu_output_kernel_value / (adjoint_sqrt_f32(new_nu_output_kernel_value) +
          smallest_value);
      const float output_kernel_value = output_kernel[place];
      new_mu_output_kernel[place] = new_mu_output_kernel_value;
      new_nu_output_kernel[place] = new_nu_output_kernel_value;
      new_output_kernel[place] = MULTIPLY_ADD(divide_value, scale_value, output_kernel_value);
    }
  }
}

// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// Perceptrons.swift:61   optimizer.update(model, grads)
// d_second_bias[512] = sum(d_second)
// new_mu_second_bias[512] = d_second_bias · 0.1 + (mu.second.bias · 0.9)
// new_nu_second_bias[512] = (d_second_bias · d_second_bias) · 0.001 + (nu.second.bias · 0.999)
// new_second_bias[512] = (new_mu_second_bias / (sqrt(new_nu_second_bias) + smallest)) · scale + second.bias
//   second_bias [512]  mu_second_bias [512]  nu_second_bias [512]  d_second [128, 512]  new_mu_second_bias [512]
//   new_nu_second_bias [512]  new_second_bias [512]
static void update_second_bias(const float *second_bias, const float *mu_second_bias, const float *nu_second_bias,
    const float *restrict d_second, const float *restrict smallest, const float *restrict scale,
    float *new_mu_second_bias, float *new_nu_second_bias, float *new_second_bias, const int begin, const int end) {
  _Alignas(64) float d_second_bias[512];
  for (int i = begin; i < end; i++)
    d_second_bias[i] = 0.0f;
  for (int i = 0; i < 128; i++) {
    for (int j = begin; j < end; j++)
      d_second_bias[j] += d_second[i * 512 + j];
  }
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = begin; i < end; i++) {
    const float d_second_bias_value = d_second_bias[i];
    const float mu_second_bias_value = mu_second_bias[i];
    const float new_mu_second_bias_value = MULTIPLY_ADD(d_second_bias_value, 0.1f, mu_second_bias_value * 0.9f);
    const float nu_second_bias_value = nu_second_bias[i];
    const float new_nu_second_bias_value = MULTIPLY_ADD(d_second_bias_value * d_second_bias_value, 0.001f,
        nu_second_bias_value * 0.999f);
    const float divide_value = new_mu_second_bias_value / (adjoint_sqrt_f32(new_nu_second_bias_value) + smallest_value);
    const float second_bias_value = second_bias[i];
    new_mu_second_bias[i] = new_mu_second_bias_value;
    new_nu_second_bias[i] = new_nu_second_bias_value;
    new_second_bias[i] = MULTIPLY_ADD(divide_value, scale_value, second_bias_value);
  }
}

// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// d_first[128, 512] = 0 where (select_first ≤ 0) else d_second · second.kernelᵀ
//   second_kernel [512, 512]  select_first [128, 512]  d_second [128, 512]  d_first [128, 512]
static void second_adjoint(const float *restrict second_kernel, const float *restrict select_first,
    const float *restrict d_second, float *restrict d_first, void *restrict scratch, const int begin, const int end) {
  float *restrict const panels = scratch;
  float *restrict const kept_sums = (float *)scratch + 8224;
  for (int j_block = begin; j_block < end; j_block += 32) {
    const int j_end = SMALLER(end, j_block + 32);
    for (int depth_block = 0; depth_block < 512; depth_block += 256) {
      const int depth = 256;
      pack_f32(second_kernel + j_block * 512 + depth_block, 1, 512, depth, j_end - j_block, TILE_COLUMNS, panels);
      for (int i_tile = 0; i_tile < 128; i_tile += TILE_HEIGHT(128)) {
        const int tile_height = HEIGHT_AT(i_tile, 128, TILE_HEIGHT(128));
        for (int j_tile = j_block; j_tile < j_end; j_tile += TILE_COLUMNS) {
          const int tile_width = TILE_COLUMNS;
          float *restrict const sums = kept_sums + i_tile * 32 + (j_tile - j_block) * TILE_HEIGHT(128);
          matmul_tile_f32(d_second + i_tile * 512 + depth_block, 512, 1, NULL, panels + (j_tile - j_block) /
              TILE_COLUMNS * PANEL_SIZE(depth, TILE_COLUMNS), TILE_COLUMNS, 0, depth, 128, TILE_HEIGHT(128),
              tile_height, 512, tile_width, depth_block == 0, sums);
          if (depth_block + 256 < 512) continue;
          for (int i = i_tile; i < i_tile + tile_height; i++) {
            for (int j = j_tile; j < j_tile + tile_width; j++) {
              const float sum = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
              d_first[i * 512 + j] = select_first[i * 512 + j] <= 0.0f ? 0.0f : sum;
            }
          }
        }
      }
    }
  }
}

// A tile with what happens to it.
typedef struct {
  const float *mu_second_kernel;
  const float *nu_second_kernel;
  float *new_mu_second_kernel;
  float *new_nu_second_kernel;
  const float *second_kernel;
  float *new_second_kernel;
  float smallest_value;
  float scale_value;
  vector_f32 new_nu_second_kernel_value[TILE_VECTORS];
  vector_f32 new_mu_second_kernel_value[TILE_VECTORS];
  vector_f32 root[TILE_VECTORS];
  vector_f32 divide_value[TILE_VECTORS];
  int i_tile, j_tile;  // where it begins
  int i_next, j_next;  // where the next one does
} update_second_kernel_tile;

// Stage by stage, what happens to a row of a tile's sums.
ADJOINT_INLINE void update_second_kernel_finish(void *unfinished, const float *sums, const int row, const int stage) {
  update_second_kernel_tile *const tile = unfinished;
  const int i = tile->i_tile + row;
  if (stage == 0) {
    ask_for_row_f32(&tile->mu_second_kernel[(tile->i_next + row) * 512 + tile->j_next]);
    ask_for_row_f32(&tile->nu_second_kernel[(tile->i_next + row) * 512 + tile->j_next]);
    ask_for_row_f32(&tile->second_kernel[(tile->i_next + row) * 512 + tile->j_next]);
  }
#pragma clang loop unroll(full)
  for (int vector = 0; vector < TILE_VECTORS; vector++) {
    const int j = tile->j_tile + vector * LANES;
    if (stage == 0) {
      const vector_f32 d_second_kernel = *(const vector_f32 *)&sums[row * TILE_COLUMNS + vector * LANES];
      const vector_f32 mu_second_kernel_value = *(const vector_f32 *)&tile->mu_second_kernel[i * 512 + j];
      tile->new_mu_second_kernel_value[vector] = MULTIPLY_ADD(d_second_kernel, (vector_f32)0.1f,
          mu_second_kernel_value * 0.9f);
      ADJOINT_COMPUTED(tile->new_mu_second_kernel_value[vector]);
      const vector_f32 nu_second_kernel_value = *(const vector_f32 *)&tile->nu_second_kernel[i * 512 + j];
      tile->new_nu_second_kernel_value[vector] = MULTIPLY_ADD(d_second_kernel * d_second_kernel, (vector_f32)0.001f,
          nu_second_kernel_value * 0.999f);
      ADJOINT_COMPUTED(tile->new_nu_second_kernel_value[vector]);
      *(vector_f32 *)&tile->new_mu_second_kernel[i * 512 + j] = tile->new_mu_second_kernel_value[vector];
      *(vector_f32 *)&tile->new_nu_second_kernel[i * 512 + j] = tile->new_nu_second_kernel_value[vector];
    }
    if (stage == 1) {
      tile->root[vector] = ADJOINT_SQRT(tile->new_nu_second_kernel_value[vector]);
      ADJOINT_COMPUTED(tile->root[vector]);
    }
    if (stage == 2) {
      tile->divide_value[vector] = tile->new_mu_second_kernel_value[vector] / (tile->root[vector] +
          tile->smallest_value);
      ADJOINT_COMPUTED(tile->divide_value[vector]);
    }
    if (stage == 3) {
      const vector_f32 second_kernel_value = *(const vector_f32 *)&tile->second_kernel[i * 512 + j];
      *(vector_f32 *)&tile->new_second_kernel[i * 512 + j] = MULTIPLY_ADD(tile->divide_value[vector],
          (vector_f32)tile->scale_value, second_kernel_value);
    }
  }
}

// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// Perceptrons.swift:61   optimizer.update(model, grads)
// d_second_kernel[512, 512] = select_firstᵀ · d_second
// new_mu_second_kernel[512, 512] = d_second_kernel · 0.1 + (mu.second.kernel · 0.9)
// new_nu_second_kernel[512, 512] = (d_second_kernel · d_second_kernel) · 0.001 + (nu.second.kernel · 0.999)
// new_second_kernel[512, 512] = (new_mu_second_kernel / (sqrt(new_nu_second_kernel) + smallest)) · scale +
//     second.kernel
//   second_kernel [512, 512]  mu_second_kernel [512, 512]  nu_second_kernel [512, 512]  select_first [128, 512]
//   d_second [128, 512]  new_mu_second_kernel [512, 512]  new_nu_second_kernel [512, 512]
//   new_second_kernel [512, 512]
static void update_second_kernel(const float *second_kernel, const float *mu_second_kernel,
    const float *nu_second_kernel, const float *restrict select_first, const float *restrict d_second,
    const float *restrict smallest, const float *restrict scale, float *new_mu_second_kernel,
    float *new_nu_second_kernel, float *new_second_kernel, void *restrict scratch, void *restrict part_scratch,
    const int begin, const int end) {
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  float *restrict const panels = scratch;
  float *restrict const packed_rows = part_scratch;
  _Alignas(64) float sums[TILE_ROWS * TILE_COLUMNS];
  update_second_kernel_tile tile = {.mu_second_kernel = mu_second_kernel, .nu_second_kernel = nu_second_kernel,
      .new_mu_second_kernel = new_mu_second_kernel, .new_nu_second_kernel = new_nu_second_kernel,
      .second_kernel = second_kernel, .new_second_kernel = new_second_kernel, .smallest_value = smallest_value,
      .scale_value = scale_value};
  int unfinished = 0;
  for (int i_tile = begin; i_tile < end; i_tile += TILE_HEIGHT(512)) {
    const int tile_height = HEIGHT_AT(i_tile, 512, TILE_HEIGHT(512));
    for (int j_tile = 0; j_tile < 512; j_tile += TILE_COLUMNS) {
      tile.i_next = i_tile;
      tile.j_next = j_tile;
      if (j_tile == 0) {
        matmul_finishing_tile_f32(select_first + i_tile, 1, 512, packed_rows, WIDE_PANELS ? d_second + j_tile : panels +
            j_tile / TILE_COLUMNS * PANEL_SIZE(128, TILE_COLUMNS), WIDE_PANELS ? 512 : TILE_COLUMNS,
            WIDE_PANELS ? 4 : 0, 128, 512, TILE_HEIGHT(512), tile_height, sums, update_second_kernel_finish, 4, &tile,
                unfinished);
      }
      else {
        matmul_finishing_tile_f32(packed_rows, 1, TILE_ROWS, NULL, WIDE_PANELS ? d_second + j_tile : panels + j_tile /
            TILE_COLUMNS * PANEL_SIZE(128, TILE_COLUMNS), WIDE_PANELS ? 512 : TILE_COLUMNS, WIDE_PANELS ? 4 : 0, 128,
            512, TILE_HEIGHT(512), tile_height, sums, update_second_kernel_finish, 4, &tile, unfinished);
      }
      tile.i_tile = i_tile;
      tile.j_tile = j_tile;
      unfinished = tile_height;
    }
  }
  finish_rows_f32(&tile, sums, update_second_kernel_finish, 4, unfinished);
}

// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// Perceptrons.swift:61   optimizer.update(model, grads)
// d_first_bias[512] = sum(d_first)
// new_mu_first_bias[512] = d_first_bias · 0.1 + (mu.first.bias · 0.9)
// new_nu_first_bias[512] = (d_first_bias · d_first_bias) · 0.001 + (nu.first.bias · 0.999)
// new_first_bias[512] = (new_mu_first_bias / (sqrt(new_nu_first_bias) + smallest)) · scale + first.bias
//   first_bias [512]  mu_first_bias [512]  nu_first_bias [512]  d_first [128, 512]  new_mu_first_bias [512]
//   new_nu_first_bias [512]  new_first_bias [512]
static void update_first_bias(const float *first_bias, const float *mu_first_bias, const float *nu_first_bias,
    const float *restrict d_first, const float *restrict smallest, const float *restrict scale,
    float *new_mu_first_bias, float *new_nu_first_bias, float *new_first_bias, const int begin, const int end) {
  _Alignas(64) float d_first_bias[512];
  for (int i = begin; i < end; i++)
    d_first_bias[i] = 0.0f;
  for (int i = 0; i < 128; i++) {
    for (int j = begin; j < end; j++)
      d_first_bias[j] += d_first[i * 512 + j];
  }
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = begin; i < end; i++) {
    const float d_first_bias_value = d_first_bias[i];
    const float mu_first_bias_value = mu_first_bias[i];
    const float new_mu_first_bias_value = MULTIPLY_ADD(d_first_bias_value, 0.1f, mu_first_bias_value * 0.9f);
    const float nu_first_bias_value = nu_first_bias[i];
    const float new_nu_first_bias_value = MULTIPLY_ADD(d_first_bias_value * d_first_bias_value, 0.001f,
        nu_first_bias_value * 0.999f);
    const float divide_value = new_mu_first_bias_value / (adjoint_sqrt_f32(new_nu_first_bias_value) + smallest_value);
    const float first_bias_value = first_bias[i];
    new_mu_first_bias[i] = new_mu_first_bias_value;
    new_nu_first_bias[i] = new_nu_first_bias_value;
    new_first_bias[i] = MULTIPLY_ADD(divide_value, scale_value, first_bias_value);
  }
}

// A tile with what happens to it.
typedef struct {
  const float *mu_first_kernel;
  const float *nu_first_kernel;
  float *new_mu_first_kernel;
  float *new_nu_first_kernel;
  const float *first_kernel;
  float *new_first_kernel;
  float smallest_value;
  float scale_value;
  vector_f32 new_nu_first_kernel_value[TILE_VECTORS];
  vector_f32 new_mu_first_kernel_value[TILE_VECTORS];
  vector_f32 root[TILE_VECTORS];
  vector_f32 divide_value[TILE_VECTORS];
  int i_tile, j_tile;  // where it begins
  int i_next, j_next;  // where the next one does
} update_first_kernel_tile;

// Stage by stage, what happens to a row of a tile's sums.
ADJOINT_INLINE void update_first_kernel_finish(void *unfinished, const float *sums, const int row, const int stage) {
  update_first_kernel_tile *const tile = unfinished;
  const int i = tile->i_tile + row;
  if (stage == 0) {
    ask_for_row_f32(&tile->mu_first_kernel[(tile->i_next + row) * 512 + tile->j_next]);
    ask_for_row_f32(&tile->nu_first_kernel[(tile->i_next + row) * 512 + tile->j_next]);
    ask_for_row_f32(&tile->first_kernel[(tile->i_next + row) * 512 + tile->j_next]);
  }
#pragma clang loop unroll(full)
  for (int vector = 0; vector < TILE_VECTORS; vector++) {
    const int j = tile->j_tile + vector * LANES;
    if (stage == 0) {
      const vector_f32 d_first_kernel = *(const vector_f32 *)&sums[row * TILE_COLUMNS + vector * LANES];
      const vector_f32 mu_first_kernel_value = *(const vector_f32 *)&tile->mu_first_kernel[i * 512 + j];
      tile->new_mu_first_kernel_value[vector] = MULTIPLY_ADD(d_first_kernel, (vector_f32)0.1f,
          mu_first_kernel_value * 0.9f);
      ADJOINT_COMPUTED(tile->new_mu_first_kernel_value[vector]);
      const vector_f32 nu_first_kernel_value = *(const vector_f32 *)&tile->nu_first_kernel[i * 512 + j];
      tile->new_nu_first_kernel_value[vector] = MULTIPLY_ADD(d_first_kernel * d_first_kernel, (vector_f32)0.001f,
          nu_first_kernel_value * 0.999f);
      ADJOINT_COMPUTED(tile->new_nu_first_kernel_value[vector]);
      *(vector_f32 *)&tile->new_mu_first_kernel[i * 512 + j] = tile->new_mu_first_kernel_value[vector];
      *(vector_f32 *)&tile->new_nu_first_kernel[i * 512 + j] = tile->new_nu_first_kernel_value[vector];
    }
    if (stage == 1) {
      tile->root[vector] = ADJOINT_SQRT(tile->new_nu_first_kernel_value[vector]);
      ADJOINT_COMPUTED(tile->root[vector]);
    }
    if (stage == 2) {
      tile->divide_value[vector] = tile->new_mu_first_kernel_value[vector] / (tile->root[vector] +
          tile->smallest_value);
      ADJOINT_COMPUTED(tile->divide_value[vector]);
    }
    if (stage == 3) {
      const vector_f32 first_kernel_value = *(const vector_f32 *)&tile->first_kernel[i * 512 + j];
      *(vector_f32 *)&tile->new_first_kernel[i * 512 + j] = MULTIPLY_ADD(tile->divide_value[vector],
          (vector_f32)tile->scale_value, first_kernel_value);
    }
  }
}

// ∂ Perceptrons.swift:34   output(relu(second(relu(first(images)))))
// Perceptrons.swift:61   optimizer.update(model, grads)
// d_first_kernel[784, 512] = imagesᵀ · d_first
// new_mu_first_kernel[784, 512] = d_first_kernel · 0.1 + (mu.first.kernel · 0.9)
// new_nu_first_kernel[784, 512] = (d_first_kernel · d_first_kernel) · 0.001 + (nu.first.kernel · 0.999)
// new_first_kernel[784, 512] = (new_mu_first_kernel / (sqrt(new_nu_first_kernel) + smallest)) · scale + first.kernel
//   first_kernel [784, 512]  mu_first_kernel [784, 512]  nu_first_kernel [784, 512]  images [128, 784]
//   d_first [128, 512]  new_mu_first_kernel [784, 512]  new_nu_first_kernel [784, 512]
//   new_first_kernel [784, 512]
static void update_first_kernel(const float *first_kernel, const float *mu_first_kernel, const float *nu_first_kernel,
    const float *restrict images, const float *restrict d_first, const float *restrict smallest,
    const float *restrict scale, float *new_mu_first_kernel, float *new_nu_first_kernel, float *new_first_kernel,
    void *restrict scratch, void *restrict part_scratch, const int begin, const int end) {
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  float *restrict const panels = scratch;
  float *restrict const packed_rows = part_scratch;
  _Alignas(64) float sums[TILE_ROWS * TILE_COLUMNS];
  update_first_kernel_tile tile = {.mu_first_kernel = mu_first_kernel, .nu_first_kernel = nu_first_kernel,
      .new_mu_first_kernel = new_mu_first_kernel, .new_nu_first_kernel = new_nu_first_kernel,
      .first_kernel = first_kernel, .new_first_kernel = new_first_kernel, .smallest_value = smallest_value,
      .scale_value = scale_value};
  int unfinished = 0;
  for (int i_tile = begin; i_tile < end; i_tile += TILE_HEIGHT(784)) {
    const int tile_height = HEIGHT_AT(i_tile, 784, TILE_HEIGHT(784));
    for (int j_tile = 0; j_tile < 512; j_tile += TILE_COLUMNS) {
      tile.i_next = i_tile;
      tile.j_next = j_tile;
      if (j_tile == 0) {
        matmul_finishing_tile_f32(images + i_tile, 1, 784, packed_rows, WIDE_PANELS ? d_first + j_tile : panels + j_tile
            / TILE_COLUMNS * PANEL_SIZE(128, TILE_COLUMNS), WIDE_PANELS ? 512 : TILE_COLUMNS, WIDE_PANELS ? 4 : 0, 128,
            784, TILE_HEIGHT(784), tile_height, sums, update_first_kernel_finish, 4, &tile, unfinished);
      }
      else {
        matmul_finishing_tile_f32(packed_rows, 1, TILE_ROWS, NULL, WIDE_PANELS ? d_first + j_tile : panels + j_tile /
            TILE_COLUMNS * PANEL_SIZE(128, TILE_COLUMNS), WIDE_PANELS ? 512 : TILE_COLUMNS, WIDE_PANELS ? 4 : 0, 128,
            784, TILE_HEIGHT(784), tile_height, sums, update_first_kernel_finish, 4, &tile, unfinished);
      }
      tile.i_tile = i_tile;
      tile.j_tile = j_tile;
      unfinished = tile_height;
    }
  }
  finish_rows_f32(&tile, sums, update_first_kernel_finish, 4, unfinished);
}

// What the kernels of wideStep work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const perceptrons_wide_step_arguments *arguments;
  float *select_first;
  float *select_second;
  float *model;
  float *d_model;
  float *d_second;
  float *d_first;
  float *smallest;
  float *scale;
  char *scratch;
} perceptrons_wide_step_arrays;

static void first_relu_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  first_relu(a->arguments->first_bias, a->arguments->first_kernel, a->arguments->images, a->select_first, a->scratch,
      adjoint_part_start(512, 32, part, parts), adjoint_part_start(512, 32, part + 1, parts));
}

static void second_relu_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  second_relu(a->arguments->second_bias, a->arguments->second_kernel, a->select_first, a->select_second,
      adjoint_part_start(512, 32, part, parts), adjoint_part_start(512, 32, part + 1, parts));
}

static void output_wide_step_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  output_wide_step(a->arguments->output_bias, a->arguments->output_kernel, a->select_second, a->model,
      adjoint_part_start(128, TILE_HEIGHT(128), part, parts), adjoint_part_start(128, TILE_HEIGHT(128), part + 1,
      parts));
}

static void output_adjoint_wide_step_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  output_adjoint_wide_step(a->arguments->output_kernel, a->select_second, a->d_model, a->d_second, a->scratch,
      adjoint_part_start(512, 32, part, parts), adjoint_part_start(512, 32, part + 1, parts));
}

static void update_output_kernel_wide_step_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  update_output_kernel_wide_step(a->arguments->output_kernel, a->arguments->mu_output_kernel,
      a->arguments->nu_output_kernel, a->select_second, a->d_model, a->smallest, a->scale,
      a->arguments->new_mu_output_kernel, a->arguments->new_nu_output_kernel, a->arguments->new_output_kernel,
      adjoint_part_start(512, 32, part, parts), adjoint_part_start(512, 32, part + 1, parts));
}

static void update_second_bias_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  update_second_bias(a->arguments->second_bias, a->arguments->mu_second_bias, a->arguments->nu_second_bias, a->d_second,
      a->smallest, a->scale, a->arguments->new_mu_second_bias, a->arguments->new_nu_second_bias,
      a->arguments->new_second_bias, adjoint_part_start(512, 16, part, parts), adjoint_part_start(512, 16, part + 1,
      parts));
}

static void second_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  second_adjoint(a->arguments->second_kernel, a->select_first, a->d_second, a->d_first,
      a->scratch + (size_t)thread * 50816, adjoint_part_start(512, 32, part, parts), adjoint_part_start(512, 32,
      part + 1, parts));
}

static void update_second_kernel_panels_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  const int begin = adjoint_part_start(512, 32, part, parts);
  const int end = adjoint_part_start(512, 32, part + 1, parts);
  pack_f32(a->d_second + begin, 512, 1, 128, end - begin, TILE_COLUMNS, (float *)a->scratch + begin * 129);
}

static void update_second_kernel_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  update_second_kernel(a->arguments->second_kernel, a->arguments->mu_second_kernel, a->arguments->nu_second_kernel,
      a->select_first, a->d_second, a->smallest, a->scale, a->arguments->new_mu_second_kernel,
      a->arguments->new_nu_second_kernel, a->arguments->new_second_kernel, a->scratch,
      a->scratch + 264192 + (size_t)thread * 6144, adjoint_part_start(512, TILE_HEIGHT(512), part, parts),
      adjoint_part_start(512, TILE_HEIGHT(512), part + 1, parts));
}

static void update_first_bias_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  update_first_bias(a->arguments->first_bias, a->arguments->mu_first_bias, a->arguments->nu_first_bias, a->d_first,
      a->smallest, a->scale, a->arguments->new_mu_first_bias, a->arguments->new_nu_first_bias,
      a->arguments->new_first_bias, adjoint_part_start(512, 16, part, parts), adjoint_part_start(512, 16, part + 1,
      parts));
}

static void update_first_kernel_panels_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  (void)thread;
  const int begin = adjoint_part_start(512, 32, part, parts);
  const int end = adjoint_part_start(512, 32, part + 1, parts);
  pack_f32(a->d_first + begin, 512, 1, 128, end - begin, TILE_COLUMNS, (float *)a->scratch + begin * 129);
}

static void update_first_kernel_part(const void *arrays, const int part, const int parts, const int thread) {
  const perceptrons_wide_step_arrays *const a = arrays;
  update_first_kernel(a->arguments->first_kernel, a->arguments->mu_first_kernel, a->arguments->nu_first_kernel,
      a->arguments->images, a->d_first, a->smallest, a->scale, a->arguments->new_mu_first_kernel,
      a->arguments->new_nu_first_kernel, a->arguments->new_first_kernel, a->scratch,
      a->scratch + 264192 + (size_t)thread * 6144, adjoint_part_start(784, TILE_HEIGHT(784), part, parts),
      adjoint_part_start(784, TILE_HEIGHT(784), part + 1, parts));
}

// wideStep(model, optimizer, images: [128, 784], labels: [128]) -> loss
void VARIANT(perceptrons_wide_step)(const perceptrons_wide_step_arguments *arguments, void *arena) {
  const perceptrons_wide_step_arrays arrays = {
    .arguments = arguments,
    .select_first = (float *)arena,
    .select_second = (float *)((char *)arena + 262144),
    .model = (float *)((char *)arena + 786432),
    .d_model = (float *)((char *)arena + 786432),
    .d_second = (float *)((char *)arena + 524288),
    .d_first = (float *)((char *)arena + 262144),
    .smallest = (float *)((char *)arena + 791552),
    .scale = (float *)((char *)arena + 791616),
    .scratch = ((char *)arena + 791680),
  };
  update_step_wide_step(arguments->step, arguments->new_step, arrays.smallest, arrays.scale);
  adjoint_divide(first_relu_part, &arrays, 16, 16);
  adjoint_divide(second_relu_part, &arrays, 16, 16);
  adjoint_divide(output_wide_step_part, &arrays, 4, 1);
  cross_entropy_and_adjoint_wide_step(arguments->output_bias, arguments->mu_output_bias, arguments->nu_output_bias,
      arguments->labels, arrays.model, arrays.smallest, arrays.scale, arguments->loss, arrays.d_model,
      arguments->new_mu_output_bias, arguments->new_nu_output_bias, arguments->new_output_bias);
  adjoint_divide(output_adjoint_wide_step_part, &arrays, 4, 1);
  adjoint_divide(update_output_kernel_wide_step_part, &arrays, 3, 1);
  adjoint_divide(update_second_bias_part, &arrays, 2, 1);
  adjoint_divide(second_adjoint_part, &arrays, 16, 16);
  if (!WIDE_PANELS) adjoint_divide(update_second_kernel_panels_part, &arrays, 8, 1);
  adjoint_divide(update_second_kernel_part, &arrays, 16, 16);
  adjoint_divide(update_first_bias_part, &arrays, 2, 1);
  if (!WIDE_PANELS) adjoint_divide(update_first_kernel_panels_part, &arrays, 8, 1);
  adjoint_divide(update_first_kernel_part, &arrays, 16, 16);
}

// Perceptrons.swift:75   optimizer.update(model, grads)
// new_step[] = step + 1
// correction[] = sqrt((1 − power(0.999, new_step)))
// smallest[] = correction · 1e-08
// factor[] = correction / (1 − power(0.9, new_step))
// scale[] = factor · -0.002
static void update_step_digits_step(const int32_t *step, int32_t *new_step, float *restrict smallest,
    float *restrict scale) {
  const int32_t step_value = step[0];
  const int32_t count = adjoint_add_i32(step_value, 1);
  const double steps = (double)count;
  const double correction = adjoint_sqrt_f64(1.0 - adjoint_pow_f64(0.999, steps));
  const double factor = correction / (1.0 - adjoint_pow_f64(0.9, steps));
  new_step[0] = count;
  smallest[0] = (float)(correction * 1e-08);
  scale[0] = (float)(factor * -0.002);
}

// Perceptrons.swift:17   output(relu(hidden(images)))
// product[32, 128] = images · hidden.kernel
// hidden[32, 128] = product + hidden.bias
// select_hidden[32, 128] = 0 where (hidden ≤ 0) else hidden
//   hidden_bias [128]  hidden_kernel [64, 128]  images [32, 64]  select_hidden [32, 128]
static void hidden_relu_digits_step(const float *restrict hidden_bias, const float *restrict hidden_kernel,
    const float *restrict images, float *restrict select_hidden) {
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
          select_hidden[i * 128 + j] = hidden <= 0.0f ? 0.0f : hidden;
        }
      }
    }
  }
}

// Perceptrons.swift:73   softmaxCrossEntropy(logits: model(images), labels: labels).mean()
// ∂ Perceptrons.swift:73   softmaxCrossEntropy(logits: model(images), labels: labels).mean()
// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:75   optimizer.update(model, grads)
// shifted[32, 10] = model − max(model)
// chosen[32] = sum((shifted where (labels = index) else 0))
// loss[] = sum((log(sum(…)) − chosen)) · 0.03125
// d_model[32, 10] = ((0.03125 / sum(exp(shifted))) · exp(shifted)) + (-0.03125 where (labels = index) else 0)
// d_output_bias[10] = sum(d_model)
// new_mu_output_bias[10] = d_output_bias · 0.1 + (mu.output.bias · 0.9)
// new_nu_output_bias[10] = (d_output_bias · d_output_bias) · 0.001 + (nu.output.bias · 0.999)
// new_output_bias[10] = (new_mu_output_bias / (sqrt(new_nu_output_bias) + smallest)) · scale + output.bias
//   output_bias [10]  mu_output_bias [10]  nu_output_bias [10]  labels [32]  model [32, 10]  d_model [32, 10]
//   new_mu_output_bias [10]  new_nu_output_bias [10]  new_output_bias [10]
static void cross_entropy_and_adjoint_digits_step(const float *output_bias, const float *mu_output_bias,
    const float *nu_output_bias, const int32_t *restrict labels, const float *model, const float *restrict smallest,
    const float *restrict scale, float *restrict loss, float *d_model, float *new_mu_output_bias,
    float *new_nu_output_bias, float *new_output_bias) {
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
        largest = adjoint_maximum_f32(largest, model[i * 10 + j]);
      const int64_t index = (int64_t)labels[i];
      const int64_t row = adjoint_minimum_i64(adjoint_maximum_i64(index, INT64_C(0)), INT64_C(9));
      const float chosen = index == row ? 0.0f + (model[i * 10 + (int64_t)row] - largest) : 0.0f;
      float total_terms[10];
      float total = 0.0f;
      for (int j = 0; j < 10; j++) {
        const float model_value = model[i * 10 + j];
        const float exp_value = adjoint_exp_nonpositive_f32(model_value - largest);
        row_of_exp[j] = exp_value;
        total_terms[j] = exp_value;
      }
      for (int j = 0; j < 10; j++)
        total += total_terms[j];
      const float divide_value = 0.03125f / total;
      const int32_t labels_value = labels[i];
      for (int j = 0; j < 10; j++) {
        const float row_of_exp_value = row_of_exp[j];
        const float d_model_value = divide_value * row_of_exp_value + (labels_value == j ? -0.03125f : 0.0f);
        d_model[i * 10 + j] = d_model_value;
        d_output_bias[j] += d_model_value;
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
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 10; i++) {
    const float d_output_bias_value = d_output_bias[i];
    const float mu_output_bias_value = mu_output_bias[i];
    const float new_mu_output_bias_value = MULTIPLY_ADD(d_output_bias_value, 0.1f, mu_output_bias_value * 0.9f);
    const float nu_output_bias_value = nu_output_bias[i];
    const float new_nu_output_bias_value = MULTIPLY_ADD(d_output_bias_value * d_output_bias_value, 0.001f,
        nu_output_bias_value * 0.999f);
    const float divide_value_2 = new_mu_output_bias_value / (adjoint_sqrt_f32(new_nu_output_bias_value) +
        smallest_value);
    const float output_bias_value = output_bias[i];
    new_mu_output_bias[i] = new_mu_output_bias_value;
    new_nu_output_bias[i] = new_nu_output_bias_value;
    new_output_bias[i] = MULTIPLY_ADD(divide_value_2, scale_value, output_bias_value);
  }
}

// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:75   optimizer.update(model, grads)
// d_output_kernel[128, 10] = select_hiddenᵀ · d_model
// new_mu_output_kernel[128, 10] = d_output_kernel · 0.1 + (mu.output.kernel · 0.9)
// new_nu_output_kernel[128, 10] = (d_output_kernel · d_output_kernel) · 0.001 + (nu.output.kernel · 0.999)
// new_output_kernel[128, 10] = (new_mu_output_kernel / (sqrt(new_nu_output_kernel) + smallest)) · scale + output.kernel
//   output_kernel [128, 10]  mu_output_kernel [128, 10]  nu_output_kernel [128, 10]  select_hidden [32, 128]
//   d_model [32, 10]  new_mu_output_kernel [128, 10]  new_nu_output_kernel [128, 10]  new_output_kernel [128, 10]
static void update_output_kernel_digits_step(const float *output_kernel, const float *mu_output_kernel,
    const float *nu_output_kernel, const float *restrict select_hidden, const float *restrict d_model,
    const float *restrict smallest, const float *restrict scale, float *new_mu_output_kernel,
    float *new_nu_output_kernel, float *new_output_kernel) {
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  for (int i_tile = 0; i_tile < 128; i_tile += TILE_COLUMNS) {
    const int tile_width = TILE_COLUMNS;
    float values[TILE_COLUMNS * 10];
    for (int j_tile = 0; j_tile < 10; j_tile += TILE_HEIGHT(10)) {
      const int tile_height = HEIGHT_AT(j_tile, 10, TILE_HEIGHT(10));
      float sums[TILE_ROWS * TILE_COLUMNS];
      matmul_tile_f32(d_model + j_tile, 1, 10, NULL, select_hidden + i_tile, 128, 0, 32, 10, TILE_HEIGHT(10),
          tile_height, 128, tile_width, 1, sums);
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
      const float new_mu_output_kernel_value = MULTIPLY_ADD(d_output_kernel, 0.1f, mu_output_kernel_value * 0.9f);
      const float nu_output_kernel_value = nu_output_kernel[place];
      const float new_nu_output_kernel_value = MULTIPLY_ADD(d_output_kernel * d_output_kernel, 0.001f,
          nu_output_kernel_value * 0.999f);
      const float divide_value = new_mu_output_kernel_value / (adjoint_sqrt_f32(new_nu_output_kernel_value) +
          smallest_value);
      const float output_kernel_value = output_kernel[place];
      new_mu_output_kernel[place] = new_mu_output_kernel_value;
      new_nu_output_kernel[place] = new_nu_output_kernel_value;
      new_output_kernel[place] = MULTIPLY_ADD(divide_value, scale_value, output_kernel_value);
    }
  }
}

// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:75   optimizer.update(model, grads)
// d_hidden_bias[128] = sum(d_hidden)
// new_mu_hidden_bias[128] = d_hidden_bias · 0.1 + (mu.hidden.bias · 0.9)
// new_nu_hidden_bias[128] = (d_hidden_bias · d_hidden_bias) · 0.001 + (nu.hidden.bias · 0.999)
// new_hidden_bias[128] = (new_mu_hidden_bias / (sqrt(new_nu_hidden_bias) + smallest)) · scale + hidden.bias
//   hidden_bias [128]  mu_hidden_bias [128]  nu_hidden_bias [128]  d_hidden [32, 128]  new_mu_hidden_bias [128]
//   new_nu_hidden_bias [128]  new_hidden_bias [128]
static void update_hidden_bias_digits_step(const float *hidden_bias, const float *mu_hidden_bias,
    const float *nu_hidden_bias, const float *restrict d_hidden, const float *restrict smallest,
    const float *restrict scale, float *new_mu_hidden_bias, float *new_nu_hidden_bias, float *new_hidden_bias) {
  _Alignas(64) float d_hidden_bias[128];
  for (int i = 0; i < 128; i++)
    d_hidden_bias[i] = 0.0f;
  for (int i = 0; i < 32; i++) {
    for (int j = 0; j < 128; j++)
      d_hidden_bias[j] += d_hidden[i * 128 + j];
  }
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 128; i++) {
    const float d_hidden_bias_value = d_hidden_bias[i];
    const float mu_hidden_bias_value = mu_hidden_bias[i];
    const float new_mu_hidden_bias_value = MULTIPLY_ADD(d_hidden_bias_value, 0.1f, mu_hidden_bias_value * 0.9f);
    const float nu_hidden_bias_value = nu_hidden_bias[i];
    const float new_nu_hidden_bias_value = MULTIPLY_ADD(d_hidden_bias_value * d_hidden_bias_value, 0.001f,
        nu_hidden_bias_value * 0.999f);
    const float divide_value = new_mu_hidden_bias_value / (adjoint_sqrt_f32(new_nu_hidden_bias_value) + smallest_value);
    const float hidden_bias_value = hidden_bias[i];
    new_mu_hidden_bias[i] = new_mu_hidden_bias_value;
    new_nu_hidden_bias[i] = new_nu_hidden_bias_value;
    new_hidden_bias[i] = MULTIPLY_ADD(divide_value, scale_value, hidden_bias_value);
  }
}

// ∂ Perceptrons.swift:17   output(relu(hidden(images)))
// Perceptrons.swift:75   optimizer.update(model, grads)
// d_hidden_kernel[64, 128] = imagesᵀ · d_hidden
// new_mu_hidden_kernel[64, 128] = d_hidden_kernel · 0.1 + (mu.hidden.kernel · 0.9)
// new_nu_hidden_kernel[64, 128] = (d_hidden_kernel · d_hidden_kernel) · 0.001 + (nu.hidden.kernel · 0.999)
// new_hidden_kernel[64, 128] = (new_mu_hidden_kernel / (sqrt(new_nu_hidden_kernel) + smallest)) · scale + hidden.kernel
//   hidden_kernel [64, 128]  mu_hidden_kernel [64, 128]  nu_hidden_kernel [64, 128]  images [32, 64]
//   d_hidden [32, 128]  new_mu_hidden_kernel [64, 128]  new_nu_hidden_kernel [64, 128]
//   new_hidden_kernel [64, 128]
static void update_hidden_kernel_digits_step(const float *hidden_kernel, const float *mu_hidden_kernel,
    const float *nu_hidden_kernel, const float *restrict images, const float *restrict d_hidden,
    const float *restrict smallest, const float *restrict scale, float *new_mu_hidden_kernel,
    float *new_nu_hidden_kernel, float *new_hidden_kernel) {
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
          const float new_mu_hidden_kernel_value = MULTIPLY_ADD(d_hidden_kernel, 0.1f, mu_hidden_kernel_value * 0.9f);
          const float nu_hidden_kernel_value = nu_hidden_kernel[i * 128 + j];
          const float new_nu_hidden_kernel_value = MULTIPLY_ADD(d_hidden_kernel * d_hidden_kernel, 0.001f,
              nu_hidden_kernel_value * 0.999f);
          const float divide_value = new_mu_hidden_kernel_value / (adjoint_sqrt_f32(new_nu_hidden_kernel_value) +
              smallest_value);
          const float hidden_kernel_value = hidden_kernel[i * 128 + j];
          new_mu_hidden_kernel[i * 128 + j] = new_mu_hidden_kernel_value;
          new_nu_hidden_kernel[i * 128 + j] = new_nu_hidden_kernel_value;
          new_hidden_kernel[i * 128 + j] = MULTIPLY_ADD(divide_value, scale_value, hidden_kernel_value);
        }
      }
    }
  }
}

// digitsStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
void VARIANT(perceptrons_digits_step)(const perceptrons_digits_step_arguments *arguments, void *arena) {
  float *const select_hidden = (float *)arena;
  float *const model = (float *)((char *)arena + 32768);
  float *const d_model = (float *)((char *)arena + 32768);
  float *const d_hidden = (float *)((char *)arena + 16384);
  float *const smallest = (float *)((char *)arena + 34048);
  float *const scale = (float *)((char *)arena + 34112);
  void *const scratch = (char *)arena + 34176;
  update_step_digits_step(arguments->step, arguments->new_step, smallest, scale);
  hidden_relu_digits_step(arguments->hidden_bias, arguments->hidden_kernel, arguments->images, select_hidden);
  output_descent_step(arguments->output_bias, arguments->output_kernel, select_hidden, model);
  cross_entropy_and_adjoint_digits_step(arguments->output_bias, arguments->mu_output_bias, arguments->nu_output_bias,
      arguments->labels, model, smallest, scale, arguments->loss, d_model, arguments->new_mu_output_bias,
      arguments->new_nu_output_bias, arguments->new_output_bias);
  output_adjoint_descent_step(arguments->output_kernel, select_hidden, d_model, d_hidden, scratch);
  update_output_kernel_digits_step(arguments->output_kernel, arguments->mu_output_kernel, arguments->nu_output_kernel,
      select_hidden, d_model, smallest, scale, arguments->new_mu_output_kernel, arguments->new_nu_output_kernel,
      arguments->new_output_kernel);
  update_hidden_bias_digits_step(arguments->hidden_bias, arguments->mu_hidden_bias, arguments->nu_hidden_bias, d_hidden,
      smallest, scale, arguments->new_mu_hidden_bias, arguments->new_nu_hidden_bias, arguments->new_hidden_bias);
  update_hidden_kernel_digits_step(arguments->hidden_kernel, arguments->mu_hidden_kernel, arguments->nu_hidden_kernel,
      arguments->images, d_hidden, smallest, scale, arguments->new_mu_hidden_kernel, arguments->new_nu_hidden_kernel,
      arguments->new_hidden_kernel);
}
