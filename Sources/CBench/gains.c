#include "CBench.h"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <stdatomic.h>

enum { MOST_THREADS = 64 };

// Threads that never sleep while it is measured what they can do: this is about the machine, not about a pool.
struct crew {
  cbench_work *work;
  void *context;
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

static void *run_member(void *argument) {
  const struct member *member = argument;
  struct crew *crew = member->crew;
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
  struct crew crew = {work, context, 0, 0};
  struct member members[MOST_THREADS];
  int started = 1;
  for (; started < threads; started++) {
    members[started] = (struct member){.crew = &crew, .share = started};
    if (pthread_create(&members[started].thread, NULL, run_member, &members[started]) != 0) break;
  }
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
  return turns;
}

#else
int cbench_gains(int threads, cbench_work *work, void *context, double seconds, double *gains, int most) {
  return (void)threads, (void)work, (void)context, (void)seconds, (void)gains, (void)most, 0;
}
#endif
