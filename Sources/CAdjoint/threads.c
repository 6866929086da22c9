#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // for the affinity of a process
#endif
#include "adjoint_threads.h"

#include <stdatomic.h>
#include <stdlib.h>

#if defined(__unix__) || defined(__APPLE__)
#define HAS_THREADS 1
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sched.h>
#else
#define HAS_THREADS 0
#endif

enum { MOST_THREADS = 64 };

static int smaller(int a, int b) { return a < b ? a : b; }

// How many there may be

#if HAS_THREADS && defined(__linux__)
// The first `size` - 1 bytes of a file; 0 where there is none.
static int read_text(const char *path, char *text, int size) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t count = read(file, text, (size_t)size - 1);
  close(file);
  text[count > 0 ? count : 0] = 0;
  return count > 0;
}

static int rounded_up(long long quota, long long period) {
  return quota > 0 && period > 0 ? (int)smaller((int)((quota + period - 1) / period), MOST_THREADS) : MOST_THREADS;
}

// What the process's control group may use, in processors.
static int processors_of_group(void) {
  char text[1024], path[1200];
  int most = MOST_THREADS;
  long long quota, period;
  // Version 2: `0::/path`; a limit on any level counts, and the file of the root need not exist.
  if (read_text("/proc/self/cgroup", text, sizeof text)) {
    char *group = strstr(text, "0::/");
    if (group) {
      group += 3;
      group[strcspn(group, "\n")] = 0;
      for (;;) {
        snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
        char limit[64];
        if (read_text(path, limit, sizeof limit) && sscanf(limit, "%lld %lld", &quota, &period) == 2)
          most = smaller(most, rounded_up(quota, period));
        char *end = strrchr(group, '/');
        if (!end) break;
        *end = 0;
      }
    }
  }
  // Version 1.
  char first[64], second[64];
  if (read_text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", first, sizeof first) &&
      read_text("/sys/fs/cgroup/cpu/cpu.cfs_period_us", second, sizeof second))
    most = smaller(most, rounded_up(atoll(first), atoll(second)));
  return most;
}
#endif

static int available_processors(void) {
#if HAS_THREADS
  long count = sysconf(_SC_NPROCESSORS_ONLN);
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
  count = smaller((int)count, processors_of_group());
#endif
  return count < 1 ? 1 : smaller((int)count, MOST_THREADS);
#else
  return 1;
#endif
}

static int default_threads(void) {
  static _Atomic int known = 0;  // every thread would store the same number
  int count = atomic_load_explicit(&known, memory_order_relaxed);
  if (count > 0) return count;
  const char *wish = getenv("ADJOINT_THREADS");
  count = wish ? atoi(wish) : 0;
  count = count > 0 ? smaller(count, MOST_THREADS) : available_processors();
  atomic_store_explicit(&known, count, memory_order_relaxed);
  return count;
}

static _Atomic int bound = 0;  // 0 for the default

int adjoint_thread_count(void) {
  const int count = atomic_load_explicit(&bound, memory_order_relaxed);
  return count > 0 ? count : default_threads();
}

void adjoint_set_thread_count(int count) {
  atomic_store_explicit(&bound, count > 0 ? smaller(count, MOST_THREADS) : 0, memory_order_relaxed);
}

// An executor of the program's own

struct executor {
  adjoint_executor *run;
  void *context;
  int threads;
  const struct executor *before;
};

static _Atomic(const struct executor *) chosen = NULL;
// All there have been: an old one is a few bytes, and a call may be reading it.
static _Atomic(const struct executor *) executors = NULL;

void adjoint_set_executor(adjoint_executor *run, void *context, int threads) {
  struct executor *executor = NULL;
  if (run && (executor = malloc(sizeof *executor))) {
    *executor = (struct executor){run, context, threads < 1 ? 1 : threads, NULL};
    executor->before = atomic_exchange(&executors, executor);
  }
  atomic_store_explicit(&chosen, executor, memory_order_release);
}

// The pool

#if HAS_THREADS

// A ticket says in one word which pieces of which task nobody has taken yet, so that a thread that comes late takes
// nothing of the task after. Thread k has part k, kernel after kernel and step after step: what it wrote is then still in
// its own cache. What is left when a thread has done its part it takes as well, so a thread that the system holds up
// holds nobody else up.
//
// A processor that others use too is slower than the next one. So where a task allows it, a part has pieces: half of it,
// half of the rest, and so on, the last two of one size. They come in this order, and what a slow thread has not
// begun when another is done is small enough to end at about the same time.
enum { MOST_PIECES = 16 };
// number of the task << 32 | pieces of a thread << 24 | threads << 16 | a bit for each piece left, thread by thread
static _Alignas(64) _Atomic uint64_t ticket = 0;
static _Atomic(adjoint_shared_work *) current_work = NULL;
static _Atomic(const void *) current_task = NULL;
// What other threads tell the caller is on a line of its own: a line that both cores write takes a tenth of a
// microsecond each time. How many pieces they have done of all tasks, without those that callers did themselves.
static _Alignas(64) _Atomic uint32_t done = 0;
static _Atomic int caller_sleeps = 0;
static _Alignas(64) _Atomic unsigned sleeping_threads = 0;  // a bit for each
static _Alignas(64) _Atomic int is_taken = 0;               // by a caller
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t task_waits = PTHREAD_COND_INITIALIZER;
static pthread_cond_t task_is_done = PTHREAD_COND_INITIALIZER;
static int threads = 1;  // how many there are, the caller's included; only the caller that has the pool uses it
static uint32_t tasks = 0;

static unsigned pieces_left(uint64_t t) { return (unsigned)(t & 0xffff); }
static int pieces_of_thread(uint64_t t) { return (int)(t >> 24 & 0xff); }
static int threads_of_task(uint64_t t) { return (int)(t >> 16 & 0xff); }

// The pieces left of a thread's own part.
static unsigned own_left(uint64_t t, int thread) {
  if (thread >= threads_of_task(t)) return 0;
  const int pieces = pieces_of_thread(t);
  return pieces_left(t) & ((1u << pieces) - 1) << thread * pieces;
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// How long a thread stays awake: longer than what lies between two divided kernels of a step. Meanwhile it keeps its
// processor: where others want it too, whoever gives way waits for milliseconds.
enum { AWAKE_NANOSECONDS = 200000 };

// But a thread is of no use on the caller's own processor, where systems like to wake it.
#if defined(__linux__)
static _Alignas(64) _Atomic int callers_processor = -1;

static void note_processor(void) {
  const int processor = sched_getcpu();
  if (processor != atomic_load_explicit(&callers_processor, memory_order_relaxed))
    atomic_store_explicit(&callers_processor, processor, memory_order_relaxed);
}

// Leaves the caller's processor to the caller, for any other one; where there is none, it gives way.
static void leave_callers_processor(void) {
  const int processor = sched_getcpu();
  if (processor < 0 || processor != atomic_load_explicit(&callers_processor, memory_order_relaxed)) return;
  cpu_set_t all;
  if (sched_getaffinity(0, sizeof all, &all) == 0) {
    cpu_set_t others = all;
    CPU_CLR(processor, &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(0, sizeof others, &others) == 0) {
      sched_setaffinity(0, sizeof all, &all);
      return;
    }
  }
  sched_yield();
}
#else
static void note_processor(void) {}
static void leave_callers_processor(void) {}
#endif

// Runs a piece: the first one is part 0 of 2 of its thread's part, the next part 2 of 4, that after it part 6 of 8; the
// last one is the rest.
static void run_piece(adjoint_shared_work *work, const void *task, uint64_t t, int piece, int thread) {
  const int pieces = pieces_of_thread(t);
  const int owner = piece / pieces, number = piece % pieces, is_last = number == pieces - 1;
  const int halvings = is_last ? number : number + 1;
  work(task, ((owner + 1) << halvings) - (is_last ? 1 : 2), threads_of_task(t) << halvings, thread);
}

static void note_done(void) {
  atomic_fetch_add(&done, 1);
  if (!atomic_load(&caller_sleeps)) return;
  pthread_mutex_lock(&mutex);
  pthread_cond_signal(&task_is_done);
  pthread_mutex_unlock(&mutex);
}

// Runs what is left of a thread's own part, and then of every other one; says how many pieces. It may meet the task after
// as well, of which only as many threads as that is for may take something.
static uint32_t run_pieces(int thread) {
  uint32_t count = 0;
  uint64_t now = atomic_load(&ticket);
  while (pieces_left(now) && thread < threads_of_task(now)) {
    const unsigned own = own_left(now, thread);
    const int next = __builtin_ctz(own ? own : pieces_left(now));
    adjoint_shared_work *work = atomic_load_explicit(&current_work, memory_order_relaxed);
    const void *task = atomic_load_explicit(&current_task, memory_order_relaxed);
    // Where this succeeds, the task still has pieces, so work and task are its own.
    if (!atomic_compare_exchange_weak(&ticket, &now, now & ~((uint64_t)1 << next))) continue;
    run_piece(work, task, now, next, thread);
    count++;
    if (thread > 0) note_done();
    now = atomic_load(&ticket);
  }
  return count;
}

static void *run_thread(void *number) {
  const int thread = (int)(intptr_t)number;
  for (;;) {
    const int64_t start = nanoseconds();
    for (;;) {
      for (int i = 0; i < 64 && !own_left(atomic_load_explicit(&ticket, memory_order_relaxed), thread); i++) relax();
      if (own_left(atomic_load_explicit(&ticket, memory_order_relaxed), thread)) break;
      if (nanoseconds() - start > AWAKE_NANOSECONDS) break;
      leave_callers_processor();
    }
    if (!own_left(atomic_load(&ticket), thread)) {
      pthread_mutex_lock(&mutex);
      atomic_fetch_or(&sleeping_threads, 1u << thread);
      while (!own_left(atomic_load(&ticket), thread)) pthread_cond_wait(&task_waits, &mutex);
      atomic_fetch_and(&sleeping_threads, ~(1u << thread));
      pthread_mutex_unlock(&mutex);
      leave_callers_processor();
    }
    run_pieces(thread);
  }
  return NULL;
}

// A child has none of its parent's threads.
static void begin_anew(void) {
  pthread_mutex_init(&mutex, NULL);
  pthread_cond_init(&task_waits, NULL);
  pthread_cond_init(&task_is_done, NULL);
  atomic_store(&ticket, 0);
  atomic_store(&done, 0);
  atomic_store(&sleeping_threads, 0);
  atomic_store(&caller_sleeps, 0);
  threads = 1;
  atomic_store(&is_taken, 0);
}

static void start_threads(int wanted) {
  static int is_prepared = 0;
  if (threads >= wanted) return;
  if (!is_prepared) is_prepared = pthread_atfork(NULL, NULL, begin_anew) == 0;
  if (!is_prepared) return;
  // Signals are for the program's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_t thread;
    while (threads < wanted && pthread_create(&thread, &attributes, run_thread, (void *)(intptr_t)threads) == 0)
      threads++;
    pthread_attr_destroy(&attributes);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

// Wakes those threads that have a part and sleep.
static void wake_threads(int wanted) {
  if (!(atomic_load(&sleeping_threads) & ((1u << wanted) - 1))) return;
  pthread_mutex_lock(&mutex);
  pthread_cond_broadcast(&task_waits);
  pthread_mutex_unlock(&mutex);
}

// Waits until other threads have done so many pieces in all.
static void wait_for_threads(uint32_t wanted) {
  for (const int64_t start = nanoseconds(); nanoseconds() - start < AWAKE_NANOSECONDS;)
    for (int i = 0; i < 64; i++) {
      if (atomic_load_explicit(&done, memory_order_acquire) == wanted) return;
      relax();
    }
  pthread_mutex_lock(&mutex);
  atomic_store(&caller_sleeps, 1);
  while (atomic_load(&done) != wanted) pthread_cond_wait(&task_is_done, &mutex);
  atomic_store(&caller_sleeps, 0);
  pthread_mutex_unlock(&mutex);
}

// Whether the pool ran the task; not where another caller has it.
static int ran_in_pool(adjoint_shared_work *work, const void *task, int wanted, int most_parts) {
  if (atomic_load_explicit(&is_taken, memory_order_relaxed) || atomic_exchange(&is_taken, 1)) return 0;
  wanted = smaller(wanted, MOST_PIECES);
  int pieces = 1;
  while (wanted << pieces <= smaller(most_parts, MOST_PIECES)) pieces++;
  start_threads(wanted);
  note_processor();
  atomic_store_explicit(&current_work, work, memory_order_relaxed);
  atomic_store_explicit(&current_task, task, memory_order_relaxed);
  // The caller begins with its first piece at once: nobody else may take that.
  const uint32_t all = (1u << wanted * pieces) - 1;
  const uint32_t done_before = atomic_load_explicit(&done, memory_order_relaxed);
  const uint64_t first =
      (uint64_t)++tasks << 32 | (uint64_t)pieces << 24 | (uint64_t)wanted << 16 | (all & ~(uint32_t)1);
  atomic_store(&ticket, first);
  wake_threads(wanted);
  run_piece(work, task, first, 0, 0);
  const uint32_t own = 1 + run_pieces(0);
  wait_for_threads(done_before + (uint32_t)(wanted * pieces) - own);
  atomic_store_explicit(&is_taken, 0, memory_order_release);
  return 1;
}

#else
static int ran_in_pool(adjoint_shared_work *work, const void *task, int wanted, int most_parts) {
  return (void)work, (void)task, wanted + most_parts < 0;
}
#endif

// What an executor's threads share.
struct shared {
  adjoint_shared_work *work;
  const void *task;
};

static void run_part(const void *task, int part, int parts) {
  const struct shared *shared = task;
  shared->work(shared->task, part, parts, part);
}

void adjoint_divide(adjoint_shared_work *work, const void *task, int most_threads, int most_parts) {
  const struct executor *executor = atomic_load_explicit(&chosen, memory_order_acquire);
  const int wanted = smaller(most_threads, executor ? executor->threads : adjoint_thread_count());
  if (wanted > 1 && executor) {
    const struct shared shared = {work, task};
    executor->run(executor->context, run_part, &shared, wanted);
  } else if (wanted <= 1 || !ran_in_pool(work, task, wanted, most_parts)) {
    work(task, 0, 1, 0);
  }
}
