/**
 * One bomb, in a process of its own whose memory and event loop are watched:
 *
 *     node --expose-gc bombs-child.mjs NAME FOLDER SCALE
 *
 * Prints what it cost and what came of it as one line of JSON.
 */
import { bombs } from './bombs-list.ts'
import { Watch } from './bombs-watch.ts'

const [name = '', folder = '', scale = '1'] = process.argv.slice(2)
const bomb = bombs[name]!
const unhandled: string[] = []
process.on('unhandledRejection', (error) => unhandled.push(String(error)))
// Once small, so that code and buffers are there; the same, large, is measured.
await (await bomb.make(folder, 1e-4))()
const ignite = await bomb.make(folder, Number(scale))
globalThis.gc!()
globalThis.gc!()
await new Promise((resolve) => void setTimeout(resolve, 50))
const watch = new Watch()
const came = await ignite()
const cost = await watch.end()
process.stdout.write(JSON.stringify({ ...cost, came, unhandled }))
process.exit(0)
