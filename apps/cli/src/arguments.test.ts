import { describe, expect, it } from 'vitest'
import { nameList } from './arguments.ts'

describe('nameList(text, before)', () => {
  it.each<[string, string[]]>([
    ['id', ['id']], ['id, the future ,,', ['id', 'the future']], ['', []],
    ['"comment, free", id', ['comment, free', 'id']], ['id,"he said ""no"", twice"', ['id', 'he said "no", twice']],
    ['5" pipe,"open', ['5" pipe', '"open']],
  ])('%j', (text, names) => {
    expect(nameList(text)).toEqual(names)
  })

  it('goes on after those that were given before', () => {
    expect(nameList('c', nameList('a,b'))).toEqual(['a', 'b', 'c'])
  })
})
