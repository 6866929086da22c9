// Written by Adjoint 0.1 from FeedForward.swift. Do not edit: change the model and regenerate.

// feedForwardStep(model, x: [256, 768], upstream: [256, 768]) -> y, x, contract.bias, contract.kernel, expand.bias,
//     expand.kernel
//
//   parameters   contract.bias [768] · contract.kernel [3072, 768] · expand.bias [3072] · expand.kernel [768, 3072] ·
//                x [256, 768] · upstream [256, 768]
//   results      y [256, 768] · x_2 [256, 768] · contract_bias_2 [768] · contract_kernel_2 [3072, 768] ·
//                expand_bias_2 [3072] · expand_kernel_2 [768, 3072]
//   arena        19,034,112 bytes · add_expand_kernel [256, 3072], then add_upstream [256, 3072] at 0 ·
//                multiply_expand_kernel_2 [256, 3072] at 3,145,728 · multiply_expand_kernel [256, 3072] at 6,291,456 ·
//                multiply_expand_kernel_3 [256, 3072] at 9,437,184 · packed panels of up to 16 parts at 12,582,912

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

// FeedForward.swift:16   contract(gelu(expand(x)))
// ∂ FeedForward.swift:16   contract(gelu(expand(x)))
// add_expand_kernel[256, 3072] = x · expand.kernel + expand.bias
// multiply_expand_kernel[256, 3072] = (tanh((add_expand_kernel · (… + 0.7978846))) + 1) · 0.5
// multiply_expand_kernel_2[256, 3072] = add_expand_kernel · multiply_expand_kernel
// multiply_expand_kernel_3[256, 3072] = (tanh((add_expand_kernel · (… + 0.7978846))) + 1) · (1 −
//     tanh((add_expand_kernel · (… + 0.7978846))))
//   expand_bias [3072]  expand_kernel [768, 3072]  x [256, 768]  add_expand_kernel [256, 3072]
//   multiply_expand_kernel [256, 3072]  multiply_expand_kernel_2 [256, 3072]  multiply_expand_kernel_3 [256, 3072]
static void expand_tanh(const float *restrict expand_bias, const float *restrict expand_kernel, const float *restrict x,
    float *restrict add_expand_kernel, float *restrict multiply_expand_kernel, float *restrict multiply_expand_kernel_2,
    float *restrict multiply_expand_kernel_3, void *restrict scratch, const int begin, const int end) {
  float *restrict const panels = (float *)scratch + begin * 257;
  float *restrict const kept_sums = (float *)scratch + 789504 + begin * TILE_HEIGHT(256);
  for (int j_block = begin; j_block < end; j_block += 768) {
    const int j_end = SMALLER(end, j_block + 768);
    for (int depth_block = 0; depth_block < 768; depth_block += 256) {
      const int depth = 256;
      pack_f32(expand_kernel + j_block + depth_block * 3072, 3072, 1, depth, j_end - j_block, TILE_COLUMNS, panels);
      for (int i_tile = 0; i_tile < 256; i_tile += TILE_HEIGHT(256)) {
        const int tile_height = HEIGHT_AT(i_tile, 256, TILE_HEIGHT(256));
        for (int j_tile = j_block; j_tile < j_end; j_tile += TILE_COLUMNS) {
          const int tile_width = TILE_COLUMNS;
          float *restrict const sums = kept_sums + i_tile * 3072 + (j_tile - j_block) * TILE_HEIGHT(256);
          matmul_tile_f32(x + i_tile * 768 + depth_block, 768, 1, NULL, panels + (j_tile - j_block) / TILE_COLUMNS *
              PANEL_SIZE(depth, TILE_COLUMNS), TILE_COLUMNS, 0, depth, 256, TILE_HEIGHT(256), tile_height, 3072,
              tile_width, depth_block == 0, sums);
          if (depth_block + 256 < 768) continue;
          for (int i = i_tile; i < i_tile + tile_height; i++) {
            for (int j = j_tile; j < j_tile + tile_width; j++) {
              const float sum = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
              const float expand_bias_value = expand_bias[j];
              const float add_expand_kernel_value = sum + expand_bias_value;
              const float tanh_value = adjoint_tanh_f32(add_expand_kernel_value * (add_expand_kernel_value *
                  add_expand_kernel_value * 0.035677407f + 0.7978846f));
              const float add_value = tanh_value + 1.0f;
              const float multiply_expand_kernel_value = add_value * 0.5f;
              add_expand_kernel[i * 3072 + j] = add_expand_kernel_value;
              multiply_expand_kernel[i * 3072 + j] = multiply_expand_kernel_value;
              multiply_expand_kernel_2[i * 3072 + j] = add_expand_kernel_value * multiply_expand_kernel_value;
              multiply_expand_kernel_3[i * 3072 + j] = add_value * (1.0f - tanh_value);
            }
          }
        }
      }
    }
  }
}

// FeedForward.swift:16   contract(gelu(expand(x)))
// y[256, 768] = multiply_expand_kernel_2 · contract.kernel + contract.bias
//   contract_bias [768]  contract_kernel [3072, 768]  multiply_expand_kernel_2 [256, 3072]  y [256, 768]
static void contract(const float *restrict contract_bias, const float *restrict contract_kernel,
    const float *restrict multiply_expand_kernel_2, float *restrict y, void *restrict scratch, const int begin,
    const int end) {
  float *restrict const panels = (float *)scratch + begin * 257;
  float *restrict const kept_sums = (float *)scratch + 197376 + begin * TILE_HEIGHT(256);
  for (int depth_block = 0; depth_block < 3072; depth_block += 256) {
    const int depth = 256;
    pack_f32(contract_kernel + begin + depth_block * 768, 768, 1, depth, end - begin, TILE_COLUMNS, panels);
    for (int i_tile = 0; i_tile < 256; i_tile += TILE_HEIGHT(256)) {
      const int tile_height = HEIGHT_AT(i_tile, 256, TILE_HEIGHT(256));
      for (int j_tile = begin; j_tile < end; j_tile += TILE_COLUMNS) {
        const int tile_width = TILE_COLUMNS;
        float *restrict const sums = kept_sums + i_tile * 768 + (j_tile - begin) * TILE_HEIGHT(256);
        matmul_tile_f32(multiply_expand_kernel_2 + i_tile * 3072 + depth_block, 3072, 1, NULL,
            panels + (j_tile - begin) / TILE_COLUMNS * PANEL_SIZE(depth, TILE_COLUMNS), TILE_COLUMNS, 0, depth, 256,
            TILE_HEIGHT(256), tile_height, 768, tile_width, depth_block == 0, sums);
        if (depth_block + 256 < 3072) continue;
        for (int i = i_tile; i < i_tile + tile_height; i++) {
          for (int j = j_tile; j < j_tile + tile_width; j++) {
            const float sum = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
            y[i * 768 + j] = sum + contract_bias[j];
          }
        }
      }
    }
  }
}

// ∂ FeedForward.swift:16   contract(gelu(expand(x)))
// add_upstream[256, 3072] = ((upstream · contract.kernelᵀ · multiply_expand_kernel) + (((… · 0.5) ·
//     multiply_expand_kernel_3) · ((… · 0.035677407) + 0.7978846))) + ((((add_expand_kernel · …) · 0.035677407) · 2) ·
//     add_expand_kernel)
//   contract_kernel [3072, 768]  upstream [256, 768]  add_expand_kernel [256, 3072]
//   multiply_expand_kernel [256, 3072]  multiply_expand_kernel_3 [256, 3072]  add_upstream [256, 3072]
static void contract_adjoint(const float *restrict contract_kernel, const float *restrict upstream,
    const float *add_expand_kernel, const float *restrict multiply_expand_kernel,
    const float *restrict multiply_expand_kernel_3, float *add_upstream, void *restrict scratch, const int begin,
    const int end) {
  float *restrict const panels = (float *)scratch + begin * 257;
  float *restrict const kept_sums = (float *)scratch + 789504 + begin * TILE_HEIGHT(256);
  for (int j_block = begin; j_block < end; j_block += 768) {
    const int j_end = SMALLER(end, j_block + 768);
    for (int depth_block = 0; depth_block < 768; depth_block += 256) {
      const int depth = 256;
      pack_f32(contract_kernel + j_block * 768 + depth_block, 1, 768, depth, j_end - j_block, TILE_COLUMNS, panels);
      for (int i_tile = 0; i_tile < 256; i_tile += TILE_HEIGHT(256)) {
        const int tile_height = HEIGHT_AT(i_tile, 256, TILE_HEIGHT(256));
        for (int j_tile = j_block; j_tile < j_end; j_tile += TILE_COLUMNS) {
          const int tile_width = TILE_COLUMNS;
          float *restrict const sums = kept_sums + i_tile * 3072 + (j_tile - j_block) * TILE_HEIGHT(256);
          matmul_tile_f32(upstream + i_tile * 768 + depth_block, 768, 1, NULL, panels + (j_tile - j_block) /
              TILE_COLUMNS * PANEL_SIZE(depth, TILE_COLUMNS), TILE_COLUMNS, 0, depth, 256, TILE_HEIGHT(256),
              tile_height, 3072, tile_width, depth_block == 0, sums);
          if (depth_block + 256 < 768) continue;
          for (int i = i_tile; i < i_tile + tile_height; i++) {
#pragma clang loop vectorize(assume_safety)
            for (int j = j_tile; j < j_tile + tile_width; j++) {
              const float sum = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
              const float add_expand_kernel_value = add_expand_kernel[i * 3072 + j];
              const float multiply_value = add_expand_kernel_value * sum * 0.5f * multiply_expand_kernel_3[i * 3072 +
                  j];
              const float multiply_value_2 = multiply_value * (add_expand_kernel_value * add_expand_kernel_value *
                  0.035677407f + 0.7978846f);
              const float multiply_value_3 = add_expand_kernel_value * multiply_value * 0.035677407f * 2.0f *
                  add_expand_kernel_value;
              add_upstream[i * 3072 + j] = sum * multiply_expand_kernel[i * 3072 + j] + multiply_value_2 +
                  multiply_value_3;
            }
          }
        }
      }
    }
  }
}

// ∂ FeedForward.swift:16   contract(gelu(expand(x)))
// x_2[256, 768] = add_upstream · expand.kernelᵀ
//   expand_kernel [768, 3072]  add_upstream [256, 3072]  x_2 [256, 768]
static void expand_adjoint(const float *restrict expand_kernel, const float *restrict add_upstream, float *restrict x_2,
    void *restrict scratch, const int begin, const int end) {
  float *restrict const panels = (float *)scratch + begin * 257;
  float *restrict const kept_sums = (float *)scratch + 197376 + begin * TILE_HEIGHT(256);
  for (int depth_block = 0; depth_block < 3072; depth_block += 256) {
    const int depth = 256;
    pack_f32(expand_kernel + begin * 3072 + depth_block, 1, 3072, depth, end - begin, TILE_COLUMNS, panels);
    for (int i_tile = 0; i_tile < 256; i_tile += TILE_HEIGHT(256)) {
      const int tile_height = HEIGHT_AT(i_tile, 256, TILE_HEIGHT(256));
      for (int j_tile = begin; j_tile < end; j_tile += TILE_COLUMNS) {
        const int tile_width = TILE_COLUMNS;
        float *restrict const sums = kept_sums + i_tile * 768 + (j_tile - begin) * TILE_HEIGHT(256);
        matmul_tile_f32(add_upstream + i_tile * 3072 + depth_block, 3072, 1, NULL,
            panels + (j_tile - begin) / TILE_COLUMNS * PANEL_SIZE(depth, TILE_COLUMNS), TILE_COLUMNS, 0, depth, 256,
            TILE_HEIGHT(256), tile_height, 768, tile_width, depth_block == 0, sums);
        if (depth_block + 256 < 3072) continue;
        for (int i = i_tile; i < i_tile + tile_height; i++) {
          for (int j = j_tile; j < j_tile + tile_width; j++) {
            const float d_x = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
            x_2[i * 768 + j] = d_x;
          }
        }
      }
    }
  }
}

// ∂ FeedForward.swift:16   contract(gelu(expand(x)))
// contract_bias_2[768] = sum(upstream)
//   upstream [256, 768]  contract_bias_2 [768]
static void contract_bias_2_adjoint(const float *restrict upstream, float *restrict contract_bias_2, const int begin,
    const int end) {
  for (int i = begin; i < end; i++)
    contract_bias_2[i] = 0.0f;
  for (int i = 0; i < 256; i++) {
    for (int j = begin; j < end; j++)
      contract_bias_2[j] += upstream[i * 768 + j];
  }
}

// ∂ FeedForward.swift:16   contract(gelu(expand(x)))
// contract_kernel_2[3072, 768] = multiply_expand_kernel_2ᵀ · upstream
//   upstream [256, 768]  multiply_expand_kernel_2 [256, 3072]  contract_kernel_2 [3072, 768]
static void contract_kernel_2_adjoint(const float *restrict multiply_expand_kernel_2, float *restrict contract_kernel_2,
    void *restrict scratch, void *restrict part_scratch, const int begin, const int end) {
  float *restrict const panels = scratch;
  float *restrict const packed_rows = part_scratch;
  for (int i_group = begin; i_group < end; i_group += PACKED_ROWS(96, TILE_HEIGHT(3072))) {
    const int i_group_end = SMALLER(end, i_group + PACKED_ROWS(96, TILE_HEIGHT(3072)));
    pack_f32(multiply_expand_kernel_2 + i_group, 3072, 1, 256, i_group_end - i_group, TILE_HEIGHT(3072), packed_rows);
    for (int i_tile = i_group; i_tile < i_group_end; i_tile += TILE_HEIGHT(3072)) {
      const int tile_height = HEIGHT_AT(i_tile, 3072, TILE_HEIGHT(3072));
      for (int j_tile = 0; j_tile < 768; j_tile += TILE_COLUMNS) {
        const int tile_width = TILE_COLUMNS;
        float sums[TILE_ROWS * TILE_COLUMNS];
        matmul_tile_f32(packed_rows + (i_tile - i_group) / TILE_HEIGHT(3072) * PANEL_SIZE(256, TILE_HEIGHT(3072)), 1,
            TILE_HEIGHT(3072), NULL, panels + j_tile / TILE_COLUMNS * PANEL_SIZE(256, TILE_COLUMNS), TILE_COLUMNS, 0,
            256, 3072, TILE_HEIGHT(3072), tile_height, 768, tile_width, 1, sums);
        for (int i = i_tile; i < i_tile + tile_height; i++) {
          for (int j = j_tile; j < j_tile + tile_width; j++) {
            const float d_contract_kernel = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
            contract_kernel_2[i * 768 + j] = d_contract_kernel;
          }
        }
      }
    }
  }
}

// ∂ FeedForward.swift:16   contract(gelu(expand(x)))
// expand_bias_2[3072] = sum(add_upstream)
//   add_upstream [256, 3072]  expand_bias_2 [3072]
static void expand_bias_2_adjoint(const float *restrict add_upstream, float *restrict expand_bias_2, const int begin,
    const int end) {
  for (int i = begin; i < end; i++)
    expand_bias_2[i] = 0.0f;
  for (int i = 0; i < 256; i++) {
    for (int j = begin; j < end; j++)
      expand_bias_2[j] += add_upstream[i * 3072 + j];
  }
}

// ∂ FeedForward.swift:16   contract(gelu(expand(x)))
// expand_kernel_2[768, 3072] = xᵀ · add_upstream
//   x [256, 768]  add_upstream [256, 3072]  expand_kernel_2 [768, 3072]
static void expand_kernel_2_adjoint(const float *restrict x, const float *restrict add_upstream,
    float *restrict expand_kernel_2, void *restrict scratch, void *restrict part_scratch, const int begin,
    const int end) {
  float *restrict const panels = (float *)scratch + begin * 257;
  float *restrict const packed_rows = part_scratch;
  for (int j_block = begin; j_block < end; j_block += 768) {
    const int j_end = SMALLER(end, j_block + 768);
    pack_f32(add_upstream + j_block, 3072, 1, 256, j_end - j_block, TILE_COLUMNS, panels);
    for (int i_group = 0; i_group < 768; i_group += PACKED_ROWS(96, TILE_HEIGHT(768))) {
      const int i_group_end = SMALLER(768, i_group + PACKED_ROWS(96, TILE_HEIGHT(768)));
      pack_f32(x + i_group, 768, 1, 256, i_group_end - i_group, TILE_HEIGHT(768), packed_rows);
      for (int i_tile = i_group; i_tile < i_group_end; i_tile += TILE_HEIGHT(768)) {
        const int tile_height = HEIGHT_AT(i_tile, 768, TILE_HEIGHT(768));
        for (int j_tile = j_block; j_tile < j_end; j_tile += TILE_COLUMNS) {
          const int tile_width = TILE_COLUMNS;
          float sums[TILE_ROWS * TILE_COLUMNS];
          matmul_tile_f32(packed_rows + (i_tile - i_group) / TILE_HEIGHT(768) * PANEL_SIZE(256, TILE_HEIGHT(768)), 1,
              TILE_HEIGHT(768), NULL, panels + (j_tile - j_block) / TILE_COLUMNS * PANEL_SIZE(256, TILE_COLUMNS),
              TILE_COLUMNS, 0, 256, 768, TILE_HEIGHT(768), tile_height, 3072, tile_width, 1, sums);
          for (int i = i_tile; i < i_tile + tile_height; i++) {
            for (int j = j_tile; j < j_tile + tile_width; j++) {
              const float d_expand_kernel = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
              expand_kernel_2[i * 3072 + j] = d_expand_kernel;
            }
          }
        }
      }
    }
  }
}

// What the kernels of feedForwardStep work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const feed_forward_feed_forward_step_arguments *arguments;
  float *add_expand_kernel;
  float *multiply_expand_kernel;
  float *multiply_expand_kernel_2;
  float *multiply_expand_kernel_3;
  float *add_upstream;
  char *scratch;
} feed_forward_feed_forward_step_arrays;

static void expand_tanh_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  (void)thread;
  expand_tanh(a->arguments->expand_bias, a->arguments->expand_kernel, a->arguments->x, a->add_expand_kernel,
      a->multiply_expand_kernel, a->multiply_expand_kernel_2, a->multiply_expand_kernel_3, a->scratch,
      adjoint_part_start(3072, 32, part, parts), adjoint_part_start(3072, 32, part + 1, parts));
}

static void contract_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  (void)thread;
  contract(a->arguments->contract_bias, a->arguments->contract_kernel, a->multiply_expand_kernel_2, a->arguments->y,
      a->scratch, adjoint_part_start(768, 32, part, parts), adjoint_part_start(768, 32, part + 1, parts));
}

static void contract_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  (void)thread;
  contract_adjoint(a->arguments->contract_kernel, a->arguments->upstream, a->add_expand_kernel,
      a->multiply_expand_kernel, a->multiply_expand_kernel_3, a->add_upstream, a->scratch, adjoint_part_start(3072, 32,
      part, parts), adjoint_part_start(3072, 32, part + 1, parts));
}

static void expand_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  (void)thread;
  expand_adjoint(a->arguments->expand_kernel, a->add_upstream, a->arguments->x_2, a->scratch, adjoint_part_start(768,
      32, part, parts), adjoint_part_start(768, 32, part + 1, parts));
}

static void contract_bias_2_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  (void)thread;
  contract_bias_2_adjoint(a->arguments->upstream, a->arguments->contract_bias_2, adjoint_part_start(768, 16, part,
      parts), adjoint_part_start(768, 16, part + 1, parts));
}

static void contract_kernel_2_adjoint_panels_part(const void *arrays, const int part, const int parts,
    const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  (void)thread;
  const int begin = adjoint_part_start(768, 32, part, parts);
  const int end = adjoint_part_start(768, 32, part + 1, parts);
  pack_f32(a->arguments->upstream + begin, 768, 1, 256, end - begin, TILE_COLUMNS, (float *)a->scratch + begin * 257);
}

static void contract_kernel_2_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  contract_kernel_2_adjoint(a->multiply_expand_kernel_2, a->arguments->contract_kernel_2, a->scratch,
      a->scratch + 789504 + (size_t)thread * 98688, adjoint_part_start(3072, TILE_HEIGHT(3072), part, parts),
      adjoint_part_start(3072, TILE_HEIGHT(3072), part + 1, parts));
}

static void expand_bias_2_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  (void)thread;
  expand_bias_2_adjoint(a->add_upstream, a->arguments->expand_bias_2, adjoint_part_start(3072, 16, part, parts),
      adjoint_part_start(3072, 16, part + 1, parts));
}

static void expand_kernel_2_adjoint_part(const void *arrays, const int part, const int parts, const int thread) {
  const feed_forward_feed_forward_step_arrays *const a = arrays;
  expand_kernel_2_adjoint(a->arguments->x, a->add_upstream, a->arguments->expand_kernel_2, a->scratch,
      a->scratch + 3158016 + (size_t)thread * 98688, adjoint_part_start(3072, 32, part, parts), adjoint_part_start(3072,
      32, part + 1, parts));
}

// feedForwardStep(model, x: [256, 768], upstream: [256, 768]) -> y, x, contract.bias, contract.kernel, expand.bias,
//     expand.kernel
void VARIANT(feed_forward_feed_forward_step)(const feed_forward_feed_forward_step_arguments *arguments, void *arena) {
  const feed_forward_feed_forward_step_arrays arrays = {
    .arguments = arguments,
    .add_expand_kernel = (float *)arena,
    .multiply_expand_kernel = (float *)((char *)arena + 6291456),
    .multiply_expand_kernel_2 = (float *)((char *)arena + 3145728),
    .multiply_expand_kernel_3 = (float *)((char *)arena + 9437184),
    .add_upstream = (float *)arena,
    .scratch = ((char *)arena + 12582912),
  };
  adjoint_divide(expand_tanh_part, &arrays, 16, 16);
  adjoint_divide(contract_part, &arrays, 16, 16);
  adjoint_divide(contract_adjoint_part, &arrays, 16, 16);
  adjoint_divide(expand_adjoint_part, &arrays, 16, 16);
  adjoint_divide(contract_bias_2_adjoint_part, &arrays, 3, 1);
  adjoint_divide(contract_kernel_2_adjoint_panels_part, &arrays, 16, 1);
  adjoint_divide(contract_kernel_2_adjoint_part, &arrays, 16, 16);
  adjoint_divide(expand_bias_2_adjoint_part, &arrays, 16, 1);
  adjoint_divide(expand_kernel_2_adjoint_part, &arrays, 16, 16);
}
