/* Where glibc's malloc puts the blocks of a second thread, which also frees and resizes those of the first:
   gcc -O1 -pthread -o arenas arenas.c; ./arenas SEED.
   A line a step: what was asked for, the slot, the bytes, and where the block is: "main" and its offset in the brk
   heap, the heap's place among its arena's and its offset there, or "mapped"; before "thread" by the first thread. */
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST = 400, PHASE = 1700, STEPS = FIRST + 4 * PHASE, SLOTS = 1700, IS_MMAPPED = 2, NON_MAIN_ARENA = 4 };
typedef struct heap { void *arena; struct heap *before; } heap; /* glibc 2.36 malloc/arena.c, heap_info */
static const uintptr_t HEAP_MAX_SIZE = 64 << 20;
static struct { char what; int slot; size_t bytes; int heap; size_t at; } steps[STEPS];
static void *held[SLOTS];
static char *brk_heap;
static uint64_t state;
static sem_t turn;

static uint64_t draw(uint64_t bound) {
  state = state * 6364136223846793005u + 1442695040888963407u; /* Knuth, MMIX */
  return (state >> 33) % bound;
}

static size_t size(int small) {
  uint64_t kind = draw(100);
  return small || kind < 30 ? 1 + draw(200) : kind < 40 ? 200 + draw(3000)
       : kind < 99 ? 20000 + draw(110000) : 100000 + draw(200000);
}

static void place(int i, char *block) {
  size_t head = ((size_t *)block)[-1];
  steps[i].heap = head & IS_MMAPPED ? -2 : -1;
  steps[i].at = block - brk_heap;
  if (head & NON_MAIN_ARENA) {
    heap *h = (heap *)((uintptr_t)block & -HEAP_MAX_SIZE);
    steps[i].at = block - (char *)h;
    for (; h; h = h->before) steps[i].heap++;
  }
}

static void run(int from, int to) {
  for (int i = from; i < to; i++) {
    int fills = i < FIRST || (i - FIRST) / PHASE % 2 == 0;
    int slot = draw(SLOTS);
    while (fills != !held[slot] && draw(40)) slot = draw(SLOTS); /* one phase takes more blocks, the next frees more */
    steps[i].slot = slot;
    if (!held[slot]) {
      steps[i].what = 'a';
      held[slot] = malloc(steps[i].bytes = size(i < FIRST));
    } else if (draw(5) == 0) {
      steps[i].what = 'r';
      held[slot] = realloc(held[slot], steps[i].bytes = size(i < FIRST));
    } else {
      steps[i].what = 'f';
      free(held[slot]);
      held[slot] = 0;
      continue;
    }
    place(i, held[slot]);
  }
}

static void *second(void *none) {
  sem_wait(&turn);
  run(FIRST, STEPS);
  return none;
}

int main(int argc, char **argv) {
  state = argc > 1 ? strtoull(argv[1], 0, 10) : 1;
  brk_heap = sbrk(0);
  pthread_t thread;
  pthread_create(&thread, 0, second, 0); /* takes a block of the main arena, before all steps */
  run(0, FIRST);
  sem_post(&turn);
  pthread_join(thread, 0);
  for (int i = 0; i < STEPS; i++) {
    if (i == FIRST) printf("thread\n");
    if (steps[i].what == 'f') { printf("f %d\n", steps[i].slot); continue; }
    printf("%c %d %zu ", steps[i].what, steps[i].slot, steps[i].bytes);
    if (steps[i].heap == -2) printf("mapped\n");
    else if (steps[i].heap == -1) printf("main %zx\n", steps[i].at);
    else printf("%d %zx\n", steps[i].heap, steps[i].at);
  }
  return 0;
}
