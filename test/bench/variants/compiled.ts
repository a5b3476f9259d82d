import { execFileSync } from 'node:child_process'
import { slices, timingOf } from '../clock.ts'
import { median } from '../statistics.ts'
import { type CInput, type CSource, type Toolchain, widths } from '../toolchain.ts'
import type { Variant } from '../variant.ts'

/**
 * A hand-written C program, one process for each round. It first learns, untimed, from all events of the rounds before,
 * so that it stands where the other variants stand. Which vector width suits a program differs from one processor to
 * the next, so the fastest of all stands for C.
 */
export function compiled(
  name: string, source: CSource, toolchain: Toolchain, input: () => CInput, eventsPerRound: number,
): Variant {
  const ask = (width: number | null, ...words: (string | number)[]): number[] => {
    const output = execFileSync(
      toolchain.program(source, width), [...toolchain.files(input), ...words.map(String)], { encoding: 'utf8' },
    )
    return output.trim().split(/\s+/).map(Number)
  }
  const time = (width: number | null, skipped: number, events: number) => {
    const count = Math.max(1, Math.round(events / slices))
    const answer = ask(width, 'time', skipped, count, slices)
    const checksum = answer.pop()!
    const [cpu, wall] = [answer.filter((_, k) => k % 2 === 0), answer.filter((_, k) => k % 2 === 1)]
    return { cpu, wall, checksum, learned: count * slices }
  }
  let chosen: number | null = null
  let learned = 0
  return {
    name,
    prepare() {
      const tried = widths.map((width) => ({ width, cpu: median(time(width, 0, eventsPerRound / 2).cpu) }))
      chosen = tried.reduce((best, one) => (one.cpu < best.cpu ? one : best)).width
    },
    run(events) {
      const { cpu, wall, checksum, learned: more } = time(chosen, learned, events)
      learned += more
      return timingOf(cpu, wall, checksum)
    },
    verify: (events) => Float64Array.from(ask(chosen, 'losses', events)),
    dispose() {},
  }
}
