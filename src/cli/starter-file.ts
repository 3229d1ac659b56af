import type { Field, Fields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import type { PlainValue } from '../core/value.ts'

export interface Starter {
  /** Vendors that get an account; where there are none, each gets one that is commented out. */
  readonly chosen: readonly ProviderDefinition[]
  readonly all: readonly ProviderDefinition[]
  readonly ledger: string
}

/** Renders a first `webhooks.yaml`. It can be planned as it is: without `webhooks:` an account is read, never written. */
export function renderStarter({ chosen, all, ledger }: Starter): string {
  const accounts = chosen.flatMap(renderAccount)
  const shown =
    accounts.length > 0 ? ['providers:', ...accounts] : comment(['providers:', ...all.flatMap(renderAccount)])
  return `${[...head(ledger), ...shown].join('\n')}\n`
}

/** Lists the environment variables that an account of the file reads. */
export function variablesOf({ type, settings, auth }: ProviderDefinition): readonly string[] {
  const texts = required(settings).filter(([, field]) => field.kind === 'text')
  return [...texts, ...required(auth)].map(([name, field]) => variable(type, name, field))
}

function head(ledger: string): readonly string[] {
  return [
    '# yaml-language-server: $schema=./node_modules/hooks-sync/schemas/webhooks.schema.json',
    'version: 1',
    '',
    '# What is owned here. It must outlive a checkout: commit it, or name a place that all runs share,',
    '# s3://bucket/prefix or ref+vault://mount/path.',
    `ledger: ${JSON.stringify(ledger)}`,
    '',
    '# Secrets lie in a file encrypted with age. Commit the file, never the key: `hooks-sync secrets init` makes both.',
    'stores:',
    '  local: { backend: age, file: secrets.age }',
    '# Tells whether a secret changed that a vendor does not show.',
    'fingerprint_key: ref+age://secrets.age#/hooks-sync/fingerprint_key',
    '',
  ]
}

function renderAccount(definition: ProviderDefinition): readonly string[] {
  const { type, title, settings, auth, fields } = definition
  return [
    `  # ${title}: ${definition.doc}`,
    `  ${type}:`,
    `    type: ${type}`,
    ...required(settings).flatMap(([name, field]) => renderSetting(type, name, field)),
    '    auth:',
    ...required(auth).map(([name, field]) => `      ${name}: ref+env://${variable(type, name, field)}`),
    '    # Without webhooks the account is read and never written.',
    ...comment(['webhooks:', '  example:', ...Object.entries(fields).flatMap((one) => renderField(type, one))], '    '),
    '',
  ]
}

function renderSetting(type: string, name: string, field: Field): readonly string[] {
  const value = field.kind === 'choice' ? (field.values[0] ?? '') : `"\${env:${variable(type, name, field)}}"`
  const choices = field.kind === 'choice' ? ` One of ${field.values.join(', ')}.` : ''
  return [`    # ${field.doc}${choices}`, `    ${name}: ${value}`]
}

/** An optional field is shown where there is something to show: an example, or where a secret goes. */
function renderField(type: string, [name, field]: readonly [string, Field]): readonly string[] {
  const value = exampleOf(type, name, field)
  return value === undefined ? [] : [`    # ${field.doc}`, `    ${name}: ${value}`]
}

function exampleOf(type: string, name: string, field: Field): string | undefined {
  if (field.kind === 'secret') {
    const ref = `ref+age://secrets.age#/${type}/${name}`
    return field.forms.includes('capture') ? `{ capture: "${ref}" }` : ref
  }
  const [example] = field.examples ?? []
  // What narrows a webhook down is not for everybody.
  const isShown = field.presence !== 'vendor' && field.absence?.means !== 'none'
  return example === undefined || !isShown ? undefined : renderFlow(example)
}

/** JSON is YAML; only what reads better without quotes loses them. */
function renderFlow(value: PlainValue): string {
  if (typeof value === 'string' && /^[A-Za-z][\w.:/-]*$/u.test(value)) return value
  if (Array.isArray(value)) return `[${value.map(renderFlow).join(', ')}]`
  return JSON.stringify(value)
}

function required(fields: Fields): readonly (readonly [string, Field])[] {
  return Object.entries(fields).filter(([, { presence }]) => presence === 'required')
}

/** The vendor's own name for it, where there is one. */
function variable(type: string, name: string, { env }: Field): string {
  return env ?? `${type}_${name}`.toUpperCase()
}

function comment(lines: readonly string[], indent = ''): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `${indent}# ${line}`))
}
