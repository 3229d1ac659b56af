import { validators } from './generated/validators.ts'
import type { Validators } from './validator.ts'

/** The validators of the vendors that come with hooks-sync, compiled ahead of time by `npm run generate`. */
export const builtInValidators: Validators = validators
