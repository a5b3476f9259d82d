import { ValueError } from '@eddy/tensor'

/** TypeScript sees that a list is missing, JavaScript does not. @throws ValueError */
export function checkList(list: unknown, where: string, of: string): void {
  if (Array.isArray(list)) return
  throw new ValueError({
    what: `it takes a list of ${of}`, where, got: list, wanted: `a list of ${of}`, hint: 'Put them in brackets.',
  })
}
