/**
 * The same in a process whose `__proto__` throws, and whose prototypes are frozen once everything is loaded:
 *
 *     node --disable-proto=throw pollution-child.mjs COUNT SEED
 */
import { pollute } from './pollution-run.ts'

for (const shared of [Object, Array, Function, String, Number, Map, Set, Promise, Error, RegExp, Date]) {
  Object.freeze(shared.prototype)
}
const { violations } = await pollute(Number(process.argv[2]), Number(process.argv[3]))
process.stdout.write(JSON.stringify(violations))
