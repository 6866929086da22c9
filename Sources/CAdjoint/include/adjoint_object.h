// The Swift runtime's object allocation, for cloning a model without running its initialiser.
#ifndef ADJOINT_OBJECT_H
#define ADJOINT_OBJECT_H

#include <stddef.h>

// A new object of a class, retained once, its stored properties not set. `size` is the instance's, `align_mask` one
// less than its alignment.
extern void *_Nullable swift_allocObject(const void *_Nonnull metadata, size_t size, size_t align_mask);

static inline void *_Nullable adjoint_allocate_object(const void *_Nonnull metadata, size_t size, size_t align_mask) {
  return swift_allocObject(metadata, size, align_mask);
}

#endif
