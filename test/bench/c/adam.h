// Adam with PyTorch's defaults. Moments are kept divided by (1 - beta), which saves two products for each weight.
static const double beta1 = 0.9, beta2 = 0.999;
static double power1 = 1, power2 = 1;
static float adam_rate, adam_eps;

/** Once per event: the constants of this step. */
static inline void adam_tick(void) {
  power1 *= beta1;
  power2 *= beta2;
  const double scale = sqrt((1 - power2) / (1 - beta2));
  adam_rate = 0.001 * (1 - beta1) / (1 - power1) * scale;
  adam_eps = 1e-8 * scale;
}

static inline float adam_move(float *m, float *v, float g) {
  *m = (float)beta1 * *m + g;
  *v = (float)beta2 * *v + g * g;
  return adam_rate * *m / (sqrtf(*v) + adam_eps);
}

/** A layer: weights w [outputs][inputs] with moments m and v; bias b with its moments behind it. */
static inline void adam(float *restrict w, float *restrict m, float *restrict v, float *restrict b,
                        const float *restrict x, const float *restrict dy, int inputs, int outputs) {
  for (int o = 0; o < outputs; o++) {
    const float g = dy[o];
    b[o] -= adam_move(&b[o + outputs], &b[o + 2 * outputs], g);
    for (int i = 0; i < inputs; i++) {
      const int k = o * inputs + i;
      w[k] -= adam_move(&m[k], &v[k], g * x[i]);
    }
  }
}
