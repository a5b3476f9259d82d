// Fully connected layers for one event; w is [outputs][inputs]. Sizes are constants where these are inlined.

/** Four rows at a time: x is loaded once for four sums that do not wait for each other. */
static inline void forward(const float *w, const float *b, const float *x, float *y, int inputs, int outputs) {
  const int whole = outputs / 4 * 4;
  for (int o = 0; o < whole; o += 4) {
    const float *w0 = w + o * inputs, *w1 = w0 + inputs, *w2 = w1 + inputs, *w3 = w2 + inputs;
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int i = 0; i < inputs; i++) {
      s0 += w0[i] * x[i];
      s1 += w1[i] * x[i];
      s2 += w2[i] * x[i];
      s3 += w3[i] * x[i];
    }
    y[o] = s0 + b[o];
    y[o + 1] = s1 + b[o + 1];
    y[o + 2] = s2 + b[o + 2];
    y[o + 3] = s3 + b[o + 3];
  }
  for (int rest = 0; rest < outputs - whole; rest++) {
    const float *row = w + (whole + rest) * inputs;
    float s = 0;
    for (int i = 0; i < inputs; i++) s += row[i] * x[i];
    y[whole + rest] = s + b[whole + rest];
  }
}

/** dx, from the old weights, four rows at a time: left to itself the compiler gathers down the columns. */
static inline void pull(const float *w, const float *dy, float *dx, int inputs, int outputs) {
  const int whole = outputs / 4 * 4;
  for (int i = 0; i < inputs; i++) dx[i] = 0;
  for (int o = 0; o < whole; o += 4) {
    const float *w0 = w + o * inputs, *w1 = w0 + inputs, *w2 = w1 + inputs, *w3 = w2 + inputs;
    const float g0 = dy[o], g1 = dy[o + 1], g2 = dy[o + 2], g3 = dy[o + 3];
#pragma omp simd
    for (int i = 0; i < inputs; i++) dx[i] += g0 * w0[i] + g1 * w1[i] + g2 * w2[i] + g3 * w3[i];
  }
  for (int o = whole; o < outputs; o++) {
    const float g = dy[o];
#pragma omp simd
    for (int i = 0; i < inputs; i++) dx[i] += g * w[o * inputs + i];
  }
}

/** Gradient descent, four rows at a time; the gradient of w is never written down. */
static inline void descend(float *restrict w, float *restrict b, const float *restrict x, const float *restrict dy,
                           int inputs, int outputs, float rate) {
  const int whole = outputs / 4 * 4;
  for (int o = 0; o < whole; o += 4) {
    float *w0 = w + o * inputs, *w1 = w0 + inputs, *w2 = w1 + inputs, *w3 = w2 + inputs;
    const float g0 = rate * dy[o], g1 = rate * dy[o + 1], g2 = rate * dy[o + 2], g3 = rate * dy[o + 3];
    b[o] -= g0;
    b[o + 1] -= g1;
    b[o + 2] -= g2;
    b[o + 3] -= g3;
#pragma omp simd
    for (int i = 0; i < inputs; i++) {
      w0[i] -= g0 * x[i];
      w1[i] -= g1 * x[i];
      w2[i] -= g2 * x[i];
      w3[i] -= g3 * x[i];
    }
  }
  for (int o = whole; o < outputs; o++) {
    const float g = rate * dy[o];
    b[o] -= g;
    for (int i = 0; i < inputs; i++) w[o * inputs + i] -= g * x[i];
  }
}

static inline void relu(float *y, int size) {
  for (int i = 0; i < size; i++) y[i] = y[i] > 0 ? y[i] : 0;
}

static inline void relu_backward(const float *y, float *dy, int size) {
  for (int i = 0; i < size; i++) dy[i] = y[i] > 0 ? dy[i] : 0;
}
