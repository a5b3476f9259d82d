/** `pnpm build`: packs every package as npm would publish it, into `dist`. */
import { fileURLToPath } from 'node:url'
import { packAll } from './pack.ts'

for (const path of packAll(fileURLToPath(new URL('../../dist', import.meta.url)))) console.log(path)
