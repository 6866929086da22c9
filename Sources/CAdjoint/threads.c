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

// A ticket says in one word which parts of which task nobody has taken yet, so that a thread that comes late takes
// nothing of the task after. Thread k takes part k, kernel after kernel and step after step: what it wrote is then still
// in its own cache. What is left when a thread has done its part it takes as well, so a thread that the system holds up
// holds nobody else up.
enum { MOST_PARTS = 16 };
static _Alignas(64) _Atomic uint64_t ticket = 0;  // number of the task << 32 | parts << 16 | a bit for each part left
static _Atomic(adjoint_work *) current_work = NULL;
static _Atomic(const void *) current_task = NULL;
static _Alignas(64) _Atomic int unfinished = 0;
static _Alignas(64) _Atomic int is_taken = 0;  // by a caller
static _Atomic unsigned sleeping_threads = 0;  // a bit for each
static _Atomic int caller_sleeps = 0;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t task_waits = PTHREAD_COND_INITIALIZER;
static pthread_cond_t task_is_done = PTHREAD_COND_INITIALIZER;
static int threads = 1;  // how many there are, the caller's included; only the caller that has the pool uses it
static uint32_t tasks = 0;

static int is_left(uint64_t t, int part) { return (int)(t >> part & 1); }

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
static _Atomic int callers_processor = -1;

static void note_processor(void) { atomic_store_explicit(&callers_processor, sched_getcpu(), memory_order_relaxed); }

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

// Runs a part, where it is left, and then every other one that is.
static void run_parts(int part) {
  uint64_t now = atomic_load(&ticket);
  while (now & 0xffff) {
    const int next = is_left(now, part) ? part : __builtin_ctz((unsigned)(now & 0xffff));
    adjoint_work *work = atomic_load_explicit(&current_work, memory_order_relaxed);
    const void *task = atomic_load_explicit(&current_task, memory_order_relaxed);
    // Where this succeeds, the task still has parts, so work and task are its own.
    if (!atomic_compare_exchange_weak(&ticket, &now, now & ~((uint64_t)1 << next))) continue;
    work(task, next, (int)(now >> 16 & 0xffff));
    if (atomic_fetch_sub(&unfinished, 1) == 1 && atomic_load(&caller_sleeps)) {
      pthread_mutex_lock(&mutex);
      pthread_cond_signal(&task_is_done);
      pthread_mutex_unlock(&mutex);
    }
    now = atomic_load(&ticket);
  }
}

static void *run_thread(void *number) {
  const int part = (int)(intptr_t)number;
  for (;;) {
    const int64_t start = nanoseconds();
    for (;;) {
      for (int i = 0; i < 64 && !is_left(atomic_load_explicit(&ticket, memory_order_relaxed), part); i++) relax();
      if (is_left(atomic_load_explicit(&ticket, memory_order_relaxed), part)) break;
      if (nanoseconds() - start > AWAKE_NANOSECONDS) break;
      leave_callers_processor();
    }
    if (!is_left(atomic_load(&ticket), part)) {
      pthread_mutex_lock(&mutex);
      atomic_fetch_or(&sleeping_threads, 1u << part);
      while (!is_left(atomic_load(&ticket), part)) pthread_cond_wait(&task_waits, &mutex);
      atomic_fetch_and(&sleeping_threads, ~(1u << part));
      pthread_mutex_unlock(&mutex);
      leave_callers_processor();
    }
    run_parts(part);
  }
  return NULL;
}

// A child has none of its parent's threads.
static void begin_anew(void) {
  pthread_mutex_init(&mutex, NULL);
  pthread_cond_init(&task_waits, NULL);
  pthread_cond_init(&task_is_done, NULL);
  atomic_store(&ticket, 0);
  atomic_store(&unfinished, 0);
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
static void wake_threads(int parts) {
  if (!(atomic_load(&sleeping_threads) & ((1u << parts) - 1))) return;
  pthread_mutex_lock(&mutex);
  pthread_cond_broadcast(&task_waits);
  pthread_mutex_unlock(&mutex);
}

static void wait_for_threads(void) {
  for (const int64_t start = nanoseconds(); nanoseconds() - start < AWAKE_NANOSECONDS;)
    for (int i = 0; i < 64; i++) {
      if (atomic_load_explicit(&unfinished, memory_order_acquire) == 0) return;
      relax();
    }
  pthread_mutex_lock(&mutex);
  atomic_store(&caller_sleeps, 1);
  while (atomic_load(&unfinished) != 0) pthread_cond_wait(&task_is_done, &mutex);
  atomic_store(&caller_sleeps, 0);
  pthread_mutex_unlock(&mutex);
}

// Whether the pool ran the task; not where another caller has it.
static int ran_in_pool(adjoint_work *work, const void *task, int parts) {
  if (atomic_load_explicit(&is_taken, memory_order_relaxed) || atomic_exchange(&is_taken, 1)) return 0;
  parts = smaller(parts, MOST_PARTS);
  start_threads(parts);
  note_processor();
  atomic_store_explicit(&current_work, work, memory_order_relaxed);
  atomic_store_explicit(&current_task, task, memory_order_relaxed);
  atomic_store_explicit(&unfinished, parts, memory_order_relaxed);
  atomic_store(&ticket, (uint64_t)++tasks << 32 | (uint64_t)parts << 16 | ((1u << parts) - 1));
  wake_threads(parts);
  run_parts(0);
  wait_for_threads();
  atomic_store(&is_taken, 0);
  return 1;
}

#else
static int ran_in_pool(adjoint_work *work, const void *task, int parts) { return (void)work, (void)task, parts < 0; }
#endif

void adjoint_divide(adjoint_work *work, const void *task, int most_parts) {
  const struct executor *executor = atomic_load_explicit(&chosen, memory_order_acquire);
  const int parts = smaller(most_parts, executor ? executor->threads : adjoint_thread_count());
  if (parts > 1 && executor)
    executor->run(executor->context, work, task, parts);
  else if (parts <= 1 || !ran_in_pool(work, task, parts))
    work(task, 0, 1);
}
