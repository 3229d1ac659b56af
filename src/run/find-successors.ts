import type { Fields } from '../core/field.ts'
import type { Secret } from '../core/secret.ts'
import { SecretSlot } from '../core/secret.ts'
import type { DesiredValues } from '../core/value.ts'
import { backends } from '../secrets/backends.ts'
import { isReferenceFault, parseReference } from '../secrets/reference.ts'
import type { Resolver } from '../secrets/resolver.ts'
import { siblingReference } from '../secrets/sibling-reference.ts'
import type { TrustedProject } from './trusted-project.ts'

/**
 * Finds the signing secrets beside which the vault keeps a value that is to take their place: they are being rotated,
 * whether or not a ledger says so. Only documents that are read anyway are looked at.
 */
export async function findSuccessors(
  project: Pick<TrustedProject, 'accounts' | 'secrets'>,
  resolver: Pick<Resolver, 'resolve' | 'identify'>,
  valueOf: (slot: SecretSlot) => Secret | undefined,
): Promise<ReadonlySet<SecretSlot>> {
  const baseDirs = new Map(project.secrets.map(({ slot, baseDir }) => [slot, baseDir] as const))
  const asked = signingSlots(project).flatMap((slot) => {
    const baseDir = baseDirs.get(slot)
    if (baseDir === undefined || valueOf(slot) === undefined || !hasNeighbors(slot)) return []
    return [{ slot, want: { ref: siblingReference(slot.source.ref, 'pending'), baseDir, optional: true } }]
  })
  const { values } = await resolver.resolve(asked.map(({ want }) => want))
  const found = asked.filter(({ want }) => values.has(want))
  if (found.length === 0) return new Set()
  const declared = await Promise.all(
    project.secrets.map(({ slot, baseDir }) => resolver.identify({ ref: slot.source.ref, baseDir })),
  )
  const taken = new Set(declared)
  const places = await Promise.all(found.map(({ want }) => resolver.identify(want)))
  return new Set(found.flatMap(({ slot }, at) => (taken.has(places[at]) ? [] : [slot])))
}

/** Lists the secrets that we choose and that sign deliveries; no others are rotated by way of a second value. */
function signingSlots({ accounts }: Pick<TrustedProject, 'accounts'>): readonly SecretSlot[] {
  return accounts.flatMap(({ account, definition, desired = [] }) => [
    ...desired.flatMap((webhook) => chosenSlots(definition.fields, webhook.fields)),
    ...chosenSlots(definition.accountFields ?? {}, account.settings),
  ])
}

function chosenSlots(declarations: Fields, values: DesiredValues): readonly SecretSlot[] {
  return Object.entries(declarations).flatMap(([path, { kind }]) => {
    const slot = values[path]
    return kind === 'secret' && slot instanceof SecretSlot && slot.source.form !== 'capture' ? [slot] : []
  })
}

/** Where a whole value is meant and not a field, what lies beside it would take a read of its own. */
function hasNeighbors({ source }: SecretSlot): boolean {
  const reference = parseReference(source.ref)
  if (isReferenceFault(reference)) return false
  const { pointer, version, backend } = reference
  return pointer.length > 0 && version === undefined && backends[backend].isWritable
}
