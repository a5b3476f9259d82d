// What the C baselines share: weights and events come from files, losses or times go out.
//
//   program WEIGHTS EVENTS losses N             the losses of the first N events, one a line
//   program WEIGHTS EVENTS time SKIP N SLICES   learns from SKIP events, then times SLICES slices of N more:
//                                               "cpu wall" in ns per event for each, then the sum of all losses
//
// A program defines ROW_BYTES (one event, padded to 64 bytes), start() and learn().
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PADDED(bytes) (((bytes) + 63) / 64 * 64)
#define ALIGNED __attribute__((aligned(64)))

/** Takes the initial weights, in the order of the workload's `weights`. */
static void start(const float *weights);

/** Learns from one event; its loss before the update. */
static inline float learn(const void *row);

static char *contents(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(1); }
  fseek(file, 0, SEEK_END);
  *bytes = ftell(file);
  rewind(file);
  char *data = aligned_alloc(64, PADDED(*bytes));
  if (!data || fread(data, 1, *bytes, file) != *bytes) { perror(path); exit(1); }
  fclose(file);
  return data;
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

/** Copies the next `count` floats into `to`; where the ones behind them start. */
static inline const float *take(float *to, const float *from, size_t count) {
  memcpy(to, from, count * sizeof(float));
  return from + count;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  size_t weight_bytes, event_bytes;
  const float *weights = (const float *)contents(argv[1], &weight_bytes);
  const char *events = contents(argv[2], &event_bytes);
  const long rows = event_bytes / ROW_BYTES;
  long next = 0;
  double sum = 0;
#define LEARN() learn(events + next * ROW_BYTES); if (++next == rows) next = 0
  start(weights);
  if (strcmp(argv[3], "losses") == 0) {
    for (long k = atol(argv[4]); k > 0; k--) {
      const float loss = LEARN();
      printf("%.9g\n", loss);
    }
    return 0;
  }
  if (argc < 7) return 2;
  for (long k = atol(argv[4]); k > 0; k--) { sum += LEARN(); }
  const long count = atol(argv[5]);
  for (long slice = atol(argv[6]); slice > 0; slice--) {
    const double wall = now(CLOCK_MONOTONIC);
    const double cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (long k = 0; k < count; k++) { sum += LEARN(); }
    const double cpu_end = now(CLOCK_PROCESS_CPUTIME_ID);
    printf("%.3f %.3f\n", (cpu_end - cpu) / count, (now(CLOCK_MONOTONIC) - wall) / count);
  }
  printf("%.9g\n", sum);
  return 0;
}
