#include "CBench.h"

#include <stdatomic.h>

#if defined(__GLIBC__)
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

// glibc lets a program define malloc and its like, and keeps its own under these names.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Atomic int64_t allocations = 0;

static void count(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  count();
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  *block = memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}

int64_t cbench_allocation_count(void) { return atomic_load_explicit(&allocations, memory_order_relaxed); }
#else
int64_t cbench_allocation_count(void) { return -1; }
#endif
