import type { Fields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { SecretSlot } from '../core/secret.ts'
import type { DesiredValue, DesiredValues, PlainValue } from '../core/value.ts'
import type { Account } from '../core/webhook.ts'
import { accountOptions } from '../schema/common-options.ts'
import { accountSettings } from '../schema/json-schema.ts'
import { validatorName } from '../schema/validator.ts'
import { isPlainMap, readFields, readText, withDefaults } from './read-fields.ts'
import type { Reading } from './reading.ts'
import { reportMismatches } from './report-mismatches.ts'
import type { Path } from './source-tree.ts'

type Values = Record<string, DesiredValue>
type Slots = Readonly<Record<string, SecretSlot>>

/** The credentials of an account, for reading and for writing. */
export interface AccountAuth {
  readonly plan: Slots
  readonly apply: Slots
}

/** An account without its webhooks. */
export interface AccountSettings {
  readonly account: Account
  readonly auth: AccountAuth
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly rateLimit?: number
}

/** Reads the settings of one account. */
export function readAccount(
  name: string,
  value: Readonly<Record<string, PlainValue>>,
  definition: ProviderDefinition,
  reading: Reading,
): AccountSettings {
  const path = ['providers', name]
  const fields = accountSettings(definition)
  const options = readOptions(value, path, fields, definition, reading)
  const declared = Object.entries(value).filter(([key]) => !isOption(key, fields))
  const settings = readFields(fields, Object.fromEntries(declared), path, reading)
  reportMismatches(
    {
      schema: validatorName(definition.type, 'account'),
      value: { ...settings, ...options },
      path,
      fields,
      auth: definition.auth,
      options: ['type', ...Object.keys(accountOptions)],
      noun: `A ${definition.title} account`,
    },
    reading,
  )
  return assemble(name, settings, options, definition, reading)
}

function assemble(
  name: string,
  read: Values,
  options: Values,
  definition: ProviderDefinition,
  reading: Reading,
): AccountSettings {
  const settings = withoutTrailingSlashes(withDefaults(accountSettings(definition), read), definition.settings)
  const baseUrl = withoutTrailingSlash(baseUrlOf(options, settings, definition))
  const { prune, rate_limit: rateLimit } = options
  return {
    account: {
      name,
      type: definition.type,
      settings,
      identity: identityOf(baseUrl, settings, definition),
      prune: prune === 'none' || prune === 'all' ? prune : 'owned',
      at: reading.findings.position(['providers', name], 'key'),
    },
    auth: authOf(options['auth']),
    baseUrl,
    ...(typeof rateLimit === 'number' ? { rateLimit } : {}),
  }
}

function isOption(name: string, fields: Fields): boolean {
  return (name === 'type' || Object.hasOwn(accountOptions, name)) && !Object.hasOwn(fields, name)
}

function readOptions(
  value: Readonly<Record<string, PlainValue>>,
  path: Path,
  fields: Fields,
  definition: ProviderDefinition,
  reading: Reading,
): Values {
  const read: Values = {}
  for (const [name, option] of Object.entries(value)) {
    if (name === 'webhooks' || !isOption(name, fields)) continue
    const place = [...path, name]
    read[name] =
      name === 'auth' ? readAuth(option, place, definition, reading) : readOption(name, option, place, reading)
  }
  return read
}

function readOption(name: string, value: PlainValue, path: Path, reading: Reading): PlainValue {
  if (value === null) {
    const hint = 'Give a value, or remove the line.'
    reading.findings.report('HS1009', path, `Nothing stands after ${name}.`, { part: 'key', hint })
  }
  return readText(value, path, reading)
}

function readAuth(value: PlainValue, path: Path, definition: ProviderDefinition, reading: Reading): DesiredValue {
  if (value === null) {
    const hint = `Name ${Object.keys(definition.auth).join(', ')} below it.`
    reading.findings.report('HS1009', path, 'Nothing stands under auth.', { part: 'key', hint })
    return value
  }
  if (!isPlainMap(value)) return value
  if (!isSplit(value)) return readFields(definition.auth, value, path, reading)
  reportMissingHalf(value, path, reading)
  const halves = Object.entries(value).map(([half, fields]) => {
    const isHalf = (half === 'plan' || half === 'apply') && isPlainMap(fields)
    return [half, isHalf ? readFields(definition.auth, fields, [...path, half], reading) : fields] as const
  })
  return Object.fromEntries(halves)
}

/** Which credential another run would use must not be a guess. */
function reportMissingHalf(value: Readonly<Record<string, PlainValue>>, path: Path, reading: Reading): void {
  const missing = ['plan', 'apply'].find((half) => !Object.hasOwn(value, half))
  if (missing === undefined) return
  const given = missing === 'plan' ? 'apply' : 'plan'
  reading.findings.report('HS1006', [...path, missing], `auth has ${given} and no ${missing}.`, {
    hint: `Give both, or put the credentials right under auth: then plan and apply use the same ones.`,
  })
}

function isSplit(value: Readonly<Record<string, unknown>>): boolean {
  return 'plan' in value || 'apply' in value
}

function authOf(value: DesiredValue | undefined): AccountAuth {
  if (!isValues(value)) return { plan: {}, apply: {} }
  if (!isSplit(value)) return { plan: slotsOf(value), apply: slotsOf(value) }
  return { plan: slotsOf(value['plan']), apply: slotsOf(value['apply']) }
}

function slotsOf(value: DesiredValue | undefined): Slots {
  if (!isValues(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, SecretSlot] => entry[1] instanceof SecretSlot),
  )
}

function isValues(value: DesiredValue | undefined): value is DesiredValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SecretSlot)
}

function baseUrlOf(options: Values, settings: DesiredValues, definition: ProviderDefinition): string {
  const declared = options['base_url']
  if (typeof declared === 'string') return declared
  return definition.baseUrl.replaceAll(/\{(\w+)\}/gu, (_found, name: string) => {
    const value = settings[name]
    return typeof value === 'string' ? value : ''
  })
}

/** What two accounts must differ in: where their API is and what the vendor tells them apart by; never a credential. */
function identityOf(
  baseUrl: string,
  settings: DesiredValues,
  definition: ProviderDefinition,
): Readonly<Record<string, string>> {
  const named = definition.accountIdentity.flatMap((name) => {
    const value = settings[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return { base_url: canonicalUrl(baseUrl), ...Object.fromEntries(named) }
}

function canonicalUrl(url: string): string {
  if (!URL.canParse(url)) return url
  const { origin, pathname } = new URL(url)
  return withoutTrailingSlash(`${origin}${pathname}`)
}

function withoutTrailingSlashes(values: Values, fields: Fields): Values {
  const entries = Object.entries(values).map(([name, value]) => {
    const isUrl = typeof value === 'string' && Object.hasOwn(fields, name) && fields[name]?.kind === 'url'
    return [name, isUrl ? withoutTrailingSlash(value) : value] as const
  })
  return Object.fromEntries(entries)
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/u, '')
}
