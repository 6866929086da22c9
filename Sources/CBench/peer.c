#include "CBench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int cbench_peer_start(cbench_peer *peer, char *const *arguments) {
  int questions[2], answers[2];
  if (pipe(questions) != 0) return -1;
  if (pipe(answers) != 0) {
    close(questions[0]);
    close(questions[1]);
    return -1;
  }
  // A peer that holds the pipe of another would keep that one from seeing the end of its input.
  fcntl(questions[1], F_SETFD, FD_CLOEXEC);
  fcntl(answers[0], F_SETFD, FD_CLOEXEC);
  // A peer that has ended must not end this process too.
  signal(SIGPIPE, SIG_IGN);
  peer->process = fork();
  if (peer->process == 0) {
    dup2(questions[0], STDIN_FILENO);
    dup2(answers[1], STDOUT_FILENO);
    close(questions[0]);
    close(questions[1]);
    close(answers[0]);
    close(answers[1]);
    execvp(arguments[0], arguments);
    _exit(127);
  }
  close(questions[0]);
  close(answers[1]);
  peer->input = fdopen(questions[1], "w");
  peer->output = fdopen(answers[0], "r");
  return peer->process > 0 && peer->input && peer->output ? 0 : -1;
}

int cbench_peer_ask(cbench_peer *peer, const char *question) {
  return fputs(question, peer->input) >= 0 && fputc('\n', peer->input) >= 0 && fflush(peer->input) == 0 ? 0 : -1;
}

char *cbench_peer_answer(cbench_peer *peer) {
  char *line = NULL;
  size_t capacity = 0;
  const ssize_t length = getline(&line, &capacity, peer->output);
  if (length < 0) {
    free(line);
    return NULL;
  }
  if (length > 0 && line[length - 1] == '\n') line[length - 1] = 0;
  return line;
}

void cbench_free(void *block) { free(block); }

void cbench_peer_end(cbench_peer *peer) {
  fclose(peer->input);
  fclose(peer->output);
  waitpid(peer->process, NULL, 0);
}
