import { anomalyForms } from './anomaly-forms.ts'
import { autoForms } from './auto-forms.ts'
import { banditForms } from './bandit-forms.ts'
import { learnerForms } from './learner-forms.ts'
import { manyForms } from './many-forms.ts'
import type { ModelForm } from './model.ts'

/** Every public model that is no plain learner, in each way that it can be made; those are in `../forms.ts`. */
export const modelForms: readonly ModelForm[] = [
  ...autoForms, ...banditForms, ...anomalyForms, ...manyForms, ...learnerForms,
]
