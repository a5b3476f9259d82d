// W6 from rows that are encoded already: numbers and categories as rows of one table, numbers standardised by what came
// before; 16 hidden units, relu, absolute error, Adagrad.
enum { NUMBERS = 2, NAMES = 4, ROWS = 1024, HIDDEN = 16 };
#define PAIRS (NUMBERS + NAMES)
#define ROW_BYTES 64
#include "bench.h"

// A row of weights and its sums of squares side by side.
static ALIGNED struct { float w[HIDDEN], sum[HIDDEN]; } table[ROWS];
static ALIGNED struct { float w[HIDDEN], sum[HIDDEN]; } hidden, output;
static float bias, bias_sum;
static struct { double count, mean, m2; } statistics[NUMBERS];

static const float rate = 0.01f, initial = 0.1f, eps = 1e-10f;

static void start(const float *weights) {
  for (int r = 0; r < ROWS; r++) weights = take(table[r].w, weights, HIDDEN);
  take(output.w, weights, HIDDEN);
  for (int j = 0; j < HIDDEN; j++) {
    for (int r = 0; r < ROWS; r++) table[r].sum[j] = initial;
    hidden.sum[j] = output.sum[j] = initial;
  }
  bias_sum = initial;
}

static inline void adagrad(float *restrict w, float *restrict sum, const float *restrict x, float g, int size) {
  for (int j = 0; j < size; j++) {
    const float d = g * x[j];
    sum[j] += d * d;
    w[j] -= rate * d / (sqrtf(sum[j]) + eps);
  }
}

/** Standardised by the numbers before it, then counted. */
static inline float standardized(int k, double x) {
  const double variance = statistics[k].m2 / statistics[k].count;
  const double y = statistics[k].count > 0 && variance > 0 ? (x - statistics[k].mean) / sqrt(variance) : 0;
  const double d = x - statistics[k].mean;
  statistics[k].count += 1;
  statistics[k].mean += d / statistics[k].count;
  statistics[k].m2 += d * (x - statistics[k].mean);
  return y > 10 ? 10 : y < -10 ? -10 : y;
}

static inline float learn(const void *row) {
  const int *slots = row;
  const float *numbers = (const float *)row + PAIRS, label = numbers[NUMBERS];
  float value[PAIRS], ALIGNED h[HIDDEN], ALIGNED dh[HIDDEN], y = bias;
  for (int k = 0; k < PAIRS; k++) value[k] = k < NUMBERS ? standardized(k, numbers[k]) : 1;
  memcpy(h, hidden.w, sizeof h);
  for (int k = 0; k < PAIRS; k++) {
    for (int j = 0; j < HIDDEN; j++) h[j] += value[k] * table[slots[k]].w[j];
  }
  for (int j = 0; j < HIDDEN; j++) {
    h[j] = h[j] > 0 ? h[j] : 0;
    y += output.w[j] * h[j];
  }
  const float error = y - label, g = error > 0 ? 1 : error < 0 ? -1 : 0;
  for (int j = 0; j < HIDDEN; j++) dh[j] = h[j] > 0 ? g * output.w[j] : 0;
  adagrad(output.w, output.sum, h, g, HIDDEN);
  adagrad(&bias, &bias_sum, &(float){1}, g, 1);
  adagrad(hidden.w, hidden.sum, dh, 1, HIDDEN);
  for (int k = 0; k < PAIRS; k++) adagrad(table[slots[k]].w, table[slots[k]].sum, dh, value[k], HIDDEN);
  return fabsf(error);
}
