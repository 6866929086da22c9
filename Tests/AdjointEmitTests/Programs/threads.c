// Divides work in every way that a program can, from several threads at once, and counts what was done.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // for the affinity of a thread
#endif
#include "adjoint_threads.h"

#include <pthread.h>
#if defined(__linux__)
#include <sched.h>
#endif
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT = 10000, CALLERS = 6, ROUNDS = 2000 };

struct numbers {
  int *values;
  int is_nested;
};

static void add_one(const void *task, int part, int parts, int thread) {
  const struct numbers *numbers = task;
  const int end = adjoint_part_start(COUNT, 16, part + 1, parts);
  for (int i = adjoint_part_start(COUNT, 16, part, parts); i < end; i++) numbers->values[i]++;
  (void)thread;
}

// Divides once more inside of each part, which then runs where it is.
static void add_nested(const void *task, int part, int parts, int thread) {
  const struct numbers *numbers = task;
  const struct numbers inner = {numbers->values + COUNT * (size_t)part, 0};
  (void)parts, (void)thread;
  adjoint_divide(add_one, &inner, 4, 16);
}

static int all_are(const int *values, size_t count, int wanted) {
  for (size_t i = 0; i < count; i++)
    if (values[i] != wanted) return 0;
  return 1;
}

static void *call_often(void *result) {
  int *values = calloc(COUNT, sizeof *values);
  const struct numbers numbers = {values, 0};
  for (int round = 0; round < ROUNDS; round++) adjoint_divide(add_one, &numbers, 1 + round % 8, round % 21);
  *(int *)result = all_are(values, COUNT, ROUNDS);
  free(values);
  return NULL;
}

static int concurrent_callers(void) {
  pthread_t callers[CALLERS];
  int results[CALLERS];
  for (int i = 0; i < CALLERS; i++) pthread_create(&callers[i], NULL, call_often, &results[i]);
  for (int i = 0; i < CALLERS; i++) pthread_join(callers[i], NULL);
  return all_are(results, CALLERS, 1);
}

static int calls_after_a_pause(void) {
  int result = 0;
  usleep(20000);  // all threads sleep by now
  call_often(&result);
  return result;
}

static int nested(void) {
  int *values = calloc(4 * COUNT, sizeof *values);
  const struct numbers numbers = {values, 1};
  adjoint_divide(add_nested, &numbers, 4, 1);
  // With fewer threads there are fewer parts.
  const int parts = adjoint_thread_count() < 4 ? adjoint_thread_count() : 4;
  const int result = all_are(values, (size_t)parts * COUNT, 1);
  free(values);
  return result;
}

static int executed;

// An executor that runs the parts backward on one thread.
static void run_backward(void *context, adjoint_work *work, const void *task, int parts) {
  *(int *)context += parts;
  for (int part = parts - 1; part >= 0; part--) work(task, part, parts);
}

static int own_executor(void) {
  adjoint_set_executor(run_backward, &executed, 3);
  int result = 0;
  call_often(&result);
  adjoint_set_executor(NULL, NULL, 0);
  // 1 + round % 8 parts, at most 3; a single one never leaves the caller.
  int wanted = 0;
  for (int round = 0; round < ROUNDS; round++) {
    const int parts = 1 + round % 8 < 3 ? 1 + round % 8 : 3;
    wanted += parts > 1 ? parts : 0;
  }
  return result && executed == wanted;
}

static void note_parts(const void *task, int part, int parts, int thread) {
  if (part == 0) **(int *const *)task = parts;
  (void)thread;
}

static int bounds(void) {
  int parts = 0;
  int *const place = &parts;
  const int before = adjoint_thread_count();
  adjoint_set_thread_count(1);
  adjoint_divide(note_parts, &place, 8, 1);
  int result = parts == 1 && adjoint_thread_count() == 1;
  adjoint_set_thread_count(5);
  adjoint_divide(note_parts, &place, 8, 1);
  result = result && parts == 5;
  adjoint_divide(note_parts, &place, 2, 1);
  result = result && parts == 2;
  adjoint_set_thread_count(0);
  return result && adjoint_thread_count() == before;
}

struct shares {
  _Atomic int runs[16][16];  // of a part, by the number of parts less 1
  _Atomic int is_busy[16];   // each thread
  _Atomic int clashes;
  int threads;  // at most
};

static void take_share(const void *task, int part, int parts, int thread) {
  struct shares *shares = *(struct shares *const *)task;
  if (parts > 16 || thread >= shares->threads || atomic_exchange(&shares->is_busy[thread], 1)) {
    atomic_fetch_add(&shares->clashes, 1);
    return;
  }
  atomic_fetch_add(&shares->runs[parts - 1][part], 1);
  for (volatile int i = 0; i < 1000 * (part % 3); i++) continue;
  atomic_store(&shares->is_busy[thread], 0);
}

// Whether a task on so many threads and in so many parts is all done once, with no part smaller than allowed, and by
// threads that do one part at a time and have numbers below the most there may be.
static int is_shared(struct shares *shares, int threads, int most) {
  memset(shares, 0, sizeof *shares);
  shares->threads = threads;
  adjoint_divide(take_share, &shares, threads, most);
  if (adjoint_thread_count() < threads) threads = adjoint_thread_count();
  int done[5040] = {0};  // a multiple of most numbers of parts
  for (int parts = 1; parts <= 16; parts++)
    for (int part = 0; part < parts; part++) {
      const int runs = shares->runs[parts - 1][part];
      if (runs && parts > most && parts != threads) return 0;
      for (int i = adjoint_part_start(5040, 1, part, parts); i < adjoint_part_start(5040, 1, part + 1, parts); i++)
        done[i] += runs;
    }
  return all_are(done, 5040, 1) && shares->clashes == 0;
}

static int pieces(void) {
  static struct shares shares;
  int result = 1;
  for (int threads = 1; threads <= 17; threads++) {
    adjoint_set_thread_count(threads);
    for (int most = 1; most <= 16; most++) {
      result = result && is_shared(&shares, 16, most);
      // Threads that are still about must leave a task for few alone.
      for (int round = 0; round < 20; round++) {
        result = result && is_shared(&shares, 16, 1) && is_shared(&shares, 2 + round % 3, most);
      }
    }
  }
  adjoint_set_thread_count(0);
  return result;
}

static int after_fork(void) {
  const pid_t child = fork();
  if (child == 0) {
    int result = 0;
    call_often(&result);
    _exit(result ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  int result = 0;
  call_often(&result);
  return status == 0 && result;
}

#if defined(__linux__)
// Whether a thread may run wherever the caller may.
static void compare_processors(const void *task, int part, int parts, int thread) {
  cpu_set_t *const *sets = task;
  sched_getaffinity(0, sizeof *sets[0], &sets[0][part + 1]);
  (void)parts, (void)thread;
}

// Threads keep off the caller's processor, but must not be bound by that.
static int all_processors(void) {
  enum { PARTS = 8 };
  cpu_set_t sets[PARTS + 1];
  cpu_set_t *const place = sets;
  sched_getaffinity(0, sizeof sets[0], &sets[0]);
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 1; i <= PARTS; i++) sets[i] = sets[0];
    adjoint_divide(compare_processors, &place, PARTS, 1);
    for (int i = 1; i <= PARTS; i++)
      if (!CPU_EQUAL(&sets[0], &sets[i])) return 0;
    if (round % 100 == 0) usleep(1000);  // all threads sleep, and are woken anywhere
  }
  return 1;
}

// Where there is one processor, all share it.
static int one_processor(void) {
  const pid_t child = fork();
  if (child == 0) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    int result = 0;
    if (sched_setaffinity(0, sizeof one, &one) == 0) call_often(&result);
    _exit(result ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return status == 0;
}
#else
static int all_processors(void) { return 1; }
static int one_processor(void) { return 1; }
#endif

int main(int argc, char **argv) {
  const struct {
    const char *name;
    int (*run)(void);
  } scenarios[] = {{"concurrent", concurrent_callers}, {"pause", calls_after_a_pause}, {"nested", nested},
                   {"executor", own_executor},         {"bounds", bounds},             {"pieces", pieces},
                   {"fork", after_fork},            
                   {"processors", all_processors},     {"processor", one_processor}};
  int failures = 0;
  for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
    if (argc > 1 && strcmp(argv[1], scenarios[i].name) != 0) continue;
    const int works = scenarios[i].run();
    printf("%s %s\n", scenarios[i].name, works ? "works" : "FAILS");
    failures += !works;
  }
  return failures;
}
