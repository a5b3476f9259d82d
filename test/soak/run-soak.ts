/** One stream, in a process of its own with `--expose-gc`: `run-soak.ts W1 EVENTS SAMPLES`. Prints its samples as lines
 * of JSON, then what it ended with. Started by `soak.ts`. */
import { wasmBytes } from './wasm-memories.ts'
import type { Sample, Soaked } from './sample.ts'

const { streams } = await import('./streams.ts')

function sampleAt(events: number): Sample {
  // Twice: the first collection runs finalizers, whose garbage the second one takes.
  globalThis.gc!()
  globalThis.gc!()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const lasting = process.getActiveResourcesInfo().filter((kind) => !kind.startsWith('FSReq'))
  return {
    events, heap: heapUsed, buffers: arrayBuffers, wasm: wasmBytes(),
    handles: lasting.length, files: stream.files?.() ?? 0,
  }
}

const [name, events, count] = process.argv.slice(2) as [string, string, string]
const stream = await streams[name]!()
const samples: Sample[] = []
const start = performance.now()
for (let k = 1; k <= Number(count); k++) {
  const until = Math.round(Number(events) * k / Number(count))
  await stream.learn(until - (samples.at(-1)?.events ?? 0))
  // Finalizers run between tasks only.
  await new Promise((resume) => setImmediate(resume))
  samples.push(sampleAt(until))
  console.log(JSON.stringify(samples.at(-1)))
}
await stream.close?.()
const { learned, loss } = stream.total
const soaked: Soaked = {
  name, samples, learned, meanLoss: loss / learned, seconds: (performance.now() - start) / 1000,
}
console.log(JSON.stringify(soaked))
