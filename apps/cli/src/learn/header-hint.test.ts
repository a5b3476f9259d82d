import { describe, expect, it } from 'vitest'
import { headerHint } from './header-hint.ts'

describe('headerHint(names)', () => {
  it.each([
    ['a CSV without a header', ['0', '13.44', 'Bern', '2024-01-31'], /^ These look like values: write the names/],
    ['a title above the header', ['Report', 'column_2', 'column_3'], /^ Most have no name: delete the lines above/],
    ['blanks between columns', ['id   area   price'], /^ That is one name: wanted commas/],
    ['names', ['id', 'area', 'price'], /^$/], ['years among names', ['land', 'code', 'kind', '1990'], /^$/],
    ['an index without a name', ['column_1', 'area', 'price'], /^$/], ['one name', ['price'], /^$/], ['none', [], /^$/],
  ])('of %s', (_, names, hint) => expect(headerHint(names)).toMatch(hint))
})
