/** One place where a value is not as its schema says, in ajv's terms. */
export interface Mismatch {
  /** JSON pointer from the validated value. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly schemaPath: string
}

/** A compiled schema: whether a value conforms, and after a refusal why not. */
export interface Validator {
  (value: unknown): boolean
  errors?: readonly Mismatch[] | null
}

/** Compiled schemas by `<type>_account` and `<type>_webhook`. */
export type Validators = Readonly<Record<string, Validator>>

/** Names the validator of one vendor's accounts or webhooks. */
export function validatorName(type: string, what: 'account' | 'webhook'): string {
  return `${type}_${what}`
}

/** Lists where a value departs from the schema of a vendor's account or webhook. */
export function findMismatches(validators: Validators, name: string, value: unknown): readonly Mismatch[] {
  const validate = validators[name]
  if (validate === undefined) throw new Error(`No validator ${name} was compiled; run npm run generate.`)
  return validate(value) ? [] : (validate.errors ?? [])
}
