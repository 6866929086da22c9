// What a processor can do at most, measured by small loops; how often and how much a program allocates; other programs.
#ifndef CBENCH_H
#define CBENCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/// Runs `rounds` rounds of independent multiply-adds in registers with the instruction set that kernels use, fused
/// where theirs are; gives the floating-point operations done (two for each multiply-add of each lane).
uint64_t cbench_multiply_add(uint64_t rounds);

/// How many instructions such a multiply-add is: two in code for processors that have no fused one.
int cbench_multiply_add_instructions(void);

/// y[i] = x[i] + 1 for i < n, `rounds` times over.
void cbench_copy(const float *x, float *y, size_t n, uint64_t rounds);

/// x[i] = x[i] + 1 for i < n, `rounds` times over.
void cbench_update(float *x, size_t n, uint64_t rounds);

/// Does share `share` of some work once.
typedef void cbench_work(void *context, int share);

/// Runs `threads` shares of work one after the other on the caller's thread, and then side by side on as many threads,
/// turn by turn for about that long: how many times as fast it was side by side, for each turn. Gives the number of
/// turns, at most `most`; 0 where threads cannot be started. At most 64 threads.
int cbench_gains(int threads, cbench_work *work, void *context, double seconds, double *gains, int most);

/// The calls of malloc and its like in this process so far; -1 where they cannot be counted.
int64_t cbench_allocation_count(void);

/// The most bytes of memory that this process has had so far; -1 where that is not known.
int64_t cbench_peak_memory(void);

/// Seconds of a clock that only goes forwards.
double cbench_seconds(void);

/// A program that answers questions, a line each.
typedef struct {
  pid_t process;
  FILE *input;
  FILE *output;
} cbench_peer;

/// Starts a program that is on the PATH; the arguments, the first of which names it, end with NULL. 0 where it worked.
int cbench_peer_start(cbench_peer *peer, char *const *arguments);

/// Sends a line; 0 where it worked.
int cbench_peer_ask(cbench_peer *peer, const char *question);

/// The next line without its end, to be freed by cbench_free; NULL where there is none.
char *cbench_peer_answer(cbench_peer *peer);

/// Frees a line.
void cbench_free(void *block);

/// Closes the program's input and output, and waits until it has ended.
void cbench_peer_end(cbench_peer *peer);

#endif
