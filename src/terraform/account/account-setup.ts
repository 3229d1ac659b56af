import { type AccountSettings, readAccount } from '../../config/read-account.ts'
import type { Path } from '../../config/source-tree.ts'
import type { Field, Fields } from '../../core/field.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import { Secret } from '../../core/secret.ts'
import type { PlainValue } from '../../core/value.ts'
import { type CtyObject, type CtyValue, isObject } from '../cty/value.ts'
import { fault, reword } from '../diagnostics.ts'
import { type AttributeFinding, AttributeFindings, makeReading, placeholder } from '../findings/attribute-findings.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import { hasUnknown } from '../values/known.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Tells whether a variable of the environment switches something on. */
export function isOn(env: Environment, name: string): boolean {
  return !['', '0', 'false'].includes((env[name] ?? '').toLowerCase())
}

/** What the provider block and the environment say about the account of one vendor. */
export type AccountSetup =
  | {
      readonly state: 'ready'
      readonly settings: AccountSettings
      readonly credentials: Readonly<Record<string, Secret>>
    }
  /** Something that it takes is known only later. */
  | { readonly state: 'unknown'; readonly diagnostics: readonly ProviderDiagnostic[] }
  /** Nothing can be done with it; `isConfigured` where the provider block names it all the same. */
  | { readonly state: 'unusable'; readonly isConfigured: boolean; readonly diagnostics: readonly ProviderDiagnostic[] }

/** Reads the account of one vendor: its attribute of the provider block, and the environment for what that leaves out. */
export function setUpAccount(definition: ProviderDefinition, config: CtyObject, env: Environment): AccountSetup {
  const given = config[definition.type] ?? null
  if (hasUnknown(given)) return { state: 'unknown', diagnostics: [notKnown(definition)] }
  const block = isObject(given) ? given : {}
  const settings = collect(definition.settings, block, env)
  const credentials = collect(definition.auth, block, env)
  const isConfigured = isObject(given)
  const isMentioned = isConfigured || Object.keys(settings).length + Object.keys(credentials).length > 0
  if (!isMentioned) return { state: 'unusable', isConfigured, diagnostics: [notConfigured(definition)] }
  const { read, errors } = readSettings(definition, block, { settings, credentials })
  if (errors.length > 0) {
    return { state: 'unusable', isConfigured, diagnostics: errors.map((finding) => explain(definition, finding)) }
  }
  const secrets = Object.entries(credentials).map(([name, text]) => [name, new Secret(text)] as const)
  return { state: 'ready', settings: read, credentials: Object.fromEntries(secrets) }
}

/** Checks what a provider block says, before it is known what the environment adds. */
export function checkAccount(definition: ProviderDefinition, config: CtyObject): readonly ProviderDiagnostic[] {
  const block = config[definition.type] ?? null
  if (!isObject(block) || hasUnknown(block)) return []
  const settings = collect(definition.settings, block, {})
  const credentials = collect(definition.auth, block, {})
  const { errors } = readSettings(definition, block, { settings, credentials })
  return errors.filter(({ code }) => code !== 'HS1006').map((finding) => explain(definition, finding))
}

interface Given {
  readonly settings: Readonly<Record<string, string>>
  readonly credentials: Readonly<Record<string, string>>
}

function readSettings(definition: ProviderDefinition, block: CtyObject, { settings, credentials }: Given) {
  const findings = new AttributeFindings()
  const read = readAccount(
    definition.type,
    {
      type: definition.type,
      ...settings,
      ...optionOf(block, 'base_url'),
      ...optionOf(block, 'rate_limit'),
      prune: 'none',
      auth: Object.fromEntries(Object.keys(credentials).map((name) => [name, placeholder])),
    },
    definition,
    makeReading(definition, findings, false),
  )
  return { read, errors: findings.found.filter(({ severity }) => severity === 'error') }
}

function optionOf(block: CtyObject, name: string): Readonly<Record<string, PlainValue>> {
  const value = block[name]
  if (typeof value === 'string') return { [name]: value }
  return typeof value === 'number' || typeof value === 'bigint' ? { [name]: Number(value) } : {}
}

function collect(fields: Fields, block: CtyObject, env: Environment): Readonly<Record<string, string>> {
  const entries = Object.entries(fields).flatMap(([name, field]) => {
    const value = textOf(block[name]) ?? environmentValue(field, env)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

function textOf(value: CtyValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function environmentValue({ env: name }: Field, env: Environment): string | undefined {
  const value = name === undefined ? undefined : env[name]
  return value === '' ? undefined : value
}

function notKnown({ type, title }: ProviderDefinition): ProviderDiagnostic {
  return fault(
    `The ${title} account is not known yet.`,
    `Something in \`${type}\` of the provider block is known only after other resources are applied. Apply those first, with -target, or give the values directly. A data source waits for them with \`depends_on\`.`,
  )
}

function notConfigured({ type, title, auth, settings }: ProviderDefinition): ProviderDiagnostic {
  const names = Object.values({ ...settings, ...auth }).flatMap(({ env }) => env ?? [])
  return fault(
    `No ${title} account is configured.`,
    `Set \`${type}\` in the provider block, or ${names.join(', ')} in the environment.`,
  )
}

function explain(
  { type, settings, auth }: ProviderDefinition,
  { path, message, hint }: AttributeFinding,
): ProviderDiagnostic {
  const steps = attributePath(type, path)
  const name = steps.length > 1 ? String(steps[1]) : ''
  const variable = { ...settings, ...auth }[name]?.env
  const more = variable === undefined ? '' : `It may also come from ${variable} in the environment.`
  return fault(reword(message), [reword(hint ?? ''), more].filter((part) => part !== '').join(' '), steps)
}

/** In a configuration of the engine, credentials stand beside the settings. */
function attributePath(type: string, path: Path): readonly (string | number)[] {
  const [first, ...rest] = path.slice(2)
  if (first === undefined) return [type]
  return first === 'auth' ? [type, ...rest] : [type, first, ...rest]
}
