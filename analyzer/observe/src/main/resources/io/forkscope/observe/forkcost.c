/* What fork and its rivals cost this host, and the write faults after a fork.
 *
 *   forkcost fork MODE BYTES VMAS RUNS    a line: tables KIB, what the memory takes in VmPTE;
 *                                         lines: WAY WRITTEN RETURNED_NS CPU_NS READY_NS, one a run
 *   forkcost faults MODE BYTES            lines: copy|reuse CPU_NS FAULTS
 *
 * MODE: 4k, 64k, 2m or hugetlb. BYTES of private anonymous memory are written before the first
 * fork, and VMAS further mappings of one written page each are made beside it. A mode that
 * the host did not really give ends with exit code 3 and one line that says so.
 *
 * WRITTEN is 1 for forks of memory that was all written since the last one. A fork takes write
 * permission away from the entries that have it, and they do not get it back when the child ends,
 * but at the next write. A further fork of memory that was not written since finds nothing to take
 * away, and took a quarter to a half of the first one's time here (4 GiB: 24 ms after 92; written
 * between: 90 to 98). Memory is written again for a second at most, each entry once: a huge page
 * has one. A process's first fork alone says too little of 8 GiB of huge pages: 3.4 to 7.8 ms in
 * four processes, while the forks of two that had eight lay at 4.0 and 4.5 in the middle.
 *
 * RUNS are the fewest of each way. What is short is done more often, up to MOST_RUNS times in
 * SHORT_NS: vforks of 0.1 ms took 0.07 to 0.22 here.
 *
 * The ways take no turns: a vfork and exec after a fork of 1 GiB took 0.3 ms instead of 0.1 here,
 * for the caches that the fork had filled.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char *const ARGUMENTS[] = {"true", NULL};
static const char *const WAYS[] = {"fork", "fork+exec", "vfork+exec", "posix_spawn"};
static const int64_t MOST_REWRITING_NS = 1000000000LL;
static const int64_t SHORT_NS = 300000000LL;
static const int MOST_RUNS = 200;

static int64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void refuse(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

static long kib(const char *path, const char *key) {
  char line[256];
  FILE *file = fopen(path, "r");
  long value = -1;
  while (file && fgets(line, sizeof line, file)) {
    if (!strncmp(line, key, strlen(key))) value = atol(line + strlen(key));
  }
  if (file) fclose(file);
  return value;
}

static char *memory(const char *mode, size_t bytes) {
  const size_t huge = 2UL << 20;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (!strcmp(mode, "hugetlb")) {
    flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB;
  }
  if (bytes == 0) return NULL;
  char *start = mmap(NULL, bytes + huge, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (start == MAP_FAILED) refuse("mmap");
  start = (char *)(((uintptr_t)start + huge - 1) & ~(huge - 1));
  if (!strcmp(mode, "4k")) {
    madvise(start, bytes, MADV_NOHUGEPAGE);
  } else if (strcmp(mode, "hugetlb")) {
    madvise(start, bytes, MADV_HUGEPAGE);
  }
  for (size_t i = 0; i < bytes; i += 4096) start[i] = 1;
  if (!strcmp(mode, "2m") && (size_t)kib("/proc/self/smaps_rollup", "AnonHugePages:") < bytes / 1024 * 9 / 10) {
    errno = ENOMEM;
    refuse("transparent huge pages");
  }
  return start;
}

/* Neighbours with different permissions stay mappings of their own. */
static void mappings(int count) {
  if (count == 0) return;
  char *start = mmap(NULL, (size_t)count * 4096, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) refuse("mmap");
  madvise(start, (size_t)count * 4096, MADV_NOHUGEPAGE);
  for (int i = 0; i < count; i++) start[(size_t)i * 4096] = 1;
  for (int i = 0; i < count; i += 2) {
    if (mprotect(start + (size_t)i * 4096, 4096, PROT_READ)) refuse("mprotect");
  }
}

/* Time in the parent until the call returned, and until the child had exec'd (its end of the
 * pipe closes) or, for plain fork, had ended. */
static void measure(const char *way, int written) {
  int pipes[2], status;
  char byte;
  pid_t child = -1;
  if (pipe2(pipes, O_CLOEXEC)) refuse("pipe");
  int64_t cpu = now(CLOCK_THREAD_CPUTIME_ID), start = now(CLOCK_MONOTONIC);
  if (!strcmp(way, "fork")) {
    if ((child = fork()) == 0) _exit(0);
  } else if (!strcmp(way, "fork+exec")) {
    if ((child = fork()) == 0) {
      execv("/bin/true", ARGUMENTS);
      _exit(1);
    }
  } else if (!strcmp(way, "vfork+exec")) {
    if ((child = vfork()) == 0) {
      execv("/bin/true", ARGUMENTS);
      _exit(1);
    }
  } else if ((errno = posix_spawn(&child, "/bin/true", NULL, NULL, ARGUMENTS, environ))) {
    refuse("posix_spawn");
  }
  int64_t returned = now(CLOCK_MONOTONIC), used = now(CLOCK_THREAD_CPUTIME_ID);
  if (child < 0) refuse(way);
  close(pipes[1]);
  while (read(pipes[0], &byte, 1) < 0 && errno == EINTR) {
  }
  int64_t ready = now(CLOCK_MONOTONIC);
  close(pipes[0]);
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status)) {
    fprintf(stderr, "%s: the child failed\n", way);
    exit(3);
  }
  printf("%s %d %lld %lld %lld\n", way, written, (long long)(returned - start), (long long)(used - cpu),
         (long long)(ready - start));
}

static int64_t write_all(char *start, size_t bytes, size_t step) {
  int64_t begin = now(CLOCK_THREAD_CPUTIME_ID);
  for (size_t i = 0; i < bytes; i += step) start[i]++;
  return now(CLOCK_THREAD_CPUTIME_ID) - begin;
}

static long faults(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

/* The child copies each page once; the parent, alone again, writes the pages it has kept. */
static void measure_faults(char *start, size_t bytes) {
  int status;
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) refuse("fork");
  if (child == 0) {
    long before = faults();
    int64_t first = write_all(start, bytes, 4096);
    long copies = faults() - before;
    int64_t again = write_all(start, bytes, 4096);
    printf("copy %lld %ld\n", (long long)(first - again), copies);
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, &status, 0);
  long before = faults();
  int64_t first = write_all(start, bytes, 4096);
  long reuses = faults() - before;
  int64_t again = write_all(start, bytes, 4096);
  printf("reuse %lld %ld\n", (long long)(first - again), reuses);
}

static int goes_on(int run, int fewest, int64_t begin) {
  return run < fewest || (fewest > 0 && run < MOST_RUNS && now(CLOCK_MONOTONIC) - begin < SHORT_NS);
}

/* What one entry of the page tables maps, as far as permission to write goes. */
static size_t entry_bytes(const char *mode) {
  return strcmp(mode, "2m") && strcmp(mode, "hugetlb") ? 4096 : 2UL << 20;
}

int main(int count, char **argument) {
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* whoever started us is gone: nobody reads on */
  if (count == 6 && !strcmp(argument[1], "fork")) {
    long before = kib("/proc/self/status", "VmPTE:");
    size_t bytes = strtoull(argument[3], NULL, 10);
    int64_t begin = now(CLOCK_MONOTONIC);
    char *start = memory(argument[2], bytes);
    size_t step = entry_bytes(argument[2]);
    int64_t filled = (now(CLOCK_MONOTONIC) - begin) * 4096 / step;
    printf("tables %ld\n", kib("/proc/self/status", "VmPTE:") - before);
    mappings(atoi(argument[4]));
    int runs = atoi(argument[5]);
    begin = now(CLOCK_MONOTONIC);
    int64_t spent = 0, next = filled;
    for (int run = 0; goes_on(run, runs, begin) && (run == 0 || spent + next < MOST_REWRITING_NS); run++) {
      if (run > 0) spent += next = write_all(start, bytes, step);
      measure("fork", 1);
    }
    for (size_t way = 0; way < sizeof WAYS / sizeof *WAYS; way++) {
      begin = now(CLOCK_MONOTONIC);
      for (int run = 0; goes_on(run, runs, begin); run++) measure(WAYS[way], 0);
    }
    return 0;
  }
  if (count == 4 && !strcmp(argument[1], "faults")) {
    size_t bytes = strtoull(argument[3], NULL, 10);
    measure_faults(memory(argument[2], bytes), bytes);
    return 0;
  }
  fprintf(stderr, "usage: forkcost fork MODE BYTES VMAS RUNS | forkcost faults MODE BYTES\n");
  return 2;
}
