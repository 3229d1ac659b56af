import type { Diagnostic } from '../core/diagnostic.ts'
import type { HeldSecrets } from '../core/rotation-phase.ts'
import type { Secret } from '../core/secret.ts'
import type { Resolver, Want, WriteTarget } from './resolver.ts'
import { type Sibling, siblingReference } from './sibling-reference.ts'

/** The writes by which a secret is rotated. Each leaves in the vault whatever a vendor may sign with. */
export interface RotationVault {
  /** Puts the value to come beside the one in use; refuses where somebody else put one there. */
  stage(target: WriteTarget, value: Secret): Promise<Diagnostic | undefined>
  /** Lets the value to come take the place of the one in use, and that one the place of the former one. */
  promote(
    target: WriteTarget,
    held: Required<Pick<HeldSecrets, 'current' | 'pending'>> & HeldSecrets,
  ): Promise<Diagnostic | undefined>
  /** Removes the value to come, where it stands in its final place already. */
  settle(target: WriteTarget, pending: Secret): Promise<Diagnostic | undefined>
  /** Removes the former value. */
  retire(target: WriteTarget): Promise<Diagnostic | undefined>
}

export interface HeldReading {
  readonly held: HeldSecrets
  readonly diagnostics: readonly Diagnostic[]
}

/** Makes the part of a vault that rotation needs. */
export function makeRotationVault(resolver: Pick<Resolver, 'edit' | 'resolve'>): RotationVault {
  const edit = async (edits: Parameters<Resolver['edit']>[0]): Promise<Diagnostic | undefined> => {
    const outcome = await resolver.edit(edits)
    return outcome.kind === 'written' ? undefined : outcome.diagnostic
  }
  return {
    stage: (target, value) => edit([{ target: beside(target, 'pending'), value, expected: undefined }]),
    // In this order where it cannot be done at once: at every instant both values are there.
    promote: (target, { current, pending, previous }) =>
      edit([
        { target: beside(target, 'previous'), value: current, expected: previous },
        { target, value: pending, expected: current },
        { target: beside(target, 'pending'), value: undefined, expected: pending },
      ]),
    settle: (target, pending) => edit([{ target: beside(target, 'pending'), value: undefined, expected: pending }]),
    retire: async (target) => {
      const want = { ...beside(target, 'previous'), optional: true }
      const { values, diagnostics } = await resolver.resolve([want])
      const previous = values.get(want)
      if (previous === undefined) return diagnostics[0]
      return edit([{ target: want, value: undefined, expected: previous }])
    },
  }
}

/** Reads what the vault holds of several secrets and beside them, each path once. */
export async function readHeld(
  resolver: Pick<Resolver, 'resolve'>,
  targets: readonly WriteTarget[],
): Promise<readonly HeldReading[]> {
  const asked = targets.map((target) => {
    const want = (place: WriteTarget): Want => ({ ...place, optional: true })
    return {
      current: want(target),
      pending: want(beside(target, 'pending')),
      previous: want(beside(target, 'previous')),
    }
  })
  const { values, failed } = await resolver.resolve(asked.flatMap((wants) => Object.values(wants)))
  return Promise.all(
    asked.map(async (wants) => {
      const isFailed = Object.values(wants).some((want) => failed.has(want))
      const told = isFailed ? (await resolver.resolve(Object.values(wants))).diagnostics : []
      const found = Object.entries(wants).flatMap(([name, want]) => {
        const value = values.get(want)
        return value === undefined ? [] : [[name, value] as const]
      })
      return { held: Object.fromEntries(found), diagnostics: told.slice(0, 1) }
    }),
  )
}

function beside(target: WriteTarget, sibling: Sibling): WriteTarget {
  return { ...target, ref: siblingReference(target.ref, sibling) }
}
