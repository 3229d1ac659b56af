import fc from 'fast-check'
import { compareText } from '../../src/core/diagnostic.ts'
import { expandWebhook, identityOfObject } from '../../src/core/identity.ts'
import type { Intent, LedgerAccount, LedgerEntry } from '../../src/core/ledger.ts'
import { entryId } from '../../src/core/ledger.ts'
import type { AccountInput } from '../../src/core/plan.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { quotaGroup } from '../../src/core/quota.ts'
import { HiddenSecret, Secret } from '../../src/core/secret.ts'
import type { DesiredValue, LiveValue } from '../../src/core/value.ts'
import type { DesiredWebhook, LiveObject } from '../../src/core/webhook.ts'
import { aLive, allowEverything, anInput, aSlot, aWebhook, now } from './build-account.ts'
import type { World } from './carry-out.ts'
import { printOf, resolveWebhook } from './resolve.ts'
import { traits } from './vendor-traits.ts'

/** What the files say. */
export interface Declared {
  readonly webhooks: readonly DesiredWebhook[]
  readonly files: readonly string[]
  readonly prune: 'none' | 'owned' | 'all'
}

export interface AnyCase {
  readonly definition: ProviderDefinition
  readonly declared: Declared
  readonly world: World
  readonly dedupe: boolean
  readonly writeSecrets: boolean
}

const urls = ['https://a.test/1', 'https://a.test/2', 'https://a.test/3', 'http://a.test/4']
const events = ['opened', 'closed', 'moved']
const keys = ['ant', 'bee', 'cat', 'dog', 'elk']
const loadedFiles = ['here.yaml', 'there.yaml']
const allFiles = [...loadedFiles, 'elsewhere.yaml']
const vaultRefs = ['ref+env://ONE', 'ref+env://TWO', 'ref+env://THREE']

export function anyCase(definitions: readonly ProviderDefinition[] = traits): fc.Arbitrary<AnyCase> {
  return fc.constantFrom(...definitions).chain((definition) =>
    fc
      .record({
        definition: fc.constant(definition),
        declared: anyDeclared(definition),
        world: anyWorld(definition),
        dedupe: fc.boolean(),
        writeSecrets: fc.boolean(),
      })
      .map((given) => ({ ...given, [fc.toStringMethod]: () => renderCase(given) })),
  )
}

/** Shows a counterexample in a form that can be read. */
function renderCase({ definition, declared, world, dedupe, writeSecrets }: AnyCase): string {
  return [
    `${definition.type} prune=${declared.prune} dedupe=${dedupe} writeSecrets=${writeSecrets}`,
    ...declared.webhooks.map(
      ({ key, file, fields, ...rest }) => `declared ${file}#${key} ${JSON.stringify(fields)} ${JSON.stringify(rest)}`,
    ),
    ...[...world.objects.values()].map((live) => `live ${live.id} ${JSON.stringify(live.fields)}`),
    ...Object.entries(world.ledger?.webhooks ?? { none: 'no ledger' }).map(
      ([id, entry]) => `ledger ${id} ${JSON.stringify(entry)}`,
    ),
    ...Object.entries(world.ledger?.intents ?? {}).map(([id, intent]) => `intent ${id} ${JSON.stringify(intent)}`),
    `vault ${JSON.stringify([...world.vault])}`,
  ].join('\n')
}

export function anyDeclared(definition: ProviderDefinition): fc.Arbitrary<Declared> {
  return fc
    .record({
      webhooks: fc
        .tuple(...keys.map((key) => fc.option(anyWebhook(definition, key), { nil: undefined, freq: 2 })))
        .map((webhooks) => withoutTwins(definition, webhooks)),
      files: fc.constant(loadedFiles),
      prune: fc.constantFrom('owned', 'owned', 'none', 'all'),
    })
    .map((declared) =>
      declared.prune === 'all'
        ? { ...declared, webhooks: declared.webhooks.filter((webhook) => !webhook.abandon) }
        : declared,
    )
}

function anyWebhook(definition: ProviderDefinition, key: string): fc.Arbitrary<DesiredWebhook> {
  return fc
    .record({
      fields: anyFields(definition, key),
      file: fc.constantFrom(...loadedFiles),
      abandon: fc.constantFrom(false, false, false, true),
      overlap: fc.option(fc.constant(1_800_000), { nil: undefined }),
      previously: fc.option(fc.constantFrom(...keys), { nil: undefined, freq: 4 }),
    })
    .map(({ fields, file, abandon, overlap, previously }) =>
      aWebhook(key, fields, {
        file,
        abandon,
        ...(overlap === undefined || definition.serverSecret === undefined ? {} : { overlap }),
        ...(previously === undefined || previously === key ? {} : { previously }),
      }),
    )
}

function anyFields(definition: ProviderDefinition, key: string): fc.Arbitrary<Record<string, DesiredValue>> {
  const values: Record<string, fc.Arbitrary<DesiredValue | undefined>> = {
    app: fc.constantFrom('app-1', 'app-2'),
    url: fc.constantFrom(...urls),
    events: fc.subarray(events, { minLength: 1 }),
    enabled: fc.constantFrom(undefined, undefined, true, false),
    description: fc.constantFrom(undefined, 'old', 'new'),
    filters: fc.constantFrom(undefined, [{ key: 'channel', value: 'x' }]),
    headers: fc.constantFrom(undefined, undefined, { 'X-A': 'b' }, null),
    signing_secret: anySecret(definition, key),
    client_credentials: fc.constantFrom(undefined, undefined, null, {
      client_id: 'me',
      client_secret: aSlot(vaultRefs[2] ?? ''),
    }),
  }
  const optional = Object.fromEntries(
    Object.keys(definition.fields).flatMap((name) => {
      const value = values[name]
      return value === undefined || definition.fields[name]?.presence === 'vendor' ? [] : [[name, value] as const]
    }),
  )
  return fc.record(optional).map((fields) => {
    const given = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    return Object.fromEntries(given)
  })
}

function anySecret(definition: ProviderDefinition, key: string): fc.Arbitrary<DesiredValue | undefined> {
  const ref = vaultRefs[0] ?? ''
  if (definition.serverSecret !== undefined) {
    return fc.constantFrom(undefined, aSlot(`ref+age://v#/captured/${key}`, undefined, 'capture'))
  }
  const field = definition.fields['signing_secret']
  const clear = field?.clearable === true ? [null] : []
  return fc.constantFrom<DesiredValue | undefined>(
    undefined,
    aSlot(ref),
    aSlot(`ref+age://v#/generated/${key}`, undefined, 'generate'),
    ...clear,
  )
}

/** Two declared webhooks of one identity are an error of the files, so no plan sees them. */
function withoutTwins(
  definition: ProviderDefinition,
  webhooks: readonly (DesiredWebhook | undefined)[],
): readonly DesiredWebhook[] {
  const taken = new Set<string>()
  return webhooks.flatMap((webhook) => {
    if (webhook === undefined) return []
    const identities = expandWebhook(definition, webhook).map((object) => identityOfObject(definition, object))
    if (identities.some((identity) => taken.has(identity))) return []
    for (const identity of identities) taken.add(identity)
    return [webhook]
  })
}

function anyWorld(definition: ProviderDefinition): fc.Arbitrary<World> {
  return fc
    .array(anyLiveFields(definition), { maxLength: 8 })
    .map((all) => all.map((fields, at) => aLive(definition, `live-${at}`, fields, { createdAt: `2026-01-0${at + 1}` })))
    .map((objects) => withinLimits(definition, objects))
    .chain((objects) =>
      fc.record({
        objects: fc.constant(new Map(objects.map((live) => [live.id, live]))),
        ledger: fc.option(anyLedger(definition, objects), { nil: undefined, freq: 8 }),
        vault: anyVault(),
        made: fc.constant(0),
      }),
    )
}

function anyLiveFields(definition: ProviderDefinition): fc.Arbitrary<Record<string, LiveValue>> {
  return fc
    .record({
      app: fc.constantFrom('app-1', 'app-2'),
      url: fc.constantFrom(...urls),
      events:
        definition.fanOut === undefined
          ? fc.subarray(events, { minLength: 1 })
          : fc.shuffledSubarray(events, { minLength: 1, maxLength: 1 }),
      enabled: fc.constantFrom(true, true, true, false),
      description: fc.constantFrom('old', 'new'),
      filters: fc.constantFrom([], [{ key: 'channel', value: 'x' }]),
      signing_secret: fc.boolean(),
      client_credentials: fc.boolean(),
    })
    .map(({ signing_secret: signed, client_credentials: credentials, ...plain }) => {
      const read = definition.fields['signing_secret']?.read
      const shown =
        read === 'clear' ? new Secret('value of ONE') : new HiddenSecret(read === 'never' ? 'unreadable' : 'masked')
      const hasSecret = read === 'never' || signed
      const all: Record<string, LiveValue> = {
        ...plain,
        ...(hasSecret ? { signing_secret: shown } : {}),
        ...(credentials
          ? { client_credentials: { client_id: 'me', client_secret: new HiddenSecret('masked'), type: 'BASIC' } }
          : {}),
      }
      return Object.fromEntries(Object.entries(all).filter(([name]) => definition.fields[name] !== undefined))
    })
}

/** Keeps only what the vendor would have let in. */
function withinLimits(definition: ProviderDefinition, objects: readonly LiveObject[]): readonly LiveObject[] {
  const identities = new Set<string>()
  const counts = new Map<string, number>()
  return objects.filter((live) => {
    const identity = identityOfObject(definition, live)
    if (definition.uniqueIdentity === 'yes' && identities.has(identity)) return false
    if (definition.quota !== undefined) {
      const group = quotaGroup(definition, definition.quota, live)
      const count = (counts.get(group) ?? 0) + 1
      if (count > definition.quota.limit) return false
      counts.set(group, count)
    }
    identities.add(identity)
    return true
  })
}

/** Any ledger: lost, partial, stale, of other files, with retiring objects and intents. */
function anyLedger(definition: ProviderDefinition, objects: readonly LiveObject[]): fc.Arbitrary<LedgerAccount> {
  const place = fc.record({ key: fc.constantFrom(...keys), file: fc.constantFrom(...allFiles) })
  const owned = fc.tuple(
    ...objects.map(() =>
      fc.record({
        place,
        how: fc.constantFrom('none', 'owned', 'owned', 'owned', 'retiring', 'due', 'intent', 'seen'),
      }),
    ),
  )
  const stale = fc.array(fc.record({ place, part: fc.constantFrom('', ...events) }), { maxLength: 2 })
  const prints = fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    { signing_secret: printOf('signing_secret', 'value of ONE') },
    { signing_secret: 'pending' },
    { signing_secret: 'cleared', headers: 'cleared', 'client_credentials.client_secret': 'another' },
    { signing_secret: 'another', headers: 'another' },
  )
  return fc.record({ owned, stale, prints }).map(({ owned: all, stale: gone, prints: fingerprints }) => {
    const webhooks: Record<string, LedgerEntry> = {}
    const intents: Record<string, Intent> = {}
    const change = (where: { key: string; file: string }, update: (entry: LedgerEntry) => LedgerEntry): void => {
      const id = entryId(where.file, where.key)
      webhooks[id] = update(webhooks[id] ?? { objects: [], file: where.file, fingerprints })
    }
    for (const [at, live] of objects.entries()) {
      const { place: where, how } = all[at] ?? { place: { key: '', file: '' }, how: 'none' }
      const object = { id: live.id, part: live.part, scope: live.scope }
      const until = new Date(now + (how === 'due' ? -1000 : 60_000)).toISOString()
      if (how === 'owned') change(where, (entry) => ({ ...entry, objects: [...entry.objects, object] }))
      if (how === 'retiring' || how === 'due')
        change(where, (entry) => ({ ...entry, retiring: [...(entry.retiring ?? []), { ...object, until }] }))
      if (how === 'intent' || how === 'seen') {
        const identity = identityOfObject(definition, live)
        // Which of several twins an intent made is for a person to tell; that has a test of its own.
        if (objects.some((other) => other !== live && identityOfObject(definition, other) === identity)) continue
        const seen = how === 'seen' ? [live.id] : []
        const about = { ...where, part: live.part, scope: live.scope, identity, seen, at: new Date(now).toISOString() }
        intents[`main/${where.key} create ${at}`] = about
      }
    }
    for (const [at, { place: where, part }] of gone.entries())
      change(where, (entry) => ({ ...entry, objects: [...entry.objects, { id: `gone-${at}`, part, scope: '' }] }))
    return { identity: {}, webhooks, intents }
  })
}

function anyVault(): fc.Arbitrary<ReadonlyMap<string, string>> {
  return fc.record({ captured: fc.boolean(), generated: fc.boolean() }).map(({ captured, generated }) => {
    const vault = new Map([
      ['ref+env://ONE', 'value of ONE'],
      ['ref+env://TWO', 'value of TWO'],
      ['ref+env://THREE', 'value of THREE'],
    ])
    for (const key of keys) {
      if (captured) vault.set(`ref+age://v#/captured/${key}`, 'value of ONE')
      if (generated) vault.set(`ref+age://v#/generated/${key}`, 'value of ONE')
    }
    return vault
  })
}

/** Reads files, vault and vendor anew, everything allowed. */
export function inputOf(given: AnyCase, world: World = given.world, declared: Declared = given.declared): AccountInput {
  const { definition, dedupe, writeSecrets } = given
  // Without a ledger a secret cannot be captured; the engine refuses that before it plans.
  const known =
    world.ledger === undefined ? declared.webhooks.filter((webhook) => !capturesSecret(webhook)) : declared.webhooks
  return anInput(definition, {
    desired: known.map((webhook) => resolveWebhook(definition, webhook, world.vault)),
    live: [...world.objects.values()].toSorted((a, b) => compareText(a.id, b.id)),
    ledger: world.ledger ?? null,
    files: declared.files,
    account: { prune: declared.prune },
    options: { allow: allowEverything, dedupe, writesSecrets: () => writeSecrets },
  })
}

function capturesSecret(webhook: DesiredWebhook): boolean {
  const secret = webhook.fields['signing_secret']
  return typeof secret === 'object' && secret !== null && 'source' in secret
}
