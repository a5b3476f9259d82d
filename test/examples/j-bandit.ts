import { bandit, categorical, epsilonGreedy, features, minutes, numeric, offPolicy, rng, squareCb } from 'eddy'
import { Subject } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Visit {
  readonly id: number
  readonly at: number
  readonly hour: number
  readonly device: 'phone' | 'desk'
}

/** How likely a visitor clicks: films on phones in the evening, news at the desk in the morning, games a little. */
function chanceOf(arm: string, { hour, device }: Visit): number {
  if (arm === 'film') return device === 'phone' && hour >= 18 ? 0.7 : 0.1
  if (arm === 'news') return device === 'desk' && hour < 12 ? 0.6 : 0.2
  return 0.25
}

/** What to show to whom, learned from clicks that come minutes later, and from clicks that never come. */
export function main(show: Show = silently) {
  const visits$ = new Subject<Visit>()
  const clicks$ = new Subject<{ readonly visit: number; readonly at: number }>()

  // #region bandit
  const page = bandit({
    features: features({ hour: numeric(), evening: numeric(), device: categorical() }),
    arms: ['news', 'film', 'game'],
    policy: squareCb({ gamma: 40, growth: 'none' }), // the worse an arm's score, the more rarely it is tried
    within: minutes(30), noReward: 0, seed: 1,
  })
  // What would it have brought to show news to everybody? The log can tell, since it knows how likely each choice was.
  const alwaysNews = offPolicy({ policy: ({ arms }) => arms.map((arm) => (arm === 'news' ? 1 : 0)) })
  const greedy = offPolicy({ policy: ({ scores }) => epsilonGreedy({ epsilon: 0 }).propensities(scores, 0) })
  page.decisions$.subscribe((logged) => [alwaysNews, greedy].forEach((estimate) => estimate.update(logged)))
  // #endregion

  const draws = rng(1, 'visits')
  const visits = Array.from({ length: 6000 }, (_, id): Visit => ({
    id, at: minutes(id), hour: draws.integer(3 * id, 24), device: draws.uniform(3 * id + 1) < 0.5 ? 'phone' : 'desk',
  }))
  const clicks: boolean[] = []
  const due: { readonly visit: number; readonly at: number }[] = []
  // #region bandit
  visits$.pipe(page.decide({
    key: 'id', time: 'at', context: ({ hour, device }) => ({ hour, device, evening: Number(hour >= 18) }),
  })).subscribe(({ event, arm }) => {
    const clicked = draws.uniform(3 * event.id + 2) < chanceOf(arm, event) // what the visitor does
    clicks.push(clicked)
    if (clicked) due.push({ visit: event.id, at: event.at + minutes(5) })
  })
  clicks$.pipe(page.reward({ key: 'visit', reward: () => 1, time: 'at' })).subscribe()
  // #endregion

  for (const visit of visits) {
    while (due[0] !== undefined && due[0].at <= visit.at) clicks$.next(due.shift()!)
    visits$.next(visit)
  }
  const rate = (list: readonly boolean[]): number => list.filter(Boolean).length / list.length
  const meanOf = (score: (visit: Visit) => number): number => (
    visits.reduce((sum, visit) => sum + score(visit), 0) / visits.length
  )
  const news = meanOf((visit) => chanceOf('news', visit))
  const best = meanOf((visit) => Math.max(...['news', 'film', 'game'].map((arm) => chanceOf(arm, visit))))
  const late = rate(clicks.slice(-2000))
  show('clicks', rate(clicks.slice(0, 1000)).toFixed(3), '->', late.toFixed(3), 'of at best', best.toFixed(3))
  show('news for all: estimated', alwaysNews.doublyRobust.toFixed(3), 'true', news.toFixed(3))
  return {
    late, best, news, estimated: alwaysNews.doublyRobust, error: alwaysNews.standardErrors.doublyRobust,
    greedy: greedy.doublyRobust, counters: page.counters,
  }
}

if (isProgram(import.meta.url)) main(console.log)
