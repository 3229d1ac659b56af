import type { Diagnostic } from './diagnostic.ts'
import type { LedgerEntry, Rotation } from './ledger.ts'
import { entryId } from './ledger.ts'
import type { AccountInput } from './plan.ts'
import { SecretSlot } from './secret.ts'
import type { DesiredValues } from './value.ts'
import type { DesiredObject, DesiredWebhook } from './webhook.ts'

/** Finds the rotation of a declared secret. A reference that was changed since means another secret, and ends it. */
export function rotationOf(
  entry: Pick<LedgerEntry, 'rotation'> | undefined,
  fields: DesiredValues,
): Rotation | undefined {
  const rotation = entry?.rotation
  const slot = rotation === undefined ? undefined : fields[rotation.path]
  return slot instanceof SecretSlot && slot.source.ref === rotation?.ref ? rotation : undefined
}

/** A rotation that another run has to finish. */
export type Unfinished = Pick<Rotation, 'path' | 'replaces'>

/**
 * Finds what is left to finish of a declared secret. The vault has the last word: a value that is to come is there though
 * the ledger may have been lost.
 */
export function unfinishedOf(
  entries: readonly (Pick<LedgerEntry, 'rotation'> | undefined)[],
  fields: DesiredValues,
): Unfinished | undefined {
  const recorded = entries
    .map((entry) => rotationOf(entry, fields))
    .find((rotation) => rotation !== undefined && rotation.step !== 'promoted')
  if (recorded !== undefined) return recorded
  const path = Object.keys(fields).find((name) => hasSuccessor(fields[name]))
  return path === undefined ? undefined : { path }
}

function hasSuccessor(value: DesiredValues[string] | undefined): boolean {
  return value instanceof SecretSlot && value.finding.hasSuccessor === true
}

/** Finds the rotation of a webhook that another run has to finish: until then its secret is left alone. */
export function unfinishedRotation(
  input: Pick<AccountInput, 'ledger' | 'options'>,
  webhook: DesiredWebhook,
  entries: readonly string[] = [],
): Unfinished | undefined {
  if (input.options.rotating?.(`${webhook.provider}/${webhook.key}`) !== undefined) return undefined
  const ids = [entryId(webhook.file, webhook.key), ...entries]
  return unfinishedOf(
    ids.map((id) => input.ledger?.webhooks[id]),
    webhook.fields,
  )
}

/** Leaves a field out of an object, so that it is neither compared nor written. */
export function withoutField<T extends Pick<DesiredObject, 'fields'>>(object: T, name: string): T {
  const { [name]: _, ...fields } = object.fields
  return { ...object, fields }
}

/** Puts what the ledger knows of a secret in the place of what the vault says. */
export function withFingerprint(
  fingerprints: Readonly<Record<string, string>>,
  path: string,
  known: string | undefined,
): Readonly<Record<string, string>> {
  const { [path]: _, ...others } = fingerprints
  return known === undefined ? others : { ...others, [path]: known }
}

/** Tells of rotations that wait for somebody to go on with them. */
export function adviseOnRotations(input: AccountInput): readonly Diagnostic[] {
  const shared = { key: '@account', file: input.accountFile ?? '', fields: input.desiredFields }
  return [...(input.desired ?? []), shared].flatMap(({ key, file, fields }) => {
    const id = `${input.account.name}/${key}`
    if (input.options.rotating?.(id) !== undefined) return []
    const message = adviceOn(id, input.ledger?.webhooks[entryId(file, key)], fields, input.options.now)
    if (message === undefined) return []
    const hint = `Go on with: hooks-sync rotate --resume '${id}'`
    return [{ code: 'HS3024', severity: 'warning', message, hint, provider: input.account.name, key } as const]
  })
}

function adviceOn(
  id: string,
  entry: Pick<LedgerEntry, 'rotation'> | undefined,
  fields: DesiredValues,
  now: number,
): string | undefined {
  const unfinished = unfinishedOf([entry], fields)
  if (unfinished !== undefined)
    return `${id}: ${unfinished.path} is being rotated, so it is left alone until that is finished.`
  const { path, until } = rotationOf(entry, fields) ?? {}
  if (until === undefined || Date.parse(until) > now) return undefined
  return `${id}: the former value of ${path} is still in the vault; it could go since ${until}.`
}
