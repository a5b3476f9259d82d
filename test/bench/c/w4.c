// W4: logistic regression over 2^18 hashed features, 30 of them in an event. Gradient descent; with -DADAGRAD, Adagrad.
enum { FEATURES = 1 << 18, PAIRS = 30 };
#define ROW_BYTES PADDED((2 * PAIRS + 1) * 4)
#include "bench.h"

#ifdef ADAGRAD
// A weight and its sum of squares side by side: one cache line for both.
static ALIGNED struct { float w, sum; } table[FEATURES];
static float bias_sum;
#else
static ALIGNED struct { float w; } table[FEATURES];
#endif
static float bias;

static void start(const float *weights) {
  for (int i = 0; i < FEATURES; i++) table[i].w = weights[i];
  bias = weights[FEATURES];
}

static inline float learn(const void *row) {
  const float rate = 0.05f;
  const int *indices = row;
  const float *values = (const float *)row + PAIRS;
  const float label = values[PAIRS];
  float z = bias;
  for (int k = 0; k < PAIRS; k++) z += values[k] * table[indices[k]].w;
  const float e = expf(-fabsf(z));
  const float loss = (z > 0 ? z : 0) - z * label + log1pf(e);
  const float g = (z >= 0 ? 1 : e) / (1 + e) - label;
#ifdef ADAGRAD
  bias_sum += g * g;
  bias -= rate * g / (sqrtf(bias_sum) + 1e-10f);
  float step[PAIRS], sum[PAIRS];
  for (int k = 0; k < PAIRS; k++) {
    const float d = g * values[k];
    sum[k] = table[indices[k]].sum + d * d;
    step[k] = rate * d / (sqrtf(sum[k]) + 1e-10f);
  }
  for (int k = 0; k < PAIRS; k++) {
    table[indices[k]].sum = sum[k];
    table[indices[k]].w -= step[k];
  }
#else
  bias -= rate * g;
  for (int k = 0; k < PAIRS; k++) table[indices[k]].w -= rate * g * values[k];
#endif
  return loss;
}
