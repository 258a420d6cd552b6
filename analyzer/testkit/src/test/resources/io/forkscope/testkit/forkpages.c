/* Forks and writes the pages named on stdin: those of the child, -1, those of the parent, -1. Then
 * prints what smaps says of the region in both, in KiB, and how many write faults each took.
 *   forkpages 4k|64k|2m|hugetlb PAGES
 * 64k and 2m are transparent huge pages of whatever sizes the kernel is set to give on madvise.
 * smaps leaves hugetlb pages out of Rss; here they are counted like all others.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char *memory;
static long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static void print(const char *name, long took)
{
    char line[512];
    int inside = 0;
    long value, rss = 0, shared = 0, private = 0;
    unsigned long from, to, first = (unsigned long)memory;
    FILE *smaps = fopen("/proc/self/smaps", "r");
    while (fgets(line, sizeof line, smaps)) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = from <= first && first < to;
        else if (inside && sscanf(line, "Rss: %ld", &value) == 1)
            rss += value;
        else if (inside && sscanf(line, "Shared_Dirty: %ld", &value) == 1)
            shared += value;
        else if (inside && sscanf(line, "Private_Dirty: %ld", &value) == 1)
            private += value;
        else if (inside && sscanf(line, "Shared_Hugetlb: %ld", &value) == 1)
            shared += value, rss += value;
        else if (inside && sscanf(line, "Private_Hugetlb: %ld", &value) == 1)
            private += value, rss += value;
    }
    fclose(smaps);
    printf("%s rss %ld shared %ld private %ld faults %ld\n", name, rss, shared, private, took);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    long pages = argc == 3 ? atol(argv[2]) : 0, bytes = pages * 4096, huge = 2 << 20;
    const char *mode = argc == 3 ? argv[1] : "";
    int hugetlb = !strcmp(mode, "hugetlb");
    long unit = hugetlb || !strcmp(mode, "2m") ? huge : !strcmp(mode, "64k") ? 65536 : 4096;
    int *order = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int count[2] = {0, 0}, *list[2] = {order, order + (1 << 17)}, done[2], go[2];
    if (pages <= 0 || order == MAP_FAILED || pipe(done) || pipe(go))
        return 2;
    for (int side = 0; side < 2; side++)
        while (scanf("%d", &list[side][count[side]]) == 1 && list[side][count[side]] >= 0)
            count[side]++;
    /* A hole on both sides keeps the region from being merged with a neighbour. */
    char *room = mmap(0, bytes + 2 * huge, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory = (char *)(((uintptr_t)room + huge) & ~(uintptr_t)(huge - 1));
    if (hugetlb) {
        memory = mmap(memory, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB, -1, 0);
        if (memory == MAP_FAILED) {
            printf("skip: the pool of huge pages is too small\n");
            return 0;
        }
    } else {
        mprotect(memory, bytes, PROT_READ | PROT_WRITE);
        madvise(memory, bytes, unit == 4096 ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
    }
    long before = faults();
    for (long i = 0; i < bytes; i += 4096)
        memory[i] = 1;
    if (faults() - before > bytes / unit + 8) {
        printf("skip: the kernel had no pages of %ld KiB to give\n", unit >> 10);
        return 0;
    }
    char token = 0;
    pid_t child = fork();
    if (child < 0)
        return 1;
    int side = child == 0 ? 0 : 1;
    if (side == 1 && read(done[0], &token, 1) != 1)
        return 1;
    volatile int warm = 0;
    for (int i = 0; i < count[side]; i++)
        warm += list[side][i];
    faults();
    before = faults();
    for (int i = 0; i < count[side]; i++)
        memory[(long)list[side][i] * 4096] = 2;
    long took = faults() - before;
    if (side == 0) {
        /* The parent writes while the child lives; then the child says what is left of it. */
        if (write(done[1], &token, 1) != 1 || read(go[0], &token, 1) != 1)
            return 1;
        print("child", took);
        if (write(done[1], &token, 1) != 1 || read(go[0], &token, 1) != 1)
            return 1;
        return 0;
    }
    if (write(go[1], &token, 1) != 1 || read(done[0], &token, 1) != 1)
        return 1;
    print("parent", took);
    if (write(go[1], &token, 1) != 1)
        return 1;
    waitpid(child, 0, 0);
    return 0;
}
