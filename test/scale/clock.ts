import { median } from '../bench/statistics.ts'

/** Milliseconds of CPU time that this process, all threads, has used. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** What a call took, in milliseconds: wall time, or CPU time when other work on the machine came between. */
export function durationOf(work: () => void): number {
  const [cpu, wall] = [cpuTime(), performance.now()]
  work()
  return Math.min(cpuTime() - cpu, performance.now() - wall)
}

/** Nanoseconds of CPU time of `learn(k)`: the median of seven slices of `count` calls, after one to warm up. */
export function nanosecondsEach(count: number, learn: (k: number) => void): number {
  const slices = Array.from({ length: 8 }, () => {
    const start = cpuTime()
    for (let k = 0; k < count; k++) learn(k)
    return (cpuTime() - start) * 1e6 / count
  })
  return median(slices.slice(1))
}
