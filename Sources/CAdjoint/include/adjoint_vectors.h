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

// Pairs of vectors with their lanes interleaved, by the number of lanes: what a transpose in registers is made of.
#define ADJOINT_INTERLEAVE_LOW_2(a, b) __builtin_shufflevector((a), (b), 0, 2)
#define ADJOINT_INTERLEAVE_HIGH_2(a, b) __builtin_shufflevector((a), (b), 1, 3)
#define ADJOINT_INTERLEAVE_LOW_4(a, b) __builtin_shufflevector((a), (b), 0, 4, 1, 5)
#define ADJOINT_INTERLEAVE_HIGH_4(a, b) __builtin_shufflevector((a), (b), 2, 6, 3, 7)
#define ADJOINT_INTERLEAVE_LOW_8(a, b) __builtin_shufflevector((a), (b), 0, 8, 1, 9, 2, 10, 3, 11)
#define ADJOINT_INTERLEAVE_HIGH_8(a, b) __builtin_shufflevector((a), (b), 4, 12, 5, 13, 6, 14, 7, 15)
#define ADJOINT_INTERLEAVE_LOW_16(a, b)                                                                              \
  __builtin_shufflevector((a), (b), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ADJOINT_INTERLEAVE_HIGH_16(a, b)                                                                             \
  __builtin_shufflevector((a), (b), 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

#endif
