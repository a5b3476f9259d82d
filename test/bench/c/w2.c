// W2: 784-128-10, relu, softmax cross-entropy. Gradient descent; with -DADAM, Adam.
// With -DPREDICT (W5) nothing is learned, and the answer is the sum of (c + 1) logit_c.
enum { INPUTS = 784, HIDDEN = 128, CLASSES = 10 };
#define ROW_BYTES PADDED((INPUTS + 1) * 4)
#include "bench.h"
#include "layer.h"
#include "adam.h"
#include "softmax.h"

static ALIGNED float w1[HIDDEN * INPUTS], b1[3 * HIDDEN], w2[CLASSES * HIDDEN], b2[3 * CLASSES];
#ifdef ADAM
static ALIGNED float m1[HIDDEN * INPUTS], v1[HIDDEN * INPUTS], m2[CLASSES * HIDDEN], v2[CLASSES * HIDDEN];
#endif

static void start(const float *weights) {
  weights = take(w1, weights, HIDDEN * INPUTS);
  weights = take(b1, weights, HIDDEN);
  weights = take(w2, weights, CLASSES * HIDDEN);
  take(b2, weights, CLASSES);
}

static inline float learn(const void *row) {
  const float *x = row;
  float ALIGNED h[HIDDEN], ALIGNED dh[HIDDEN], y[CLASSES];
  forward(w1, b1, x, h, INPUTS, HIDDEN);
  relu(h, HIDDEN);
  forward(w2, b2, h, y, HIDDEN, CLASSES);
#ifdef PREDICT
  float answer = 0;
  for (int c = 0; c < CLASSES; c++) answer += (c + 1) * y[c];
  return answer;
#else
  const float loss = softmax_cross_entropy(y, (int)x[INPUTS], CLASSES);
  pull(w2, y, dh, HIDDEN, CLASSES);
  relu_backward(h, dh, HIDDEN);
#ifdef ADAM
  adam_tick();
  adam(w2, m2, v2, b2, h, y, HIDDEN, CLASSES);
  adam(w1, m1, v1, b1, x, dh, INPUTS, HIDDEN);
#else
  descend(w2, b2, h, y, HIDDEN, CLASSES, 0.01f);
  descend(w1, b1, x, dh, INPUTS, HIDDEN, 0.01f);
#endif
  return loss;
#endif
}
