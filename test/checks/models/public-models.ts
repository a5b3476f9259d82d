import * as eddy from 'eddy'
import * as store from '@eddy/store'
import { declarationsOf } from '../docs.ts'

const exported = { ...eddy, ...store } as Readonly<Record<string, unknown>>

/** Names of public classes whose objects have a state that can be taken out and put back: the models. */
export const modelClasses: readonly string[] = Object.entries(exported)
  .filter(([, value]) => typeof value === 'function' && isModel(value.prototype as object | undefined))
  .map(([name]) => name).sort()

function isModel(prototype: object | undefined): boolean {
  const has = (name: string): boolean => prototype !== undefined && name in prototype
  return has('learnOne') || ((has('learn') || has('choose')) && has('snapshot') && has('restore'))
}

/** Public functions that make a model, with the name of its class, by what their declarations say. */
export const makers: ReadonlyMap<string, string> = new Map(Object.keys(exported).flatMap((name) => {
  const text = declarationsOf(name)
  const made = modelClasses.find((each) => new RegExp(`\\): ${each}\\b`).test(text))
  return made === undefined ? [] : [[name, made] as const]
}))

/** Public functions that make ways to choose among arms. */
export const policies: readonly string[] = Object.keys(exported)
  .filter((name) => /\): Policy\b/.test(declarationsOf(name))).sort()

/** The class that a public function makes objects of. */
export function classOf(maker: string): unknown {
  return exported[makers.get(maker) ?? '']
}
