import { isList } from '../core/canonical.ts'
import { compareText } from '../core/diagnostic.ts'
import type { Fields } from '../core/field.ts'
import { HiddenSecret, Secret, SecretSlot } from '../core/secret.ts'
import { listSlots } from '../core/secret-paths.ts'
import type { DesiredValue, DesiredValues } from '../core/value.ts'
import type { Fingerprinter } from './fingerprint.ts'

/** Whose fields are fingerprinted. */
export interface FieldsOwner {
  readonly account: string
  readonly webhook: string
}

/**
 * Computes the fingerprints of all that cannot be compared by value: each secret, and each field that the vendor does
 * not always show.
 */
export function fingerprintFields(
  fingerprint: Fingerprinter,
  declarations: Fields,
  fields: DesiredValues,
  owner: FieldsOwner,
): Readonly<Record<string, string>> {
  const secrets = listSlots(fields).flatMap(([path, slot]) => {
    const { value } = slot.finding
    const [name = '', ...inner] = path.split('.')
    // What is never shown is compared as a whole.
    if (inner.length > 0 && declarations[name]?.read === 'never') return []
    return value === undefined ? [] : [[path, fingerprint(value, { ...owner, field: path })] as const]
  })
  const unreadable = Object.entries(fields).flatMap(([name, value]) => {
    const declaration = declarations[name]
    const isShown = declaration === undefined || declaration.read === 'clear'
    if (isShown || value instanceof SecretSlot || value === null || isUnmade(name, value)) return []
    return [[name, fingerprint(new Secret(renderValue(value)), { ...owner, field: name })] as const]
  })
  return Object.fromEntries([...secrets, ...unreadable])
}

/** Whether a secret in a value is yet to be made. */
function isUnmade(name: string, value: DesiredValue): boolean {
  return listSlots({ [name]: value }).some(([, slot]) => slot.finding.value === undefined)
}

/** Renders a value with its secrets in clear, for the fingerprint only. */
function renderValue(value: DesiredValue): string {
  if (value instanceof SecretSlot) return JSON.stringify(value.finding.value?.reveal() ?? null)
  if (value instanceof Secret || value instanceof HiddenSecret) return 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(renderValue).join(',')}]`
  const entries = Object.entries(value).toSorted(([a], [b]) => compareText(a, b))
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${renderValue(inner)}`).join(',')}}`
}
