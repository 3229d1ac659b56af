import { compareText } from '../core/diagnostic.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import type { PlainValue } from '../core/value.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import type { Findings } from './findings.ts'
import type { LoadedAccount } from './project.ts'
import { readAccount } from './read-account.ts'
import { isPlainMap } from './read-fields.ts'
import { fillOption, hasValidName } from './read-root.ts'
import { readWebhook } from './read-webhook.ts'
import type { Reading } from './reading.ts'
import { type FindingsOf, reportTwinAccounts, reportTwinWebhooks } from './report-twins.ts'
import { showName } from './show-name.ts'
import type { SourceFile } from './source-file.ts'
import { isLeftEmpty } from './source-tree.ts'
import { closest, didYouMean } from './suggest.ts'

type PlainMap = { readonly [key: string]: PlainValue }

/** What one file says of one account. */
export interface AccountPart {
  readonly name: string
  readonly value: PlainValue
  readonly reading: Reading
}

export interface AccountsContext {
  readonly definitions: readonly ProviderDefinition[]
  readonly fileName: (file: SourceFile) => string
  readonly maxWebhooks: number
  /** Whether what a file declares as `provider/key` does not count. */
  readonly isOverruled: (file: SourceFile, id: string) => boolean
  /** Whether every file could be read: only then is something missing for sure. */
  readonly isComplete: boolean
}

export interface ReadAccounts {
  readonly loaded: readonly LoadedAccount[]
  readonly findingsOf: FindingsOf
}

interface MapPart extends AccountPart {
  readonly value: PlainMap
}

/** Puts the parts of each account together, whatever files they come from. */
export function readAccounts(parts: readonly AccountPart[], context: AccountsContext): ReadAccounts {
  const owners = new Owners()
  const byName = groupByName(parts.filter(isMapPart))
  const loaded = [...byName.entries()]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([name, ofOne]) => readOne(name, ofOne, owners, context))
  reportTooMany(loaded, owners.find, context)
  for (const account of loaded) reportTwinWebhooks(account, owners.find)
  reportTwinAccounts(loaded, owners.find)
  return { loaded, findingsOf: owners.find }
}

function groupByName(parts: readonly MapPart[]): ReadonlyMap<string, readonly MapPart[]> {
  const groups = new Map<string, MapPart[]>()
  for (const part of parts) groups.set(part.name, [...(groups.get(part.name) ?? []), part])
  return groups
}

/** Remembers which file declares what. */
class Owners {
  readonly #accounts = new Map<string, Findings>()
  readonly #webhooks = new Map<string, Map<string, Findings>>()

  readonly find: FindingsOf = (provider, key) =>
    key === undefined ? this.#accounts.get(provider) : this.#webhooks.get(provider)?.get(key)

  setAccount(name: string, findings: Findings): void {
    this.#accounts.set(name, findings)
  }

  setWebhook(provider: string, key: string, findings: Findings): void {
    const ofOne = this.#webhooks.get(provider) ?? new Map<string, Findings>()
    ofOne.set(key, findings)
    this.#webhooks.set(provider, ofOne)
  }
}

function isMapPart(part: AccountPart): part is MapPart {
  const { name, value, reading } = part
  const path = ['providers', name]
  const isEmpty =
    (value === null && isLeftEmpty(reading.findings.tree, path)) ||
    (isPlainMap(value) && Object.keys(value).length === 0)
  if (isEmpty) {
    const hint = 'Give its type and settings, or remove the line.'
    reading.findings.report('HS1009', path, `Nothing stands under the account "${name}".`, { part: 'key', hint })
    return false
  }
  if (isPlainMap(value)) return true
  reading.findings.report('HS1003', path, `The account "${name}" must be a map of its settings.`, {
    hint: 'Write type: and what else it needs below it.',
  })
  return false
}

function readOne(
  name: string,
  parts: readonly MapPart[],
  owners: Owners,
  context: AccountsContext,
): readonly LoadedAccount[] {
  const settings = parts.filter((part) => Object.keys(part.value).some((key) => key !== 'webhooks'))
  const [main, ...others] = settings
  owners.setAccount(name, (main ?? parts[0])?.reading.findings ?? neverEmpty())
  for (const other of others) reportSecondSettings(name, other, main)
  const definition = main === undefined ? missingType(name, parts, context) : findDefinition(name, main, context)
  if (main === undefined || definition === undefined) return []
  const reading = { ...main.reading, title: definition.title }
  const account = readAccount(name, main.value, definition, reading)
  const desired = readDesired(name, parts, definition, owners, context)
  return [{ ...account, definition, file: context.fileName(main.reading.findings.tree.file), desired }]
}

function neverEmpty(): never {
  throw new Error('An account without any part was grouped.')
}

function reportSecondSettings(name: string, other: MapPart, main: MapPart | undefined): void {
  const at = main?.reading.findings.position(['providers', name], 'key')
  const place = at === undefined ? '' : `, first at ${at.file}:${at.line}:${at.column}`
  other.reading.findings.report(
    'HS1007',
    ['providers', name],
    `The settings of the account "${name}" stand twice${place}.`,
    {
      part: 'key',
      hint: 'Keep them in one file; in the others the account has webhooks alone.',
    },
  )
}

function missingType(name: string, parts: readonly MapPart[], { isComplete, definitions }: AccountsContext): undefined {
  if (!isComplete) return undefined
  const types = definitions.map((definition) => definition.type).join(', ')
  parts[0]?.reading.findings.report('HS1006', ['providers', name, 'type'], `The account "${name}" has no type.`, {
    hint: `Write type: and one of ${types}, or load the file with its settings as well.`,
  })
  return undefined
}

function findDefinition(
  name: string,
  { value, reading }: MapPart,
  { definitions }: AccountsContext,
): ProviderDefinition | undefined {
  const path = ['providers', name, 'type']
  const types = definitions.map((definition) => definition.type)
  const known = `Known: ${types.join(', ')}.`
  if (!Object.hasOwn(value, 'type')) {
    reading.findings.report('HS1006', path, `The account "${name}" has no type.`, { hint: known })
    return undefined
  }
  const type = fillOption(value['type'] ?? null, path, reading)
  const definition = definitions.find((definition) => definition.type === type)
  if (definition === undefined && !reading.findings.isFaulted(path)) {
    const message =
      typeof type === 'string' ? `There is no account type ${showName(type)}.` : 'type must name a vendor.'
    const hint = typeof type === 'string' ? didYouMean(closest(type, types)) : undefined
    reading.findings.report('HS1013', path, message, { hint: hint ?? known })
  }
  return definition
}

function readDesired(
  name: string,
  parts: readonly MapPart[],
  definition: ProviderDefinition,
  owners: Owners,
  context: AccountsContext,
): readonly DesiredWebhook[] | undefined {
  const declaring = parts.filter((part) => Object.hasOwn(part.value, 'webhooks'))
  if (declaring.length === 0) return undefined
  return declaring.flatMap((part) => readPartWebhooks(name, part, definition, owners, context))
}

function readPartWebhooks(
  name: string,
  part: MapPart,
  definition: ProviderDefinition,
  owners: Owners,
  context: AccountsContext,
): readonly DesiredWebhook[] {
  const reading = { ...part.reading, title: definition.title }
  const { findings } = reading
  const file = context.fileName(findings.tree.file)
  return webhookEntries(name, part).flatMap(([key, value]) => {
    if (context.isOverruled(findings.tree.file, `${name}/${key}`)) return []
    const path = ['providers', name, 'webhooks', key]
    const earlier = owners.find(name, key)
    if (!hasValidName(key, path, findings)) return []
    if (earlier !== undefined) return reportSecondWebhook(name, key, findings, earlier)
    owners.setWebhook(name, key, findings)
    const webhook = readWebhook({ provider: name, key, value, file, definition }, reading)
    return webhook === undefined ? [] : [webhook]
  })
}

function webhookEntries(name: string, { value, reading }: MapPart): readonly (readonly [string, PlainValue])[] {
  const { findings } = reading
  const webhooks = value['webhooks'] ?? null
  const path = ['providers', name, 'webhooks']
  if (isPlainMap(webhooks)) return Object.entries(webhooks)
  if (webhooks === null) {
    const hint = 'Write {} if no webhook is wanted; without the line the account is never written.'
    findings.report('HS1009', path, `Nothing stands under webhooks of "${name}".`, { part: 'key', hint })
  } else {
    const hint = 'Give each webhook a name, a colon, and its fields below.'
    findings.report('HS1003', path, 'webhooks must be a map of names to webhooks.', { hint })
  }
  return []
}

function reportSecondWebhook(name: string, key: string, findings: Findings, earlier: Findings): readonly [] {
  const path = ['providers', name, 'webhooks', key]
  const { file, line, column } = earlier.position(path, 'key')
  findings.report(
    'HS1007',
    path,
    `The webhook "${key}" of "${name}" is declared twice, first at ${file}:${line}:${column}.`,
    {
      part: 'key',
      hint: 'Rename or remove one of the two.',
    },
  )
  return []
}

function reportTooMany(
  loaded: readonly LoadedAccount[],
  findingsOf: FindingsOf,
  { maxWebhooks }: AccountsContext,
): void {
  const all = loaded.flatMap((account) => account.desired ?? [])
  const surplus = all[maxWebhooks]
  if (surplus === undefined) return
  const path = ['providers', surplus.provider, 'webhooks', surplus.key]
  const limit = maxWebhooks.toLocaleString('en-US')
  findingsOf(surplus.provider, surplus.key)?.report(
    'HS1008',
    path,
    `${all.length.toLocaleString('en-US')} webhooks are declared; at most ${limit} are read.`,
    {
      part: 'key',
      hint: 'Split them into several projects.',
    },
  )
}
