import { execFileSync } from 'node:child_process'
import { slices, timingOf } from '../clock.ts'
import type { Toolchain } from '../toolchain.ts'
import type { Variant } from '../variant.ts'
import type { CSource, Workload } from '../workload.ts'

/**
 * A hand-written C program, one process for each round. It first learns, untimed, from all events of the rounds before,
 * so that it stands where the other variants stand.
 */
export function compiled(name: string, workload: Workload, source: CSource, toolchain: Toolchain): Variant {
  const files = toolchain.files(workload)
  const ask = (...words: (string | number)[]): number[] => (
    execFileSync(toolchain.program(source), [...files, ...words.map(String)], { encoding: 'utf8' })
      .trim().split(/\s+/).map(Number)
  )
  let learned = 0
  return {
    name,
    prepare() {
      toolchain.program(source)
    },
    run(events) {
      const count = Math.max(1, Math.round(events / slices))
      const answer = ask('time', learned, count, slices)
      learned += count * slices
      const checksum = answer.pop()!
      return timingOf(answer.filter((_, k) => k % 2 === 0), answer.filter((_, k) => k % 2 === 1), checksum)
    },
    verify: (events) => Float64Array.from(ask('losses', events)),
    dispose() {},
  }
}
