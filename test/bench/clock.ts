import { quantile } from './statistics.ts'

/** What one variant took in one round, in nanoseconds per event. */
export interface Timing {
  readonly cpu: number
  readonly wall: number
  /** Sum of all losses so far: shows that the work was done. */
  readonly checksum: number
}

/** A round is timed in so many slices. */
export const slices = 5

/**
 * What stands for a round: the lower quartile of its slices, since other work on the machine can only add time.
 * @throws Error when the losses are not finite, so that nothing is timed which has stopped learning.
 */
export function timingOf(cpu: readonly number[], wall: readonly number[], checksum: number): Timing {
  if (!Number.isFinite(checksum)) throw new Error(`the sum of all losses is ${checksum}: the model diverged`)
  return { cpu: quantile(cpu, 0.25), wall: quantile(wall, 0.25), checksum }
}

/** Times `learn(count)` in this process; `checksum` is asked for afterwards. */
export async function timed(
  events: number, learn: (count: number) => void | Promise<void>, checksum: () => number,
): Promise<Timing> {
  const count = Math.max(1, Math.round(events / slices))
  const cpu: number[] = []
  const wall: number[] = []
  for (let slice = 0; slice < slices; slice++) {
    const wallStart = process.hrtime.bigint()
    const cpuStart = process.cpuUsage()
    const learned = learn(count)
    if (learned instanceof Promise) await learned
    const used = process.cpuUsage(cpuStart)
    wall.push(Number(process.hrtime.bigint() - wallStart) / count)
    cpu.push((used.user + used.system) * 1000 / count)
  }
  return timingOf(cpu, wall, checksum())
}
