import type { Field } from '../core/field.ts'

/** Declares a credential of an account: a reference that must be there, and that no vendor shows. */
export function credentialField(doc: string, env: string): Field {
  return { kind: 'secret', forms: ['ref'], doc, presence: 'required', change: 'in-place', read: 'never', env }
}
