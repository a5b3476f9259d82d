import type { Outlet, Report, StopRequest } from '@eddy/terminal'

/** What every demo can be told. */
export interface DemoOptions {
  /** Most events. */
  readonly limit: number
  /** Of initial weights and of every random choice. */
  readonly seed: number
}

interface Described {
  /** Events, unless told otherwise. */
  readonly limit: number
  /** What it is, in lines that fit into a terminal of 80 columns. */
  readonly about: readonly string[]
}

/** A stream that is shown in a way of its own. */
export interface ShownDemo extends Described {
  readonly run: (options: DemoOptions, outlet: Outlet, stop: StopRequest) => Promise<Report>
}

/** Records that are learned from as `eddy learn` does. */
export interface LearnedDemo extends Described {
  readonly title: string
  readonly target: string
  readonly model: 'linear' | 'auto'
  readonly records: () => Promise<readonly object[]>
}

export type Demo = ShownDemo | LearnedDemo

/** By name, the default one first. What a demo needs is loaded when it runs. */
export const demos = {
  flights: {
    limit: 300_000,
    about: [
      '3,000,000 real US flights of 2001, in time order. At each take-off: how late',
      'will this flight arrive, and by more than 15 minutes? The answer is learned',
      'from when the flight has landed, not before. There is no timetable in the',
      'data: that a flight took off late shows in the time of day only.',
    ],
    run: async (...given) => (await import('./flights/flights-demo.ts')).runFlights(...given),
  },
  spam: {
    limit: 6_046, title: 'mails of SpamAssassin', target: 'spam', model: 'linear',
    about: [
      '6,046 real mails of 2002 and before, in the order of the dates they bear:',
      'junk, or not? A weight for each word of the subject and of the text; told',
      'the answer right after each guess.',
    ],
    records: async () => (await import('./spam/mails.ts')).mails(),
  },
  digits: {
    limit: 10_000,
    about: ['10,000 handwritten digits, each seen once: guess, be told, learn.'],
    run: async (...given) => (await import('./digits/digits-demo.ts')).runDigits(...given),
  },
  xor: {
    limit: 1000,
    about: [
      'Four examples over and over, with every value and every gradient of the',
      'first ones printed.',
    ],
    run: async (...given) => (await import('./xor/xor-demo.ts')).runXor(...given),
  },
} as const satisfies Readonly<Record<string, Demo>>

export type DemoName = keyof typeof demos
