/** Own names of the prototypes that everything inherits from, as one text to compare. */
export function prototypeNames(): string {
  return [Object, Array, Function, String, Number, Map, Set, Promise, Error]
    .map(({ name, prototype }) => `${name}: ${Reflect.ownKeys(prototype).map(String).join()}`).join('\n')
}
