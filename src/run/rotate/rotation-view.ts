import type { Ledger, LedgerEntry, LedgerObject } from '../../core/ledger.ts'
import { claimIntents } from '../../core/ownership.ts'
import type { AccountInput, Rotating } from '../../core/plan.ts'
import { pendingFingerprint } from '../../core/secret-verdict.ts'
import type { DesiredWebhook } from '../../core/webhook.ts'
import type { SigningSecret } from './find-secrets.ts'
import { type RotationGroup, recordsOf } from './rotation-group.ts'

/** One account as a rotation sees it. */
export interface RotationView {
  readonly input: AccountInput
  /** Entries as they must stand before anything is sent, by their ids. */
  readonly entries: ReadonlyMap<string, LedgerEntry>
}

interface Means {
  readonly mode: Rotating
  readonly entry?: LedgerEntry
  /** It must be written down before anything is sent. */
  readonly isChanged?: true
}

/** Shows the planner an account as a rotation means it: what is yet to be sent is not written, what is old goes. */
export function viewAccount(
  input: AccountInput,
  groups: readonly RotationGroup[],
  ledger: Ledger,
  now: number,
): RotationView {
  const members = groups.flatMap((group) =>
    group.members.filter(({ provider }) => provider === input.account.name).map((member) => ({ group, member })),
  )
  const meant = members.map(({ group, member }) => ({ group, member, ...meaning(input, group, member, ledger, now) }))
  const modes = new Map(meant.map(({ member, mode }) => [member.id, mode] as const))
  // Where no two webhooks of one identity may live, the old one cannot stay for a while.
  const canOverlap = input.definition.uniqueIdentity !== 'yes'
  const overlaps = new Map(
    meant.flatMap(({ group, member }) =>
      group.kind === 'made' ? [[member.key, canOverlap ? group.overlap : 0] as const] : [],
    ),
  )
  const changed = meant.filter(({ isChanged }) => isChanged === true)
  const entries = meant.flatMap(({ member, entry }) =>
    entry === undefined ? [] : [[member.place.key, entry] as const],
  )
  return {
    input: {
      ...input,
      desired: input.desired?.map((webhook) => withOverlap(webhook, overlaps.get(webhook.key))),
      ledger: input.ledger && {
        ...input.ledger,
        webhooks: { ...input.ledger.webhooks, ...Object.fromEntries(entries) },
      },
      options: { ...input.options, rotating: (id) => modes.get(id) },
    },
    entries: new Map(changed.flatMap(({ member, entry }) => (entry === undefined ? [] : [[member.place.key, entry]]))),
  }
}

function withOverlap(webhook: DesiredWebhook, overlap: number | undefined): DesiredWebhook {
  if (overlap === undefined) return webhook
  const { overlap: _, ...rest } = webhook
  return overlap === 0 ? rest : { ...rest, overlap }
}

function meaning(input: AccountInput, group: RotationGroup, member: SigningSecret, ledger: Ledger, now: number): Means {
  const entry = input.ledger?.webhooks[member.place.key]
  if (group.begins === 'retired')
    return { mode: 'sending', ...(entry === undefined ? {} : { entry: retireNow(entry, now) }) }
  if (group.kind === 'made') return meaningOfMade(input, group, member, ledger, now)
  if (entry === undefined) return { mode: 'sending' }
  // Whatever the ledger says of a value that is hidden, the new one is sent again: a run may have died in between.
  const fingerprints = { ...entry.fingerprints, [member.path]: pendingFingerprint }
  return { mode: 'sending', entry: { ...entry, fingerprints } }
}

/** The time of what is retired has come, also where that is decided now. */
function retireNow(entry: LedgerEntry, now: number): LedgerEntry {
  const { retiring } = entry
  if (retiring === undefined) return entry
  return { ...entry, retiring: retiring.map((object) => ({ ...object, until: new Date(now).toISOString() })) }
}

/** Where a run that died has made the new webhook already, that one stays and the old one is on its way out. */
function meaningOfMade(
  input: AccountInput,
  group: RotationGroup,
  member: SigningSecret,
  ledger: Ledger,
  now: number,
): Means {
  const entry =
    input.ledger && claimIntents(input.definition, input.ledger, input.live).ledger.webhooks[member.place.key]
  const replaced = new Set(recordsOf(ledger, group).flatMap(({ replaces }) => replaces ?? []))
  const live = new Set(input.live.objects.map(({ id }) => id))
  const isNew = (object: LedgerObject): boolean => !replaced.has(object.id) && live.has(object.id)
  const made = group.begins === 'sent' ? (entry?.objects.filter(isNew) ?? []) : []
  if (entry === undefined || made.length === 0) return { mode: 'replacing' }
  const until = new Date(now + group.overlap).toISOString()
  const old = entry.objects.filter((object) => !isNew(object)).map((object) => ({ ...object, until }))
  const retiring = [...(entry.retiring ?? []), ...old]
  const view = { ...entry, objects: made, ...(retiring.length === 0 ? {} : { retiring }) }
  return { mode: 'sending', entry: view, isChanged: true }
}
