import { canonicalText, entriesOf, isList } from './canonical.ts'
import { compareText } from './diagnostic.ts'
import { diffObject } from './diff.ts'
import { expandWebhook, identityOfObject } from './identity.ts'
import type { ImportedField } from './import-fields.ts'
import { importFields } from './import-fields.ts'
import { chooseKeys, type KeyWish } from './import-keys.ts'
import type { LedgerAccount } from './ledger.ts'
import { entryKey } from './ledger.ts'
import { matchWebhooks } from './match.ts'
import { claimIntents } from './ownership.ts'
import type { AccountInput } from './plan.ts'
import type { ProviderDefinition } from './provider.ts'
import { HiddenSecret, Secret } from './secret.ts'
import type { LiveValue } from './value.ts'
import type { LiveObject } from './webhook.ts'

/** A live webhook as a file would declare it. */
export interface ImportedWebhook {
  readonly key: string
  /** Ids of the live objects it stands for. */
  readonly ids: readonly string[]
  readonly fields: readonly ImportedField[]
  /** Ids of live twins of these objects: whatever happens, they are delivered to as well. */
  readonly twins: readonly string[]
  /** Why it is no more than a comment; absent where it is declared. */
  readonly withheld?: string
}

/** What is imported of one account, in the order of the keys. */
export interface AccountImport {
  readonly account: string
  readonly definition: ProviderDefinition
  readonly webhooks: readonly ImportedWebhook[]
}

export type ImportInput = Pick<AccountInput, 'account' | 'definition' | 'desired' | 'live' | 'ledger' | 'files'>

/** Describes the live webhooks of an account that no file declares. A function of its input, whatever its order. */
export function makeImport(input: ImportInput): AccountImport {
  const { definition } = input
  const found = findUndeclared(input)
  const groups = groupObjects(definition, found.undeclared)
  const wishes = new Map(groups.map((group) => [group, wishOf(definition, group)] as const))
  const keys = chooseKeys([...wishes.values()], takenKeys(input, groups))
  const webhooks = groups.map((group): ImportedWebhook => {
    const wish = wishes.get(group)
    const { fields, obstacle } = importFields(
      definition,
      group.map((one) => one.live),
    )
    const reason = elsewhereOf(group) ?? obstacle
    return {
      key: (wish && keys.get(wish)) ?? '',
      ids: group.map((one) => one.live.id).toSorted(compareText),
      fields,
      twins: group.flatMap((one) => one.twins.map((twin) => twin.id)).toSorted(compareText),
      ...(reason === undefined ? {} : { withheld: reason }),
    }
  })
  return {
    account: input.account.name,
    definition,
    webhooks: webhooks.toSorted((a, b) => compareText(a.key, b.key)),
  }
}

/** Turns webhooks into comments; each reason stands under the key it is about. */
export function withholdWebhooks(made: AccountImport, reasons: ReadonlyMap<string, string>): AccountImport {
  const webhooks = made.webhooks.map((webhook) => {
    const reason = webhook.withheld ?? reasons.get(webhook.key)
    return reason === undefined ? webhook : { ...webhook, withheld: reason }
  })
  return { ...made, webhooks }
}

/** Lists the webhooks that are declared, those turned into comments aside. */
export function declaredOf(made: AccountImport): readonly ImportedWebhook[] {
  return made.webhooks.filter((webhook) => webhook.withheld === undefined)
}

/** A live object to be imported, with the twins it stands for. */
interface Found {
  readonly live: LiveObject
  readonly twins: readonly LiveObject[]
  readonly owner?: Owner
}

interface Owner {
  readonly entry: string
  readonly key: string
  /** The file that declares it, where that is not loaded. */
  readonly elsewhere?: string
}

function findUndeclared(input: ImportInput): { readonly undeclared: readonly Found[] } {
  const { definition, live } = input
  const ledger = input.ledger && claimIntents(definition, input.ledger, live).ledger
  const desired = input.desired ?? []
  const matches = matchWebhooks({
    definition,
    desired,
    live: live.objects,
    ledger,
    files: input.files,
    isEqual: (object, candidate, webhook) =>
      diffObject(definition, object.fields, candidate.fields, {
        desired: webhook.fingerprints ?? {},
        ledger: {},
        writeUnknown: false,
      }).every((difference) => difference.effect === 'none'),
  })
  const paired = matches.matches.flatMap((match) => match.pairs.flatMap((pair) => pair.live ?? []))
  const known = new Set(
    [...desired.flatMap((webhook) => expandWebhook(definition, webhook)), ...paired].map((object) =>
      identityOfObject(definition, object),
    ),
  )
  const owners = ownersOf(ledger, input.files)
  const remnants = [...matches.undeclared, ...matches.outOfScope].flatMap((remnant) => remnant.live)
  const candidates = [...remnants, ...matches.unowned]
    .filter((object) => !known.has(identityOfObject(definition, object)))
    .toSorted((a, b) => rank(a, owners) - rank(b, owners) || compareAge(a, b))
  return { undeclared: joinTwins(definition, candidates, owners) }
}

function ownersOf(ledger: LedgerAccount | undefined, files: ReadonlySet<string>): ReadonlyMap<string, Owner> {
  const owned = Object.entries(ledger?.webhooks ?? {}).flatMap(([id, entry]) => {
    const elsewhere = files.has(entry.file) ? {} : { elsewhere: entry.file }
    const owner = { entry: id, key: entryKey(id, entry), ...elsewhere }
    return entry.objects.map((object) => [object.id, owner] as const)
  })
  return new Map(owned)
}

function rank(live: LiveObject, owners: ReadonlyMap<string, Owner>): number {
  return owners.has(live.id) ? 0 : 1
}

/** The order in which a plan looks at twins: the ledger's, then the oldest, then the least id. */
function compareAge(a: LiveObject, b: LiveObject): number {
  return compareText(a.createdAt ?? '', b.createdAt ?? '') || compareText(a.id, b.id)
}

function joinTwins(
  definition: ProviderDefinition,
  candidates: readonly LiveObject[],
  owners: ReadonlyMap<string, Owner>,
): readonly Found[] {
  const byIdentity = new Map<string, LiveObject[]>()
  for (const live of candidates) {
    const identity = identityOfObject(definition, live)
    const twins = byIdentity.get(identity)
    if (twins === undefined) byIdentity.set(identity, [live])
    else twins.push(live)
  }
  return [...byIdentity.values()].flatMap(([live, ...twins]) => {
    if (live === undefined) return []
    const owner = owners.get(live.id)
    return [{ live, twins, ...(owner === undefined ? {} : { owner }) }]
  })
}

type Group = readonly Found[]

/** Puts objects together that differ in nothing but the event each stands for. */
function groupObjects(definition: ProviderDefinition, found: readonly Found[]): readonly Group[] {
  const groups = new Map<string, Found[]>()
  const secrets: Secret[] = []
  for (const one of found) {
    const text = definition.fanOut === undefined ? one.live.id : signatureOf(definition, one, secrets)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [one])
    else group.push(one)
  }
  return [...groups.values()].map((group) => group.toSorted((a, b) => compareText(a.live.id, b.live.id)))
}

function signatureOf(definition: ProviderDefinition, { live, owner }: Found, secrets: Secret[]): string {
  const fields = Object.entries(definition.fields)
    .filter(([name]) => name !== definition.fanOut)
    .map(([name, field]) => [canonicalText(field, live.fields[name]), secretMarks(live.fields[name], secrets)])
  return JSON.stringify([owner?.entry ?? null, live.scope, fields])
}

/** Gives equal secrets equal numbers, so that a signature holds none. */
function secretMarks(value: LiveValue | undefined, secrets: Secret[]): readonly string[] {
  if (value instanceof HiddenSecret) return ['hidden']
  if (value instanceof Secret) {
    const known = secrets.findIndex((secret) => secret.equals(value))
    return [String(known < 0 ? secrets.push(value) - 1 : known)]
  }
  if (isList(value)) return value.flatMap((item) => secretMarks(item, secrets))
  return entriesOf(value).flatMap(([name, inner]) => secretMarks(inner, secrets).map((mark) => `${name}=${mark}`))
}

function wishOf(definition: ProviderDefinition, group: Group): KeyWish {
  const [first] = group
  const parts = group.map((one) => one.live.part).toSorted(compareText)
  const former = first?.owner?.key
  return {
    url: urlOf(definition, first?.live),
    detail: (definition.scope === undefined ? parts[0] : first?.live.scope) ?? '',
    id: first?.live.id ?? '',
    ...(former === undefined ? {} : { former }),
  }
}

function urlOf(definition: ProviderDefinition, live: LiveObject | undefined): string {
  const name = Object.keys(definition.fields).find((field) => definition.fields[field]?.kind === 'url')
  const url = name === undefined ? undefined : live?.fields[name]
  return typeof url === 'string' ? url : ''
}

/** Keys that mean another webhook already: declared ones, and those the ledger would pair with an object of its own. */
function takenKeys({ desired, ledger }: ImportInput, groups: readonly Group[]): ReadonlySet<string> {
  const former = new Set(groups.flatMap((group) => group.flatMap((one) => one.owner?.key ?? [])))
  const owned = Object.entries(ledger?.webhooks ?? {}).map(([id, entry]) => entryKey(id, entry))
  return new Set([...(desired ?? []).map((webhook) => webhook.key), ...owned.filter((key) => !former.has(key))])
}

function elsewhereOf(group: Group): string | undefined {
  const file = group.find((one) => one.owner?.elsewhere !== undefined)?.owner?.elsewhere
  return file === undefined ? undefined : `The ledger says that ${file} declares it; load that file as well.`
}
