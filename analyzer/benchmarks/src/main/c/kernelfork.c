/* The real kernel doing what the engine simulates: fork MIB of touched base pages, then write each
 * page of the child once, in random order.
 *   kernelfork MIB RUNS      -> "fork MICROS" and "faults PER_SECOND", each run
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: kernelfork MIB RUNS\n");
        return 2;
    }
    size_t bytes = (size_t)atol(argv[1]) << 20, pages = bytes / 4096;
    char *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint32_t *order = mmap(0, pages * 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || order == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    madvise(memory, bytes, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < pages; i++) {
        memory[i * 4096] = 1;
        order[i] = i;
    }
    uint64_t s = 88172645463325252ULL;
    for (size_t i = pages - 1; i > 0; i--) {
        s ^= s << 13, s ^= s >> 7, s ^= s << 17;
        size_t j = s % (i + 1);
        uint32_t swap = order[i];
        order[i] = order[j], order[j] = swap;
    }
    size_t writes = pages < 65536 ? pages : 65536;
    for (int r = 0; r < atoi(argv[2]); r++) {
        double t = now();
        pid_t child = fork();
        if (child < 0) {
            perror("fork");
            return 1;
        }
        if (child == 0) {
            volatile uint32_t warm = 0;
            for (size_t i = 0; i < writes; i++)
                warm += order[i];
            t = now();
            for (size_t i = 0; i < writes; i++)
                memory[(size_t)order[i] * 4096] = 2;
            printf("faults %.0f\n", writes / (now() - t) * 1e6);
            fflush(stdout);
            _exit(0);
        }
        t = now() - t;
        waitpid(child, 0, 0);
        printf("fork %.1f\n", t);
        fflush(stdout);
    }
    return 0;
}
