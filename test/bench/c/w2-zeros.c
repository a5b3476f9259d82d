// W2 with gradient descent where most inputs are zero: weights of the first layer are stored by input, and those of an
// input that is zero are neither read nor written. One more input, always zero, fills up the last four.
enum { INPUTS = 784, HIDDEN = 128, CLASSES = 10 };
#define ROW_BYTES PADDED((INPUTS + 1) * 4)
#include "bench.h"
#include "layer.h"
#include "softmax.h"

static ALIGNED float w1[(INPUTS + 1) * HIDDEN], b1[HIDDEN], w2[CLASSES * HIDDEN], b2[CLASSES];

static void start(const float *weights) {
  for (int o = 0; o < HIDDEN; o++) {
    for (int i = 0; i < INPUTS; i++) w1[i * HIDDEN + o] = *weights++;
  }
  weights = take(b1, weights, HIDDEN);
  weights = take(w2, weights, CLASSES * HIDDEN);
  take(b2, weights, CLASSES);
}

/** h += four inputs times their columns. Not inlined, or the compiler swaps the loops and gathers across columns. */
static __attribute__((noinline)) void add4(float *restrict h, const int *at, const float *x) {
  const float *c0 = w1 + at[0] * HIDDEN, *c1 = w1 + at[1] * HIDDEN;
  const float *c2 = w1 + at[2] * HIDDEN, *c3 = w1 + at[3] * HIDDEN;
  const float x0 = x[at[0]], x1 = x[at[1]], x2 = x[at[2]], x3 = x[at[3]];
  for (int o = 0; o < HIDDEN; o++) h[o] += x0 * c0[o] + x1 * c1[o] + x2 * c2[o] + x3 * c3[o];
}

static inline float learn(const void *row) {
  const float rate = 0.01f;
  const float *x = row;
  float ALIGNED h[HIDDEN], ALIGNED dh[HIDDEN], y[CLASSES];
  float values[INPUTS + 1];
  int present[INPUTS + 4], count = 0;
  memcpy(values, x, INPUTS * sizeof(float));
  values[INPUTS] = 0;
  for (int i = 0; i < INPUTS; i++) {
    present[count] = i;
    count += x[i] != 0;
  }
  memcpy(h, b1, sizeof h);
  for (; count % 4 != 0; count++) present[count] = INPUTS;
  for (int k = 0; k < count; k += 4) add4(h, present + k, values);
  relu(h, HIDDEN);
  forward(w2, b2, h, y, HIDDEN, CLASSES);
  const float loss = softmax_cross_entropy(y, (int)x[INPUTS], CLASSES);
  pull(w2, y, dh, HIDDEN, CLASSES);
  relu_backward(h, dh, HIDDEN);
  descend(w2, b2, h, y, HIDDEN, CLASSES, rate);
  for (int o = 0; o < HIDDEN; o++) b1[o] -= rate * dh[o];
  for (int k = 0; k < count; k++) {
    float *column = w1 + present[k] * HIDDEN;
    const float g = rate * values[present[k]];
#pragma omp simd
    for (int o = 0; o < HIDDEN; o++) column[o] -= g * dh[o];
  }
  return loss;
}
