import { openSync, readSync } from 'node:fs'
import { median } from '../bench/statistics.ts'

/** Milliseconds of CPU time that this process, all threads, has used. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * What a call took of the main thread, in milliseconds: wall time, or the thread's CPU time when other work on the
 * machine came between. Where the thread's cannot be had, the process's: compilers and collectors beside it count, too.
 */
export function durationOf(work: () => void): number {
  const [cpu, wall] = [threadTime(), performance.now()]
  work()
  return Math.min(threadTime() - cpu, performance.now() - wall)
}

const schedule = openSchedule()
const text = Buffer.alloc(64)

/** Linux tells the main thread's time on a processor, in nanoseconds, as the first word of a file. */
function threadTime(): number {
  if (schedule === null) return cpuTime()
  return Number.parseInt(text.toString('latin1', 0, readSync(schedule, text, 0, 64, 0)), 10) / 1e6
}

function openSchedule(): number | null {
  try {
    return openSync('/proc/self/schedstat', 'r')
  } catch {
    return null
  }
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
