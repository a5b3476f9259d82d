export { type SourceCounters } from './account.ts'
export { csvSource } from './text-source.ts'
