import type { ModelForm } from './model.ts'

/** One of River's checks, by what it means for models of every kind. */
export interface ModelCheck {
  /** Its name in River. */
  readonly name: string
  readonly says: string
  /** For which kinds of models River, too, has it; default: for every one. */
  readonly kinds?: readonly ModelForm['kind'][]
  readonly run: (form: ModelForm) => void | Promise<void>
}
