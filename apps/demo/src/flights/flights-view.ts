import { bar, clipTo, decimals, grouped, lineChart, padEnd, padStart, perSecond, type Style } from '@eddy/terminal'

/** What is on screen. */
export interface FlightsView {
  /** Universal minute of the simulated clock. */
  readonly minute: number
  readonly takenOff: number
  readonly landed: number
  readonly rejected: number
  readonly limit: number
  readonly eventsPerSecond: number
  readonly recent: FlightScoreRow
  readonly all: FlightScoreRow
  /** Smoothed absolute errors in minutes, over the whole run. */
  readonly losses: { readonly model: readonly number[]; readonly median: readonly number[] }
  readonly norms: readonly (readonly [name: string, norm: number])[]
}

/** One column of the table of scores. */
export interface FlightScoreRow {
  readonly mae: number
  readonly medianMae: number
  readonly meanMae: number
  readonly rocAuc: number
}

/** Columns from which on nothing has to be said in short. */
const roomy = 70

/** Draws the screen: progress, scores, the loss curve, the gradients. */
export function drawFlights(
  view: FlightsView, size: { readonly width: number; readonly height: number }, style: Style,
): string[] {
  const width = Math.min(size.width, 120) - 2
  const caption = style.dim(' predicted at take-off, learned from after landing')
  const head = [...progressLines(view, width, style), caption, ...scoreLines(view, width, style), '']
  const tail = ['', ...gradientLines(view.norms, width, style), style.dim(` ${footer(view, width)}`)]
  const legend = `${style.accent('━ Eddy')}  ${style.dim('┈ running median')}`
  const title = ` minutes wrong${width < roomy ? '' : ', mean of about 3,000 flights'}: ${legend}`
  const height = Math.max(3, Math.min(14, size.height - head.length - tail.length - 2))
  const chart = lineChart([
    { values: view.losses.model, paint: style.accent },
    { values: view.losses.median, paint: style.dim, dotted: true },
  ], { width, height })
  return [...head, title, ...chart.map((line) => ` ${line}`), ...tail]
}

function progressLines(view: FlightsView, width: number, style: Style): string[] {
  const { minute, takenOff, limit, eventsPerSecond } = view
  const clock = new Date(minute * 60_000).toISOString().slice(0, 16).replace('T', ' ')
  const of = width < roomy ? '' : ` of ${grouped(limit)}`
  const left = ` ${style.bold(clock)} UTC   ${grouped(takenOff)}${of} flights`
  const right = style.bold(perSecond(eventsPerSecond))
  return [padEnd(left, width - 12) + padStart(right, 12), ` ${style.accent(bar(takenOff / limit, width - 1))}`]
}

function scoreLines({ recent, all }: FlightsView, width: number, style: Style): string[] {
  // Names give way to figures.
  const most = Math.max(0, Math.min(38, width - 27))
  const minutes = (value: number): string => decimals(value, 1)
  const area = (value: number): string => decimals(value, 3)
  const row = (name: string, values: readonly string[], paint = (text: string): string => text): string => (
    ` ${padEnd(clipTo(name, most), most)}${values.map((value) => padStart(paint(value), 13)).join('')}`
  )
  return [
    style.dim(row('', ['last 10,000', 'all landed'])),
    row('minutes wrong on average: Eddy', [recent.mae, all.mae].map(minutes), (text) => style.good(style.bold(text))),
    row('  always the running median', [recent.medianMae, all.medianMae].map(minutes)),
    row('  always the running mean', [recent.meanMae, all.meanMae].map(minutes)),
    row('late or not, AUC (guessing 0.5)', [recent.rocAuc, all.rocAuc].map(area), (t) => style.good(style.bold(t))),
  ]
}

/** Two layers to a line where there is room. */
function gradientLines(norms: FlightsView['norms'], width: number, style: Style): string[] {
  const scale = Math.max(...norms.map(([, norm]) => (Number.isFinite(norm) ? norm : 0)), 1e-9)
  const cell = Math.floor((width - 1) / 2)
  const cells = norms.map(([name, norm]) => (
    padEnd(` ${name.padEnd(13)}${decimals(norm, 3).padStart(7)} ${style.accent(bar(norm / scale, cell - 24))}`, cell)
  ))
  const lines = [style.dim(' gradient norm per layer')]
  for (let k = 0; k < cells.length; k += 2) lines.push(cells.slice(k, k + 2).join(''))
  return lines
}

function footer({ takenOff, landed, rejected }: FlightsView, width: number): string {
  const [up, down] = width < roomy ? ['flying', 'learned'] : ['in the air', 'landed and learned']
  const counts = [`${grouped(takenOff - landed)} ${up}`, `${grouped(landed)} ${down}`]
  return `${counts.join(', ')}, ${grouped(rejected)} rejected   Ctrl-C stops`
}
