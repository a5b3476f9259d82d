import { describe, expect, it } from 'vitest'
import { readMail, readMailDate } from './mail.ts'
import { mails } from './mails.ts'

describe('readMailDate(text)', () => {
  it('reads dates with and without weekday, seconds and zone', () => {
    const utc = Date.UTC(2002, 7, 22, 11, 26, 25)
    for (const text of [
      'Thu, 22 Aug 2002 18:26:25 +0700', '22 Aug 2002 11:26:25 -0000', 'Thu, 22 Aug 02 11:26:25',
      '22-Aug-2002 11:26:25 GMT',
    ]) expect(readMailDate(text)).toBe(utc)
    expect(readMailDate('1 Jan 99 0:00 -0130')).toBe(Date.UTC(1999, 0, 1, 1, 30))
  })

  it('gives Infinity for what is no date', () => {
    for (const text of ['', 'yesterday', '22 Foo 2002 11:26:25']) expect(readMailDate(text)).toBe(Infinity)
  })
})

describe('readMail(text, spam)', () => {
  it('takes the subject, also of several lines, and the body, and leaves the rest of the head out', () => {
    const text = 'From a Thu\nSubject: one\n two\nDate: 22 Aug 2002 11:26:25 GMT\n\nSubject: no\nbody\n'
    expect(readMail(text, true)).toEqual({
      mail: { subject: 'one two', body: 'Subject: no\nbody', spam: true }, date: Date.UTC(2002, 7, 22, 11, 26, 25),
    })
  })

  it('takes a mail without subject, date or body', () => {
    expect(readMail('X: y', false)).toEqual({ mail: { subject: '', body: '', spam: false }, date: Infinity })
  })
})

describe('mails()', () => {
  it('reads the whole corpus', async () => {
    const all = await mails()
    expect(all).toHaveLength(6046)
    expect(all.filter(({ spam }) => spam)).toHaveLength(1896)
    expect(new Set(all.slice(0, 600).map(({ spam }) => spam)).size).toBe(2)
  })
})
