import { Command } from 'commander'
import { digest } from 'eddy'
import type { Streams } from '@eddy/terminal'
import { loadKept } from '../kept/open-kept.ts'

const help = `
Equal digests: equal to the last bit. It is the one that eddy learn printed, on whatever machine.

Examples:
  eddy digest kept
  test "$(eddy digest here)" = "$(eddy digest there)"`

/** `eddy digest`: the SHA-256 of what was learned. */
export function digestCommand({ stdout }: Streams): Command {
  return new Command('digest')
    .description('Print the SHA-256 of what was learned.')
    .argument('<folder>', 'what eddy learn --checkpoint has kept')
    .addHelpText('after', help)
    .action((folder: string) => void stdout.write(`${digest(loadKept(folder).session.model.snapshot())}\n`))
}
