import { entriesOf } from '../../core/canonical.ts'
import type { Fields } from '../../core/field.ts'
import { HiddenSecret } from '../../core/secret.ts'
import type { DesiredValue, DesiredValues, LiveValue, LiveValues } from '../../core/value.ts'
import { isRecord } from '../../providers/desired-fields.ts'
import { readReceiver } from '../../providers/receiver-url.ts'
import type { CtyObject } from '../cty/value.ts'
import { asLive, type Declared, readDeclared } from '../values/declared.ts'
import { listWriteOnly, type WriteOnly } from '../values/secret-versions.ts'
import type { WebhookType } from './webhook-type.ts'

/** What a state tells of a webhook, beside what a configuration declares now. */
export interface Former {
  /** As it was declared then; a write-only secret whose version is still the same counts as the same. */
  readonly fields: DesiredValues
  readonly fingerprints: Readonly<Record<string, string>>
  readonly writeOnly: readonly WriteOnly[]
}

/** What recalling takes: the declared fields, and fingerprints of what a vendor may hide. */
export interface Recalled {
  readonly definition: { readonly fields: Fields }
  readonly fingerprints: WebhookType['fingerprints']
}

/** Puts together what is remembered of a webhook by its state. */
export function recall(type: Recalled, declared: Declared, config: CtyObject, prior: CtyObject): Former {
  const writeOnly = listWriteOnly(type.definition.fields, config, prior)
  const kept = writeOnly.filter(({ state }) => state === 'kept')
  const then = readDeclared(type.definition.fields, prior).fields
  const fields = kept.reduce((known, { path }) => copyAt(known, declared.fields, path.split('.')), then)
  return { fields, fingerprints: type.fingerprints(fields), writeOnly }
}

function copyAt(to: DesiredValues, from: DesiredValues, [name = '', ...rest]: readonly string[]): DesiredValues {
  const value = from[name]
  if (value === undefined) return to
  if (rest.length === 0) return { ...to, [name]: value }
  const inner = copyAt(valuesOf(to[name]), valuesOf(value), rest)
  return { ...to, [name]: inner }
}

function valuesOf(value: DesiredValue | undefined): DesiredValues {
  return isRecord(value) ? value : {}
}

/** Shows a state as if it were live: what it does not hold in clear is hidden, and secret parameters leave its URL. */
export function showFormer(type: WebhookType, former: Former, declared: Declared, prior: CtyObject): LiveValues {
  const { fields } = type.definition
  const live: Record<string, LiveValue> = { ...asLive(former.fields) }
  for (const [name, field] of Object.entries(fields)) {
    const value = prior[name]
    if (field.presence === 'vendor' && typeof value === 'boolean') live[name] = value
  }
  for (const { path, state } of former.writeOnly) if (state !== 'kept') hideAt(live, path, declared.fields, fields)
  const { url } = live
  const params = Object.keys(valuesOf(declared.fields['url_params']))
  if (typeof url !== 'string') return live
  return { ...live, ...readReceiver(url, { secretParams: new Set(params), plainUrls: new Set() }) }
}

/** What is to be written anew differs from what was there, whatever that was. */
function hideAt(live: Record<string, LiveValue>, path: string, declared: DesiredValues, declarations: Fields): void {
  const [name = '', inner] = path.split('.')
  const kind = declarations[name]?.kind
  if (inner === undefined) {
    const hidden = new HiddenSecret('unreadable')
    const entries = declared[name]
    if (isRecord(entries)) live[name] = Object.fromEntries(Object.keys(entries).map((key) => [key, hidden]))
    // Which names it had stands in no state.
    else live[name] = kind === 'map' ? { '': hidden } : hidden
    return
  }
  const members = entriesOf(live[name])
  if (members.length > 0) live[name] = { ...Object.fromEntries(members), [inner]: new HiddenSecret('unreadable') }
}
