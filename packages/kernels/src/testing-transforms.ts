import { rule } from './opcodes.ts'

/** One transform: its rule, its cells, and the same step in plain arithmetic on an element's state. */
export interface TestTransform {
  readonly rule: number
  readonly slots: number
  readonly optional?: number
  readonly cells: readonly number[]
  readonly step: (u: number, w: number, s: number[]) => number
}

export const testRate = 0.05
export const testTransforms = {
  apply: { rule: rule.apply, slots: 0, cells: [testRate], step: (u) => u },
  clipValue: { rule: rule.clipValue, slots: 0, cells: [0.75], step: (u) => Math.min(Math.max(u, -0.75), 0.75) },
  scale: { rule: rule.scale, slots: 0, cells: [0.3], step: (u) => u * 0.3 },
  addDecay: { rule: rule.addDecay, slots: 0, cells: [0.01], step: (u, w) => u + 0.01 * w },
  decoupledDecay: { rule: rule.decoupledDecay, slots: 0, cells: [0.02], step: (u, w) => u + 0.02 * w },
  momentum: momentumOf(0.9, 0.8, 0, 0),
  nesterov: momentumOf(0.9, 1, 1, 0),
  momentumFirst: momentumOf(0.9, 0.5, 0, 1),
  rmsprop: {
    rule: rule.rmsprop,
    slots: 2,
    optional: 1,
    cells: [0.99, 0.01, 1e-8],
    step: (u, _w, s) => {
      s[0] = 0.99 * s[0]! + 0.01 * u * u
      return u / (Math.sqrt(s[0]) + 1e-8)
    },
  },
  rmspropCentered: {
    rule: rule.rmsprop,
    slots: 2,
    cells: [0.9, 0.1, 1e-3],
    step: (u, _w, s) => {
      s[0] = 0.9 * s[0]! + 0.1 * u * u
      s[1] = 0.9 * s[1]! + 0.1 * u
      return u / (Math.sqrt(Math.max(s[0] - s[1] ** 2, 0)) + 1e-3)
    },
  },
  adagrad: {
    rule: rule.adagrad,
    slots: 1,
    cells: [1e-10],
    step: (u, _w, s) => {
      s[0]! += u * u
      return u / (Math.sqrt(s[0]!) + 1e-10)
    },
  },
  adam: adamOf(false),
  amsgrad: adamOf(true),
  accumulate: {
    rule: rule.accumulate,
    slots: 1,
    cells: [0],
    step: (u, _w, s) => (s[0]! += u),
  },
  adadelta: {
    rule: rule.adadelta,
    slots: 2,
    cells: [0.9, 0.1, 1e-6],
    step: (u, _w, s) => {
      s[0] = 0.9 * s[0]! + 0.1 * u * u
      const next = (Math.sqrt(s[1]! + 1e-6) / Math.sqrt(s[0] + 1e-6)) * u
      s[1] = 0.9 * s[1]! + 0.1 * next * next
      return next
    },
  },
  nadam: {
    rule: rule.nadam,
    slots: 2,
    cells: [0.9, 0.1, 0.99, 0.01, 1e-8, 0.6, 1.7],
    step: (u, _w, s) => {
      s[0] = 0.9 * s[0]! + 0.1 * u
      s[1] = 0.99 * s[1]! + 0.01 * u * u
      return (0.6 * u + 1.7 * s[0]) / (Math.sqrt(s[1]) + 1e-8)
    },
  },
  adamax: {
    rule: rule.adamax,
    slots: 2,
    cells: [0.9, 0.1, 0.99, 1e-8, 3],
    step: (u, _w, s) => {
      s[0] = 0.9 * s[0]! + 0.1 * u
      s[1] = Math.max(0.99 * s[1]!, Math.abs(u) + 1e-8)
      return (3 * s[0]) / s[1]
    },
  },
  rprop: {
    rule: rule.rprop,
    slots: 2,
    cells: [0.5, 1.2, 1e-6, 0.25],
    step: (u, _w, s) => {
      const agreement = u * s[0]!
      s[1] = Math.min(Math.max(s[1]! * (agreement < 0 ? 0.5 : agreement > 0 ? 1.2 : 1), 1e-6), 0.25)
      s[0] = agreement < 0 ? 0 : u
      return Math.sign(s[0]) * s[1]
    },
  },
  asgd: {
    rule: rule.asgd,
    slots: 1,
    cells: [0.1, 0.05, 0.75],
    step: (u, w, s) => {
      const next = u + 0.1 * w
      // The average moves a quarter of the way to the new weight.
      const [average, after] = [s[0]! + w, w - 0.05 * next]
      s[0] = average + 0.25 * (after - average) - after
      return next
    },
  },
  ftrl: ftrlOf(false),
  ftrlSparse: ftrlOf(true),
  normalized: {
    rule: rule.normalized,
    slots: 2,
    cells: [0.9, 0.3, 1e-6],
    step: (u, w, s) => {
      const [old, scale] = [s[0]!, Math.max(s[0]!, Math.abs(u) * 0.9)]
      const h = u / scale
      s[0] = scale
      s[1] = (old / scale) ** 2 * s[1]! + h * h
      return w - (w * old) / scale + (0.3 * h) / (scale * (Math.sqrt(s[1]) + 1e-6))
    },
  },
  cocob: {
    rule: rule.cocob,
    slots: 5,
    cells: [3],
    step: (u, w, s) => {
      s[1] = Math.max(s[1]!, Math.abs(u))
      s[2]! += Math.abs(u)
      s[3] = Math.max(s[3]! - (w - s[0]!) * u, 0)
      s[4]! -= u
      const fraction = s[4]! / (s[1] * Math.max(s[2]! + s[1], 3 * s[1]))
      return u === 0 ? 0 : w - (s[0]! + fraction * (s[1] + s[3]))
    },
  },
} satisfies Record<string, TestTransform>

function momentumOf(mu: number, fresh: number, nesterov: number, first: number): TestTransform {
  const step = (u: number, _w: number, s: number[]): number => {
    s[0] = first ? u : mu * s[0]! + fresh * u
    return nesterov ? u + mu * s[0] : s[0]
  }
  return { rule: rule.momentum, slots: 1, cells: [mu, fresh, nesterov, first], step }
}

function adamOf(amsgrad: boolean): TestTransform {
  const [b1, b2, eps, t] = [0.9, 0.999, 1e-8, 3]
  const [bias1, bias2] = [1 - b1 ** t, 1 - b2 ** t]
  const step = (u: number, _w: number, s: number[]): number => {
    s[0] = b1 * s[0]! + (1 - b1) * u
    s[1] = b2 * s[1]! + (1 - b2) * u * u
    if (amsgrad) s[2] = Math.max(s[2]!, s[1])
    return s[0] / bias1 / (Math.sqrt(amsgrad ? s[2]! : s[1]) / Math.sqrt(bias2) + eps)
  }
  return {
    rule: rule.adam,
    slots: 3,
    ...(amsgrad ? {} : { optional: 2 }),
    cells: [b1, 1 - b1, b2, 1 - b2, eps, 1 / bias1, 1 / Math.sqrt(bias2)],
    step,
  }
}

/** The paper's arithmetic, whose z follows from the weight wherever that is not 0. */
function ftrlOf(sparse: boolean): TestTransform {
  const [alpha, beta, l1, l2] = [0.5, 1, sparse ? 0.8 : 0, 0.2]
  const curvature = (n: number): number => (beta + Math.sqrt(n)) / alpha + l2
  const step = (g: number, w: number, s: number[]): number => {
    const before = s[0]!
    const z = w === 0 ? (s[1] ?? 0) : -curvature(before) * w - Math.sign(w) * l1
    s[0] = before + g * g
    const sigma = (Math.sqrt(s[0]) - Math.sqrt(before)) / alpha
    const next = z + g - sigma * w
    const isZero = Math.abs(next) <= l1
    if (sparse) s[1] = isZero ? next : 0
    return isZero ? w : w + (next - Math.sign(next) * l1) / curvature(s[0])
  }
  return {
    rule: rule.ftrl, slots: 2, ...(sparse ? {} : { optional: 1 }), cells: [1 / alpha, beta / alpha + l2, l1], step,
  }
}
