// The vocabulary of the tape. This file is the only list of instruction, function and rule numbers:
// `scripts/build.ts` copies the enums (comments included) into `src/opcodes.ts` for the TypeScript side.
//
// An instruction is a run of i32 words: [opcode, number of words, operands...].
// Operands: addresses are byte addresses; counts are elements; `f64 name` takes two words.
// T is the element type of the program (f32 or f64). "in order" means ascending index.

/** Instructions, each with its operands in order. Backward instructions set their destination. */
export const enum Op {
  /** dst n (f64 value): dst = value */
  FILL = 1,
  /** dst src n: dst = src */
  COPY = 2,
  /** dst src n: dst = dst + src */
  ADD = 3,
  /** dst n k src0 .. src(k-1): dst = ((src0 + src1) + src2) + ... */
  SUM_OF = 4,
  /** dst src n (f64 factor): dst = src * factor */
  SCALE = 5,
  /**
   * mode(0 set, 1 add) rank dst src [size dstStride srcStride] x rank: strided copy or add, row-major; strides in
   * elements, 0 and negative allowed
   */
  STRIDED = 6,
  /** f x y n (f64 p) (f64 q): y = f(x) */
  UNARY = 7,
  /** f x y dy dx n (f64 p) (f64 q): dx = dy * f'(x) */
  UNARY_BACKWARD = 8,
  /** f a b y n aScalar bScalar (f64 p) (f64 q): y = f(a, b); a scalar operand is one element, repeated */
  BINARY = 9,
  /**
   * f port(0 a, 1 b) a b y dy dx n aScalar bScalar (f64 p) (f64 q): dx = dy * df/dport; the gradient of a scalar port
   * is the sum over n
   */
  BINARY_BACKWARD = 10,
  /** kind x y outer n inner: x [outer, n, inner] -> y [outer, inner] */
  REDUCE = 11,
  /** kind x y dy dx outer n inner */
  REDUCE_BACKWARD = 12,
  /** log(0|1) x y outer n inner: (log-)softmax over the middle axis */
  SOFTMAX = 13,
  /** log(0|1) y dy dx outer n inner */
  SOFTMAX_BACKWARD = 14,
  /** x w b y rows in out: y [rows, out] = x [rows, in] * transpose of w [out, in], + b (b may be 0: no bias) */
  LINEAR = 15,
  /** dy w dx rows in out: dx = dy * w */
  LINEAR_DX = 16,
  /** dy x dw rows in out: dw [out, in] = transpose of dy, * x */
  LINEAR_DW = 17,
  /** dy db rows out: db = sum of the rows of dy */
  LINEAR_DB = 18,
  /**
   * a b y batch m k n aBatch aRow aCol bBatch bRow bCol: y [batch, m, n] = a [batch, m, k] * b [batch, k, n]; element
   * strides
   */
  MATMUL = 19,
  /**
   * pairs capacity w b y tableRows out apart: y = b + sum of v_k * w[index_k]; w [tableRows, out], whose rows are
   * `apart` elements from each other; b may be 0
   */
  SPARSE_LINEAR = 20,
  /** pairs capacity dy dw tableRows out: dw is zeroed, then dw[index_k] += v_k * dy in order */
  SPARSE_LINEAR_DW = 21,
  /** pairs capacity y tableRows: y = 0, then y[index_k] += v_k in order */
  DENSIFY = 22,
  /** table index y tableRows width count: y[i] = table[index_i]; the indices are T values */
  GATHER_ROWS = 23,
  /** index dy dtable tableRows width count: dtable = 0, then dtable[index_i] += dy[i] in order */
  SCATTER_ROWS = 24,
  /**
   * x w b y stats outer n (f64 eps): y = (x - mean) / std * w + b; w, b may be 0; stats [outer, 2] receives mean and 1
   * / std
   */
  LAYER_NORM = 25,
  /** x w dy stats dx outer n */
  LAYER_NORM_DX = 26,
  /** x dy stats dw outer n: dw = sum over outer of dy * (x - mean) / std; the gradient of b is LINEAR_DB */
  LAYER_NORM_DW = 27,
  /** x y n (f64 p) key: inverted dropout while training, else a copy */
  DROPOUT = 28,
  /** dy dx n (f64 p) key */
  DROPOUT_BACKWARD = 29,
  /**
   * logits label y probs rows classes: y = mean over rows of -log softmax(logits)[label]; label [rows] holds T values
   */
  CROSS_ENTROPY = 30,
  /** probs label dy dx rows classes */
  CROSS_ENTROPY_BACKWARD = 31,
  /**
   * x mean m2 count y n (f64 limit): y = (x - mean) / sqrt(m2 / count), 0 where that is not positive, cut to
   * [-limit, limit]; mean, m2, count are f64 [n]
   */
  STANDARDIZE = 32,
  /** m2 count y dy dx n (f64 limit): 0 where y was cut */
  STANDARDIZE_BACKWARD = 33,
  /** x mean m2 count n: one Welford step per element, in f64 */
  STANDARDIZE_COMMIT = 34,
  /**
   * pairs outPairs capacity stats tableRows (f64 limit): stats rows are f64 [flag, count, mean, m2]; flag 0 passes the
   * value through
   */
  SPARSE_STANDARDIZE = 35,
  /** pairs capacity stats tableRows */
  SPARSE_STANDARDIZE_COMMIT = 36,
  /** id: calls the host function given to the arena */
  CALL = 37,
  /** at n: stops when an element is not finite; n < 0: `at` holds pairs of capacity -n, whose values are meant */
  SCAN = 38,
  /** g n: stops when an element is not finite; a magnitude above 2^40 sets control.careful */
  GUARD_DENSE = 39,
  /** a n b m: the same for the outer product a_i * b_j */
  GUARD_OUTER = 40,
  /** dy width pairs capacity: the same for the rows v_k * dy */
  GUARD_ROWS = 41,
  /** dy width index count: the same for the rows dy[i] */
  GUARD_LOOKUP = 42,
  /** cell: cell = 0. Cells are f64 */
  NORM_BEGIN = 43,
  /** cell g n: cell += sum of squares */
  NORM_DENSE = 44,
  /** cell a n b m */
  NORM_OUTER = 45,
  /** cell dy width pairs capacity */
  NORM_ROWS = 46,
  /** cell dy width index count */
  NORM_LOOKUP = 47,
  /** cell out (f64 maxNorm): out = min(1, maxNorm / (sqrt(cell) + 1e-6)) */
  CLIP_COEFFICIENT = 48,
  /** layout w n m gradA gradB extra k [transform] x k: one optimizer step of w [n, m]; see Layout and Rule */
  UPDATE = 49,
  /** at n ticks: when step % ticks is 0, magnitudes below 1e-30 (f32) or 1e-290 (f64) become 0 */
  SWEEP = 50,
  /** (no operands): control.step += 1 */
  STEP = 51,
  /**
   * words k [at n] x k: when no magnitude in the k regions (as those of SCAN) exceeds 2^20, skips the next `words`
   * words of the tape: the exact guards
   */
  GUARD_QUICK = 53,
  /**
   * x index y count length step rank [size xStride indexStride] x rank: y = x[place + index * step] at each place,
   * row-major; `count` indices, T values below `length`; strides in elements
   */
  GATHER = 54,
  /** the operands of GATHER: x[place + index * step] += y in order; x is set before */
  SCATTER = 55,
  /** largest(0|1) x index outer n inner k: the places of the k best along the middle axis, best first, ties in order */
  TOP = 56,
  /** label y rows classes (f64 ignored): y [rows, classes] = 1 at the label, else 0; rows labelled `ignored` are 0 */
  ONE_HOT = 57,
  /** cell words: when the f64 cell is 0, skips the next `words` words of the tape */
  WHEN = 58,
  /** x n out: f64 out = 1 / greatest magnitude of x, 0 where that is below 1e-30 */
  INVERSE_MAX = 59,
  /** cell loss out (f64 most) (f64 soft): f64 out = min(most, loss / (cell + soft)), 0 where loss or cell is not > 0 */
  STEP_LENGTH = 60,
  /**
   * kind cell layout n m gradA gradB extra: adds to the cell the sum of squares (kind 0) or of magnitudes (1), or
   * raises it to the greatest magnitude (2), of a gradient; see Layout
   */
  MEASURE = 61,
  /** cell out (f64 maxNorm): out = min(1, maxNorm / (cell + 1e-6)) */
  CLIP_BY = 62,
  /**
   * x w b y in out lists sums: LINEAR for one row of f32 and a weight stored by column, w [in, out], bit for bit;
   * inputs that are zero cost nothing. `lists` receives the others: 4 x (in / 4 + 3) words; `sums`: 4 x out, rows
   * padded to 16 bytes
   */
  LINEAR_COLUMNS = 63,
  /** dy w dx in out: LINEAR_DX for one row of f32 and a weight stored by column */
  LINEAR_COLUMNS_DX = 64,
}

/** Elementwise functions of one argument, with their parameters p and q. */
export const enum Unary {
  relu = 0,
  relu6 = 1,
  /** p: slope */
  leakyRelu = 2,
  /** p: alpha */
  elu = 3,
  selu = 4,
  /** p: alpha */
  celu = 5,
  gelu = 6,
  geluTanh = 7,
  silu = 8,
  mish = 9,
  /** p: beta; q: threshold */
  softplus = 10,
  softsign = 11,
  /** p: min; q: max */
  hardtanh = 12,
  hardsigmoid = 13,
  hardswish = 14,
  sigmoid = 15,
  logSigmoid = 16,
  tanh = 17,
  tanhshrink = 18,
  /** p: lambda */
  softshrink = 19,
  /** p: lambda */
  hardshrink = 20,
  exp = 21,
  expm1 = 22,
  log = 23,
  log1p = 24,
  sqrt = 25,
  rsqrt = 26,
  abs = 27,
  neg = 28,
  reciprocal = 29,
  sin = 30,
  cos = 31,
  atan = 32,
  erf = 33,
  square = 34,
  /** p: exponent */
  powScalar = 35,
}

/** Elementwise functions of two arguments. Losses take (input, target). */
export const enum Binary {
  add = 0,
  sub = 1,
  mul = 2,
  div = 3,
  pow = 4,
  maximum = 5,
  minimum = 6,
  atan2 = 7,
  squaredError = 8,
  absoluteError = 9,
  /** p: delta */
  huber = 10,
  /** p: beta */
  smoothL1 = 11,
  binaryCrossEntropy = 12,
  binaryCrossEntropyWithLogits = 13,
  /** p: 1 when the input is a log rate, else 0; q: eps */
  poissonNll = 14,
  logCosh = 15,
  softMargin = 16,
  hinge = 17,
  /** a where b is not 0, else 0 */
  keepIf = 18,
  /** 0 where b is not 0, else a */
  dropIf = 19,
  /** 1 where a = b, else 0 */
  equal = 20,
  /** 1 where a < b, else 0 */
  less = 21,
  /** p: 1 when the target is a log probability, else 0 */
  klDiv = 22,
  /** p: margin */
  hingeEmbedding = 23,
}

/** Reductions. */
export const enum Reduction {
  sum = 0,
  mean = 1,
  max = 2,
  min = 3,
  prod = 4,
  logSumExp = 5,
}

/** Gradient layouts of UPDATE: what gradA, gradB and extra mean. */
export const enum Layout {
  /** gradA: g [n, m] */
  dense = 0,
  /**
   * gradA: a [n]; gradB: b [m]; g_ij = a_i * b_j; extra: 0, or the lists that LINEAR_COLUMNS has made of a: gradient
   * descent then leaves out rows whose a is zero
   */
  outer = 1,
  /**
   * gradA: pairs; gradB: dy [m]; extra: capacity; g[index_k] = v_k * dy, duplicates summed in order. Here and in
   * `lookup` n is the number of elements from a row of w to the next: m unless other things stand between them
   */
  rows = 2,
  /**
   * gradA: index [count] (T values); gradB: dy [count, m]; extra: count; g[index_i] = dy[i], duplicates summed in order
   */
  lookup = 3,
  /** gradA: g [n, m]; rows of nothing but zeros are left alone, as rows that a sparse gradient does not name */
  touched = 4,
}

/**
 * Transforms of UPDATE, applied in order to u (at first the gradient). Words: [rule, number of words, slots..., cells].
 * A slot is T [n, m] like the parameter, its rows as far apart; `cells` is the address of the f64 coefficients listed
 * in brackets.
 */
export const enum Rule {
  /** cells [limit]: u = min(max(u, -limit), limit) */
  clipValue = 0,
  /** cells [s]: u = u * s */
  scale = 1,
  /** cells [wd]: u = u + wd * w */
  addDecay = 2,
  /**
   * buf, cells [mu, 1 - dampening, nesterov 0|1, first 0|1]: buf = first ? u : mu * buf + (1 - dampening) * u; u =
   * nesterov ? u + mu * buf : buf
   */
  momentum = 3,
  /**
   * v, mean (0: not centred), cells [alpha, 1 - alpha, eps]: v = alpha * v + (1 - alpha) * u * u; u = u /
   * (sqrt(max(v - mean^2, 0)) + eps)
   */
  rmsprop = 4,
  /** sum, cells [eps]: sum = sum + u * u; u = u / (sqrt(sum) + eps) */
  adagrad = 5,
  /**
   * m, v, vmax (0: none), cells [b1, 1 - b1, b2, 1 - b2, eps, 1 / bias1, 1 / sqrt(bias2)]: u = (m / bias1) / (sqrt(v) /
   * sqrt(bias2) + eps)
   */
  adam = 6,
  /** cells [wd]: u = u + wd * w, placed after adam */
  decoupledDecay = 7,
  /** cells [lr]: w = w - lr * u */
  apply = 8,
  /** sum, no cells (the word of their address stands all the same): sum = sum + u, in f32 cut to +-2^44; u = sum */
  accumulate = 9,
  /**
   * v, d, cells [rho, 1 - rho, eps]: v = rho * v + (1 - rho) * u * u; u = sqrt(d + eps) / sqrt(v + eps) * u; d = rho *
   * d + (1 - rho) * u * u, in f32 cut to 2^88
   */
  adadelta = 10,
  /**
   * m, v, cells [b1, 1 - b1, b2, 1 - b2, eps, share of u, share of m]: m and v as adam; u = (cu * u + cm * m) /
   * (sqrt(v) + eps)
   */
  nadam = 11,
  /** m, top, cells [b1, 1 - b1, b2, eps, 1 / bias1]: m as adam; top = max(b2 * top, |u| + eps); u = m / bias1 / top */
  adamax = 12,
  /**
   * before, size, cells [less, more, least, most]: size = size * (less where u * before < 0, more where > 0), in
   * [least, most]; u = 0 where u * before < 0; before = u; u = sign(u) * size
   */
  rprop = 13,
  /** offset (average - w), cells [lambda, eta, 1 - mu]: u = u + lambda * w; offset = (1 - mu) * (offset + eta * u) */
  asgd = 14,
  /**
   * n, z (0: l1 is 0), cells [1 / alpha, beta / alpha + l2, l1]: FTRL-proximal; z is kept where w is 0, elsewhere it is
   * -(q * w + sign(w) * l1) with q = sqrt(n) / alpha + beta / alpha + l2; u = w - next w
   */
  ftrl = 15,
  /**
   * s, sum, cells [1 / greatest |dy|, lr, eps]: s = max(s, |u| / |dy|); r = old s / s (1 at first); h = u / s; sum =
   * r^2 * sum + h^2; u = (1 - r) * w + lr * h / (s * (sqrt(sum) + eps)); only the first term where s < eps
   */
  normalized = 16,
  /**
   * w1, top, sum, reward, theta, cells [alpha]: top = max(top, |u|); sum = sum + |u|; reward = max(reward - (w - w1) *
   * u, 0); theta = theta - u; u = w - (w1 + theta / top * (top + reward) / max(sum + top, alpha * top)); w1 is w while
   * top is 0; u = 0 stays 0
   */
  cocob = 17,
}

/** Why the machine stopped: control.error. */
export const enum Fault {
  none = 0,
  nonFinite = 1,
  index = 2,
  label = 3,
  count = 4,
  opcode = 5,
}
