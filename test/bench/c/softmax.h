/** The loss of logits y; y becomes its gradient. */
static inline float softmax_cross_entropy(float *y, int label, int classes) {
  float top = y[0], sum = 0;
  const float logit = y[label];
  for (int c = 1; c < classes; c++) top = y[c] > top ? y[c] : top;
  for (int c = 0; c < classes; c++) sum += y[c] = expf(y[c] - top);
  for (int c = 0; c < classes; c++) y[c] /= sum;
  y[label] -= 1;
  return logf(sum) + top - logit;
}
