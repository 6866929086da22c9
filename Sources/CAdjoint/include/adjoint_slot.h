// A place for one block of memory that threads take from and put into without a lock.
#ifndef ADJOINT_SLOT_H
#define ADJOINT_SLOT_H

#include <stddef.h>

/// Takes what is in the slot, NULL if nothing is; the slot is empty then.
static inline void *adjoint_slot_take(void **slot) { return __atomic_exchange_n(slot, NULL, __ATOMIC_ACQ_REL); }

/// Puts a block into the slot if it is empty; 0 if it is not.
static inline int adjoint_slot_put(void **slot, void *block) {
  void *empty = NULL;
  return __atomic_compare_exchange_n(slot, &empty, block, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

#endif
