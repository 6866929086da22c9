#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // for the affinity of a thread
#endif
#include "CBench.h"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <stdatomic.h>
#if defined(__linux__)
#include <sched.h>
#endif

enum { MOST_THREADS = 64 };

// Threads that never sleep while it is measured what they can do: this is about the machine, not about a pool.
struct crew {
  cbench_work *work;
  void *context;
  int threads;
  _Alignas(64) _Atomic int turn;  // negative at the end
  _Alignas(64) _Atomic int unfinished;
};

struct member {
  struct crew *crew;
  int share;
  pthread_t thread;
};

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

// Binds a thread to one of the processors that it may use, each share to another: beside other work the system may put
// two on one for long.
static void bind_to_processor(int share, int threads) {
#if defined(__linux__)
  cpu_set_t all, one;
  if (sched_getaffinity(0, sizeof all, &all) != 0 || CPU_COUNT(&all) < threads) return;
  CPU_ZERO(&one);
  for (int processor = 0; processor < CPU_SETSIZE; processor++)
    if (CPU_ISSET(processor, &all) && share-- == 0) CPU_SET(processor, &one);
  sched_setaffinity(0, sizeof one, &one);
#else
  (void)share, (void)threads;
#endif
}

static void *run_member(void *argument) {
  const struct member *member = argument;
  struct crew *crew = member->crew;
  bind_to_processor(member->share, crew->threads);
  for (int seen = 0;;) {
    const int turn = atomic_load_explicit(&crew->turn, memory_order_acquire);
    if (turn < 0) return NULL;
    if (turn == seen) {
      relax();
      continue;
    }
    seen = turn;
    crew->work(crew->context, member->share);
    atomic_fetch_sub_explicit(&crew->unfinished, 1, memory_order_release);
  }
}

int cbench_gains(int threads, cbench_work *work, void *context, double seconds, double *gains, int most) {
  if (threads < 2 || threads > MOST_THREADS) return 0;
  struct crew crew = {work, context, threads, 0, 0};
  struct member members[MOST_THREADS];
  int started = 1;
  for (; started < threads; started++) {
    members[started] = (struct member){.crew = &crew, .share = started};
    if (pthread_create(&members[started].thread, NULL, run_member, &members[started]) != 0) break;
  }
#if defined(__linux__)
  cpu_set_t before;
  const int knows = sched_getaffinity(0, sizeof before, &before) == 0;
#endif
  bind_to_processor(0, threads);
  int turns = 0;
  for (const double start = cbench_seconds();
       started == threads && turns < most && (turns == 0 || cbench_seconds() - start < seconds);) {
    const double before = cbench_seconds();
    for (int share = 0; share < threads; share++) work(context, share);
    const double between = cbench_seconds();
    atomic_store_explicit(&crew.unfinished, threads - 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&crew.turn, 1, memory_order_release);
    work(context, 0);
    while (atomic_load_explicit(&crew.unfinished, memory_order_acquire) > 0) relax();
    gains[turns++] = (between - before) / (cbench_seconds() - between);
  }
  atomic_store(&crew.turn, -1);
  for (int i = 1; i < started; i++) pthread_join(members[i].thread, NULL);
#if defined(__linux__)
  if (knows) sched_setaffinity(0, sizeof before, &before);
#endif
  return turns;
}

#else
int cbench_gains(int threads, cbench_work *work, void *context, double seconds, double *gains, int most) {
  return (void)threads, (void)work, (void)context, (void)seconds, (void)gains, (void)most, 0;
}
#endif
