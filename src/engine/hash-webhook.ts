import { createHash } from 'node:crypto'
import { isList } from '../core/canonical.ts'
import { compareText } from '../core/diagnostic.ts'
import { HiddenSecret, Secret, SecretSlot } from '../core/secret.ts'
import type { DesiredValue, DesiredValues, PlainValue } from '../core/value.ts'
import type { DesiredWebhook } from '../core/webhook.ts'

/** Hashes what a webhook declares; a secret counts by its reference, never by its value. */
export function hashWebhook(webhook: DesiredWebhook): string {
  return hashFields(webhook.fields)
}

/** Hashes declared fields in the same way. */
export function hashFields(fields: DesiredValues): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(fields)))
    .digest('hex')
    .slice(0, 32)
}

function sorted(value: DesiredValue): PlainValue {
  if (value instanceof SecretSlot) return [value.source.form, value.source.ref]
  if (value instanceof Secret || value instanceof HiddenSecret) return '[secret]'
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) {
    const items = value.map((item) => sorted(item))
    return items.toSorted((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)))
  }
  const entries = Object.entries(value).toSorted(([a], [b]) => compareText(a, b))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}
