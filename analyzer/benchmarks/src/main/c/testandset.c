/* The bar for attributed writes: test and set one bit a page, from an array of addresses.
 *   testandset PAGES WRITES RUNS random|sequential      -> million writes a second, each run
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* SplittableRandom's mixer, so that both sides see uniform addresses. */
static uint64_t state = 42;
static uint64_t next(void)
{
    uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static __attribute__((noinline)) uint64_t mark(
    uint64_t *bits, const uint64_t *addresses, size_t writes, uint64_t base)
{
    uint64_t broken = 0;
    for (size_t i = 0; i < writes; i++) {
        uint64_t page = (addresses[i] - base) >> 12, bit = 1ULL << (page & 63), old = bits[page >> 6];
        if (!(old & bit)) {
            bits[page >> 6] = old | bit;
            broken++;
        }
    }
    return broken;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: testandset PAGES WRITES RUNS random|sequential\n");
        return 2;
    }
    uint64_t pages = strtoull(argv[1], 0, 10), base = 0x100000000ULL;
    size_t writes = strtoull(argv[2], 0, 10);
    int runs = atoi(argv[3]), random = !strcmp(argv[4], "random");
    uint64_t *addresses = malloc(writes * 8), *bits = malloc(pages / 8), broken = 0;
    if (!addresses || !bits) {
        fprintf(stderr, "out of memory\n");
        return 1;
    }
    for (size_t i = 0; i < writes; i++)
        addresses[i] = base + (random ? next() % (pages << 12) & ~7ULL : (uint64_t)(i % pages) << 12);
    for (int r = 0; r < runs; r++) {
        double t = now();
        memset(bits, 0, pages / 8);
        broken += mark(bits, addresses, writes, base);
        t = now() - t;
        printf("%.1f\n", writes / t / 1e6);
    }
    fprintf(stderr, "broken %lu\n", (unsigned long)(broken / runs));
    return 0;
}
