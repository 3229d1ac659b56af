import type { Action } from '../core/action.ts'
import type { Plan } from '../core/plan.ts'
import { hashFields } from '../engine/hash-webhook.ts'

/** What the files declared for one action, as far as its changes do not tell it. Holds no secret. */
export interface PlannedDeclaration {
  /** Of the fields, secrets counted by their references, and of what decides how they are written. */
  readonly hash: string
  /** Keyed fingerprints of the secrets that were in the vault, by field path; none without a key. */
  readonly fingerprints: Readonly<Record<string, string>>
}

/** Lists what the files declare for the actions of a plan, by `provider/key`; removals are declared by nothing. */
export function plannedDeclarations(plan: Plan): ReadonlyMap<string, PlannedDeclaration> {
  return new Map(
    plan.accounts.flatMap(({ actions }) =>
      actions.flatMap((action) => {
        const declared = declarationOf(action)
        return declared === undefined ? [] : [[action.id, declared] as const]
      }),
    ),
  )
}

function declarationOf({ desired, shared }: Action): PlannedDeclaration | undefined {
  if (shared !== undefined) return { hash: hashFields(shared.fields), fingerprints: shared.fingerprints }
  if (desired === undefined) return undefined
  const { fields, allowGap, overlap, fingerprints = {} } = desired
  return {
    hash: `${hashFields(fields)}${allowGap ? ' gap' : ''}${overlap === undefined ? '' : ` ${overlap}`}`,
    fingerprints,
  }
}
