import type { Position } from '../core/diagnostic.ts'
import { type Fields, identityFields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import type { DesiredValue, DesiredValues, PlainValue } from '../core/value.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import { webhookOptions } from '../schema/common-options.ts'
import { validatorName } from '../schema/validator.ts'
import { isPlainMap, readFields, readText } from './read-fields.ts'
import type { Reading } from './reading.ts'
import { reportMismatches } from './report-mismatches.ts'
import { isLeftEmpty, type Path } from './source-tree.ts'

type Values = Readonly<Record<string, DesiredValue>>

const optionNames = Object.keys(webhookOptions)

export interface WebhookSource {
  readonly provider: string
  readonly key: string
  readonly value: PlainValue
  /** File that declares it, as the ledger names it. */
  readonly file: string
  readonly definition: ProviderDefinition
}

/** Reads one declared webhook; undefined where it is not even a map. */
export function readWebhook(source: WebhookSource, reading: Reading): DesiredWebhook | undefined {
  const { provider, key, value, definition } = source
  const path = ['providers', provider, 'webhooks', key]
  if (!isPlainMap(value)) return refuseShape(key, value, path, reading)
  const { fields, options } = split(value, path, definition, reading)
  const all = { ...fields, ...options }
  reportMismatches(
    {
      schema: validatorName(definition.type, 'webhook'),
      value: all,
      path,
      fields: definition.fields,
      options: optionNames,
      noun: `A ${definition.title} webhook`,
    },
    reading,
  )
  if (!reading.findings.hasFaultWithin(path)) reportOwnRules(fields, path, definition, reading)
  return {
    provider,
    key,
    fields,
    file: source.file,
    at: reading.findings.position(path, 'key'),
    ...readOptions(options),
  }
}

function refuseShape(key: string, value: PlainValue, path: Path, reading: Reading): undefined {
  if (value === null && isLeftEmpty(reading.findings.tree, path)) {
    reading.findings.report('HS1009', path, `Nothing stands under the webhook "${key}".`, {
      part: 'key',
      hint: 'Declare its fields, or remove the line.',
    })
  } else {
    reading.findings.report('HS1003', path, `The webhook "${key}" must be a map of its fields.`, {
      hint: 'Write url: and what else it needs below it.',
    })
  }
  return undefined
}

interface Parts {
  readonly fields: Values
  readonly options: Values
}

function split(
  value: Readonly<Record<string, PlainValue>>,
  path: Path,
  definition: ProviderDefinition,
  reading: Reading,
): Parts {
  const fields: Record<string, PlainValue> = {}
  const options: Record<string, DesiredValue> = {}
  for (const [name, item] of Object.entries(value)) {
    const isOption = Object.hasOwn(webhookOptions, name) && !Object.hasOwn(definition.fields, name)
    if (isOption) options[name] = readOption(name, item, [...path, name], definition, reading)
    else fields[name] = item
  }
  return { fields: readFields(definition.fields, fields, path, reading), options }
}

function readOption(
  name: string,
  value: PlainValue,
  path: Path,
  definition: ProviderDefinition,
  reading: Reading,
): DesiredValue {
  if (value === null) {
    reading.findings.report('HS1009', path, `Nothing stands after ${name}.`, {
      part: 'key',
      hint: 'Give a value, or remove the line.',
    })
    return value
  }
  if (name === 'previously' && isPlainMap(value)) return readFields(formerFields(definition), value, path, reading)
  return readText(value, path, reading)
}

function formerFields(definition: ProviderDefinition): Fields {
  const names = new Set(identityFields(definition.fields))
  return Object.fromEntries(Object.entries(definition.fields).filter(([name]) => names.has(name)))
}

function reportOwnRules(fields: DesiredValues, path: Path, definition: ProviderDefinition, reading: Reading): void {
  for (const { path: steps, severity, message, hint } of definition.check?.(fields) ?? []) {
    reading.findings.report('HS1012', [...path, ...steps], message, { severity, hint })
  }
}

function readOptions(
  options: Values,
): Omit<DesiredWebhook, 'provider' | 'key' | 'fields' | 'file' | 'at'> & { readonly at?: Position } {
  const { overlap, previously } = options
  return {
    protected: options['protected'] === true,
    allowGap: options['allow_gap'] === true,
    abandon: options['abandon'] === true,
    ...(typeof overlap === 'string' ? { overlap: milliseconds(overlap) } : {}),
    ...(typeof previously === 'string' || isValues(previously) ? { previously } : {}),
  }
}

function isValues(value: DesiredValue | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function milliseconds(duration: string): number {
  return Number(duration.slice(0, -1)) * (units[duration.slice(-1)] ?? 0)
}
