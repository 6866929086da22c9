// The threads that generated kernels run on: a pool of this library's own, or whatever executor a program hands in.
//
// A kernel that is large enough is divided: its outermost loop is cut into parts, and each part computes elements of
// its own, in the order in which the whole kernel would. So the results are the same to the bit for every number of
// threads and parts. A pool's threads start with the first kernel that is divided, wait for the next one awake for a
// moment and then asleep. Nothing here allocates once they run.
#ifndef ADJOINT_THREADS_H
#define ADJOINT_THREADS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Does part `part` of `parts`, counted from 0, of a divided task.
typedef void adjoint_work(const void *task, int part, int parts);

/// As `adjoint_work`, on thread `thread` of those that share the task, counted from 0: no two parts run at once on one.
/// A task's parts need not be equally large: part 0 of 2 may run beside parts 2 and 3 of 4.
typedef void adjoint_shared_work(const void *task, int part, int parts, int thread);

/// Runs `work(task, part, parts)` once for every part below `parts`, in any order, on any threads, several at a time or
/// not, and returns when all are done. `context` is what was given to `adjoint_set_executor`.
typedef void adjoint_executor(void *context, adjoint_work *work, const void *task, int parts);

/// How many threads one call may use, the caller's own included.
///
/// By default as many as there are processors for this process: what its affinity mask and the quota of its control
/// group allow. The environment variable ADJOINT_THREADS, read once, sets another default.
int adjoint_thread_count(void);

/// Bounds the threads that one call may use, the caller's own included; 1 leaves all work to the caller, 0 or less
/// restores the default. Takes effect with the next kernel of any thread.
void adjoint_set_thread_count(int count);

/// Hands divided work to an executor from now on, in at most `threads` parts at a time, instead of to this library's
/// threads; NULL goes back to those. The executor may be called from several threads at once, and may still be called
/// with the old context by calls that have begun: `context` must stay valid.
void adjoint_set_executor(adjoint_executor *executor, void *context, int threads);

/// Runs a task on at most `most_threads` threads, side by side where they are free; returns when all of it is done.
///
/// Each thread has an equal part. Where `most_parts` allows parts of half that size or less, a thread does its own in
/// pieces, large ones first, and those that it has not begun are taken over by threads that are done.
///
/// While one caller uses the pool, others do their work alone. So does a part that divides something itself.
void adjoint_divide(adjoint_shared_work *work, const void *task, int most_threads, int most_parts);

/// Where part `part` of `parts` of `count` things begins: at a multiple of `unit`, so that all parts have about equally
/// many units. Where part `parts` would begin is the end.
static inline int adjoint_part_start(int count, int unit, int part, int parts) {
  const int64_t units = ((int64_t)count + unit - 1) / unit;
  const int64_t start = units * part / parts * unit;
  return start < count ? (int)start : count;
}

#ifdef __cplusplus
}
#endif

#endif
