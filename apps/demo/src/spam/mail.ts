/** What a mail is judged by, and whether it is junk. */
export interface Mail {
  readonly subject: string
  readonly body: string
  readonly spam: boolean
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const mailDate = /(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{2,4})[ ,]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([+-]\d{4}))?/
/** Characters of a body that are looked at. */
const bodyMax = 20_000

/** The subject and the body of a mail, and the date that it bears: ms since 1970, Infinity when it bears none. */
export function readMail(text: string, spam: boolean): { readonly mail: Mail; readonly date: number } {
  const end = text.search(/\r?\n\r?\n/)
  const head = (end < 0 ? text : text.slice(0, end)).replaceAll(/\r?\n[ \t]+/g, ' ')
  const field = (name: string): string => new RegExp(`^${name}:[ \t]*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
  const mail = { subject: field('Subject'), body: end < 0 ? '' : text.slice(end, end + bodyMax).trim(), spam }
  return { mail, date: readMailDate(field('Date')) }
}

/**
 * Milliseconds since 1970 of a date as in mails: `Thu, 22 Aug 2002 18:26:25 +0700`. Years of two digits are of the last
 * century from 70 on; a zone in letters counts as UTC.
 * @returns Infinity when it is none. Source: RFC 5322, section 3.3 and 4.3.
 */
export function readMailDate(text: string): number {
  const match = mailDate.exec(text)
  if (match === null) return Infinity
  const [, day, name, year, hour, minute, second, zone] = match
  const month = months.indexOf(name!.toLowerCase())
  if (month < 0) return Infinity
  const full = year!.length > 2 ? Number(year) : Number(year) + (Number(year) < 70 ? 2000 : 1900)
  return Date.UTC(full, month, Number(day), Number(hour), Number(minute) - offsetOf(zone), Number(second ?? 0))
}

/** Minutes ahead of universal time: `-0130` is -90. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined) return 0
  return (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)))
}
