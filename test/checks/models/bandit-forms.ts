import {
  adam, bandit, type Bandit, type BanditOptions, binaryCrossEntropyWithLogits, categorical, dense, epsilonGreedy,
  linUcb, numeric, relu, squareCb,
} from 'eddy'
import type { Fields } from '../forms.ts'
import { type Declared, type Model, type ModelForm, spec, type Wishes } from './model.ts'

const arms = ['u', 'v', 'w'] as const
const context: Declared = {
  declared: { a: numeric(), b: numeric(), c: categorical() }, options: { unknown: 'auto' },
}

interface Habits {
  /** What is on offer; default: the bandit's own arms. */
  readonly offers?: (event: Fields) => readonly { readonly arm: string; readonly features: Fields }[]
  /** How many decisions later a reward comes. */
  readonly after?: number
}

type Options = Omit<BanditOptions<string>, 'features'>

/** An arm is right where its name is that of the field c; an event's own label shifts all rewards. */
const rewardOf = (arm: string, { c, y }: Fields): unknown => (typeof y === 'number' ? y + Number(arm === c) : y)

function decider(options: Options, wishes: Wishes, { offers, after = 0 }: Habits): Model {
  const { features = context, dtype, ...seeded } = wishes
  const self = bandit<string, Fields>({
    features: spec(features, 'y'), ...options, ...seeded,
    // A ridge regression computes in f64 and takes no other wish.
    ...(dtype === undefined || options.policy.ridge !== undefined ? {} : { dtype }),
  })
  const chosen = (event: Fields, key?: string): unknown => {
    const asked = without('y', event)
    const { key: _key, ...decision } = self.choose(asked, {
      ...(key === undefined ? {} : { key }), ...(offers === undefined ? {} : { arms: offers(event) }),
      ...(after === 0 || key === undefined ? {} : { time: event['id'] as number }),
    })
    return decision
  }
  return {
    self, ask: (event) => chosen(event), snapshot: () => self.snapshot(), known: () => self.snapshot().model,
    restore: (state) => self.restore(state as never),
    learn(event) {
      const decision = chosen(event, `e${event?.['id'] as number}`) as { readonly arm: string }
      const key = `e${(event['id'] as number) - after}`
      const reward = after === 0 ? rewardOf(decision.arm, event) : laterReward(self, key, event)
      const when = after === 0 ? {} : { time: event['id'] as number }
      const logged = self.learn({ key, reward: reward as number, ...when })
      return { decision, reward: logged?.reward ?? null }
    },
  }
}

interface Waiting {
  readonly key: unknown
  readonly prediction: { readonly arm: string }
  readonly event: { readonly context: Fields }
}

/** What a decision brought whose reward comes with a later event. */
function laterReward(self: Bandit<string, Fields>, key: string, { y }: Fields): unknown {
  const { pending = [] } = self.snapshot().delayed ?? {}
  const decision = (pending as readonly Waiting[]).find((one) => one.key === key)
  return decision === undefined ? 0 : rewardOf(decision.prediction.arm, { ...decision.event.context, y })
}

/** An event as it is, but for one field; none is read. */
function without(name: string, event: Fields): Fields {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return event
  const { [name]: _, ...rest } = Object.getOwnPropertyDescriptors(event)
  return Object.defineProperties({}, rest) as Fields
}

const form = (name: string, parts: readonly string[], options: Options, habits: Habits = {}): ModelForm => ({
  name: `bandit, ${name}`, kind: 'decision', parts: ['bandit', ...parts], isRandom: true, waits: true,
  label: (x) => 0.1 * x,
  make: (wishes) => decider(options, wishes, habits),
})

/** Arms that come and go, with what is known about each. */
const offers: Habits['offers'] = ({ id, a, fresh }) => (
  [...arms, ...(typeof fresh === 'string' ? [fresh] : [])].filter((_, k) => ((id as number) + k) % 4 > 0)
    .map((arm, k) => ({ arm, features: { price: k + Number((a as number) > 0) } }))
)

export const banditForms: readonly ModelForm[] = [
  form('epsilonGreedy', ['epsilonGreedy'], { arms, policy: epsilonGreedy({ epsilon: 0.2 }), capacity: 50 }),
  {
    ...form('epsilonGreedy, a network of rewards from 0 to 1', ['epsilonGreedy', 'binaryCrossEntropyWithLogits'], {
      arms, policy: epsilonGreedy(), loss: binaryCrossEntropyWithLogits(), interactions: false, capacity: 50,
      optimizer: adam({ learningRate: 0.05 }), model: (m) => m.pipe(dense(8), relu(), dense(1)),
    }),
    label: () => 0,
  },
  form('epsilonGreedy, less and less', ['epsilonGreedy'], {
    arms, policy: epsilonGreedy({ epsilon: 0.5, decay: 20 }), capacity: 50,
  }),
  form('squareCb', ['squareCb'], { arms, policy: squareCb({ gamma: 20 }), capacity: 50 }),
  form('squareCb, arms that come and go', ['squareCb'], {
    policy: squareCb({ growth: 'none', gamma: 40 }), capacity: 50,
  }, { offers }),
  form('squareCb, rewards later', ['squareCb'], {
    arms: ['u', 'v'], policy: squareCb({ gamma: 40 }), within: 5, noReward: 0, capacity: 20,
  }, { after: 2 }),
  form('linUcb', ['linUcb'], { arms, policy: linUcb({ alpha: 0.5, dimensionsMax: 24 }), capacity: 50 }),
  form('linUcb, arms that come and go', ['linUcb'], {
    policy: linUcb({ dimensionsMax: 24, armsMax: 5 }), capacity: 50,
  }, { offers }),
]
