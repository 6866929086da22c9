// What generated kernels do with vectors that C has no operators for.
#ifndef ADJOINT_VECTORS_H
#define ADJOINT_VECTORS_H

// Has a vector computed here, and not where it is used, to which compilers move what nothing else waits for.
#if defined(__x86_64__)
#define ADJOINT_COMPUTED(vector) __asm__ volatile("" : "+v"(vector))
#elif defined(__aarch64__)
#define ADJOINT_COMPUTED(vector) __asm__ volatile("" : "+w"(vector))
#else
#define ADJOINT_COMPUTED(vector) (void)(vector)
#endif

// Has what is read and written before this place come before what is after it: compilers move a loop's reads forward past
// other work for as long as they have registers, and then further.
#define ADJOINT_IN_ORDER() __asm__ volatile("" ::: "memory")

// What a transpose in registers is made of: pieces of 16 bytes joined to a vector, and pairs of vectors with the lanes
// of each piece interleaved. Within pieces this is one instruction each, and to join pieces takes hardly more than to
// read them. By the type and number of lanes; of the pieces, as many are read as a vector has.
#define ADJOINT_JOIN_f32_4(a, b, c, d) (a)
#define ADJOINT_JOIN_f32_8(a, b, c, d) __builtin_shufflevector((a), (b), 0, 1, 2, 3, 4, 5, 6, 7)
#define ADJOINT_JOIN_f32_16(a, b, c, d)                                                                              \
  __builtin_shufflevector(ADJOINT_JOIN_f32_8(a, b, , ), ADJOINT_JOIN_f32_8(c, d, , ), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,  \
      10, 11, 12, 13, 14, 15)
#define ADJOINT_INTERLEAVE_LOW_f32_4(a, b) __builtin_shufflevector((a), (b), 0, 4, 1, 5)
#define ADJOINT_INTERLEAVE_HIGH_f32_4(a, b) __builtin_shufflevector((a), (b), 2, 6, 3, 7)
#define ADJOINT_INTERLEAVE_LOW_f32_8(a, b) __builtin_shufflevector((a), (b), 0, 8, 1, 9, 4, 12, 5, 13)
#define ADJOINT_INTERLEAVE_HIGH_f32_8(a, b) __builtin_shufflevector((a), (b), 2, 10, 3, 11, 6, 14, 7, 15)
#define ADJOINT_INTERLEAVE_LOW_f32_16(a, b)                                                                          \
  __builtin_shufflevector((a), (b), 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define ADJOINT_INTERLEAVE_HIGH_f32_16(a, b)                                                                         \
  __builtin_shufflevector((a), (b), 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define ADJOINT_JOIN_f64_2(a, b, c, d) (a)
#define ADJOINT_JOIN_f64_4(a, b, c, d) __builtin_shufflevector((a), (b), 0, 1, 2, 3)
#define ADJOINT_JOIN_f64_8(a, b, c, d)                                                                               \
  __builtin_shufflevector(ADJOINT_JOIN_f64_4(a, b, , ), ADJOINT_JOIN_f64_4(c, d, , ), 0, 1, 2, 3, 4, 5, 6, 7)
#define ADJOINT_INTERLEAVE_LOW_f64_2(a, b) __builtin_shufflevector((a), (b), 0, 2)
#define ADJOINT_INTERLEAVE_HIGH_f64_2(a, b) __builtin_shufflevector((a), (b), 1, 3)
#define ADJOINT_INTERLEAVE_LOW_f64_4(a, b) __builtin_shufflevector((a), (b), 0, 4, 2, 6)
#define ADJOINT_INTERLEAVE_HIGH_f64_4(a, b) __builtin_shufflevector((a), (b), 1, 5, 3, 7)
#define ADJOINT_INTERLEAVE_LOW_f64_8(a, b) __builtin_shufflevector((a), (b), 0, 8, 2, 10, 4, 12, 6, 14)
#define ADJOINT_INTERLEAVE_HIGH_f64_8(a, b) __builtin_shufflevector((a), (b), 1, 9, 3, 11, 5, 13, 7, 15)

#endif
