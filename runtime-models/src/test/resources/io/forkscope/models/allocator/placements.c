/* Where glibc's malloc puts the blocks of a series of requests: gcc -O1 -o placements placements.c; ./placements SEED.
   A line a step: what was asked for, the slot, the bytes, and the block's offset in the heap or "mapped". */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STEPS = 4000, SLOTS = 300 };
static struct { char what; int slot; size_t bytes; intptr_t at; } steps[STEPS];
static void *held[SLOTS];
static uint64_t state;

static uint64_t draw(uint64_t bound) {
  state = state * 6364136223846793005u + 1442695040888963407u; /* Knuth, MMIX */
  return (state >> 33) % bound;
}

static size_t size(void) {
  uint64_t kind = draw(100);
  return kind < 70 ? 1 + draw(200) : kind < 96 ? 200 + draw(3000) : 3000 + draw(200000);
}

int main(int argc, char **argv) {
  state = argc > 1 ? strtoull(argv[1], 0, 10) : 1;
  char *heap = sbrk(0);
  for (int i = 0; i < STEPS; i++) {
    int slot = draw(SLOTS);
    steps[i].slot = slot;
    if (!held[slot]) {
      steps[i].what = 'a';
      held[slot] = malloc(steps[i].bytes = size());
    } else if (draw(5) == 0) {
      steps[i].what = 'r';
      held[slot] = realloc(held[slot], steps[i].bytes = size());
    } else {
      steps[i].what = 'f';
      free(held[slot]);
      held[slot] = 0;
      continue;
    }
    char *at = held[slot];
    steps[i].at = at >= heap && at < (char *)sbrk(0) ? at - heap : -1;
  }
  for (int i = 0; i < STEPS; i++) {
    if (steps[i].what == 'f') printf("f %d\n", steps[i].slot);
    else if (steps[i].at < 0) printf("%c %d %zu mapped\n", steps[i].what, steps[i].slot, steps[i].bytes);
    else printf("%c %d %zu %zx\n", steps[i].what, steps[i].slot, steps[i].bytes, steps[i].at);
  }
  return 0;
}
