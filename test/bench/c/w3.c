// W3: 32-64-32-1, relu, squared error, Adam.
enum { INPUTS = 32, FIRST = 64, SECOND = 32 };
#define ROW_BYTES PADDED((INPUTS + 1) * 4)
#include "bench.h"
#include "layer.h"
#include "adam.h"

static ALIGNED float w1[FIRST * INPUTS], m1[FIRST * INPUTS], v1[FIRST * INPUTS], b1[3 * FIRST];
static ALIGNED float w2[SECOND * FIRST], m2[SECOND * FIRST], v2[SECOND * FIRST], b2[3 * SECOND];
static ALIGNED float w3[SECOND], m3[SECOND], v3[SECOND], b3[3];

static void start(const float *weights) {
  weights = take(w1, weights, FIRST * INPUTS);
  weights = take(b1, weights, FIRST);
  weights = take(w2, weights, SECOND * FIRST);
  weights = take(b2, weights, SECOND);
  weights = take(w3, weights, SECOND);
  take(b3, weights, 1);
}

static inline float learn(const void *row) {
  const float *x = row;
  float ALIGNED h1[FIRST], ALIGNED d1[FIRST], ALIGNED h2[SECOND], ALIGNED d2[SECOND], y;
  forward(w1, b1, x, h1, INPUTS, FIRST);
  relu(h1, FIRST);
  forward(w2, b2, h1, h2, FIRST, SECOND);
  relu(h2, SECOND);
  forward(w3, b3, h2, &y, SECOND, 1);
  const float error = y - x[INPUTS];
  const float dy = 2 * error;
  pull(w3, &dy, d2, SECOND, 1);
  relu_backward(h2, d2, SECOND);
  pull(w2, d2, d1, FIRST, SECOND);
  relu_backward(h1, d1, FIRST);
  adam_tick();
  adam(w3, m3, v3, b3, h2, &dy, SECOND, 1);
  adam(w2, m2, v2, b2, h1, d2, FIRST, SECOND);
  adam(w1, m1, v1, b1, x, d1, INPUTS, FIRST);
  return error * error;
}
