import { canonical, entriesOf, isEmptyValue, isList, plain } from './canonical.ts'
import type { Field, SecretKind } from './field.ts'
import { absentValue } from './field.ts'
import { maskUrl, shareUrl } from './import-url.ts'
import type { ProviderDefinition } from './provider.ts'
import { HiddenSecret, Secret } from './secret.ts'
import type { LiveValue, PlainValue } from './value.ts'
import type { LiveObject } from './webhook.ts'

/** One field of an imported webhook: a line that declares it, or a comment that says why it is not declared. */
export type ImportedField =
  | { readonly as: 'line'; readonly name: string; readonly value: PlainValue }
  | { readonly as: 'comment'; readonly name: string; readonly value?: PlainValue; readonly why: string }

export interface ImportedFields {
  readonly fields: readonly ImportedField[]
  /** Why the webhook cannot be declared as it stands. */
  readonly obstacle?: string
}

/** Stands where a reference has to be filled in. */
export const openReference = 'ref+…'

/**
 * Describes live objects, equal but for the event each stands for, as the fields of one declared webhook. No secret
 * is written, whether the vendor shows it or not; nor is anything in a URL that looks like one.
 */
export function importFields(definition: ProviderDefinition, objects: readonly LiveObject[]): ImportedFields {
  const [first] = objects
  if (first === undefined) return { fields: [] }
  const urls = Object.entries(definition.fields).flatMap(([name, field]) => {
    const value = first.fields[name]
    return field.kind === 'url' && typeof value === 'string' ? [shareUrl(value)] : []
  })
  const params = [...new Set([...urls.flatMap((url) => url.params), ...declaredParams(definition, first)])]
  const fields = Object.entries(definition.fields).flatMap(([name, field]) => {
    if (name === definition.fanOut) return [line(name, objects.map((object) => object.part).toSorted())]
    if (isParams(field)) return params.length === 0 ? [] : [line(name, references(params))]
    return importField(definition, name, field, first.fields[name])
  })
  const obstacle = obstacleOf(
    urls.some((url) => url.isCut),
    params,
  )
  return { fields, ...(obstacle === undefined ? {} : { obstacle }) }
}

function obstacleOf(isCut: boolean, params: readonly string[]): string | undefined {
  if (isCut) return 'Its URL holds what looks like a credential, which cannot be declared.'
  if (params.length === 0) return undefined
  const names = params.map((name) => `"${name}"`).join(', ')
  return `Its URL holds what looks like a credential (${names}): store the value, fill in the reference, then declare it.`
}

function isParams(field: Field): boolean {
  return field.kind === 'map' && field.secretsOnly === true
}

function declaredParams(definition: ProviderDefinition, live: LiveObject): readonly string[] {
  return Object.entries(definition.fields).flatMap(([name, field]) =>
    isParams(field) ? entriesOf(live.fields[name]).map(([param]) => param) : [],
  )
}

function references(names: readonly string[]): PlainValue {
  return Object.fromEntries(names.map((name) => [name, openReference]))
}

function importField(
  definition: ProviderDefinition,
  name: string,
  field: Field,
  live: LiveValue | undefined,
): readonly ImportedField[] {
  if (field.presence === 'vendor') return []
  if (field.kind === 'secret') return importSecret(definition, name, field, live)
  if (field.read === 'never') {
    return [{ as: 'comment', name, why: `${definition.title} does not show this field; left out, it stays as it is.` }]
  }
  if (isEmptyValue(live) && field.presence !== 'required') return []
  if (live === undefined || isDefaultSwitch(field, live)) return []
  if (!holdsSecret(live) && !declaresSecret(field)) return [line(name, importValue(field, live))]
  const why = 'It holds a secret: store that, fill in the reference, then declare the field.'
  return [{ as: 'comment', name, value: withoutSecrets(live, field), why }]
}

function line(name: string, value: PlainValue): ImportedField {
  return { as: 'line', name, value }
}

/** A switch that is as it would be anyway says nothing. */
function isDefaultSwitch(field: Field, live: LiveValue): boolean {
  return field.kind === 'boolean' && absentValue(field) === live
}

function importSecret(
  { title }: ProviderDefinition,
  name: string,
  { forms, read }: Field & SecretKind,
  live: LiveValue | undefined,
): readonly ImportedField[] {
  if (live === undefined && read !== 'never') return []
  const isMade = !forms.includes('ref')
  const value = isMade ? { capture: openReference } : openReference
  return [{ as: 'comment', name, value, why: secretWords(title, isMade, live) }]
}

function secretWords(title: string, isMade: boolean, live: LiveValue | undefined): string {
  if (isMade) return `${title} made it; name the place to store it.`
  if (live instanceof Secret) return `${title} holds one; store it there.`
  const isMasked = live instanceof HiddenSecret && live.reason === 'masked'
  return `${title} ${isMasked ? 'masks' : 'does not show'} it; store what receivers use there.`
}

/** Brings lists into one order; everything else stays as the vendor has it, save credentials in URLs. */
function importValue(field: Field, live: LiveValue): PlainValue {
  if (field.kind === 'url' && typeof live === 'string') return shareUrl(live).shown
  return field.kind === 'set' || field.kind === 'bag' ? withoutNulls(canonical(field, live)) : plain(live)
}

function withoutNulls(value: PlainValue): PlainValue {
  if (isList(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const present = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(present.map(([name, inner]) => [name, withoutNulls(inner)]))
}

function holdsSecret(live: LiveValue): boolean {
  if (live instanceof Secret || live instanceof HiddenSecret) return true
  return isList(live) ? live.some(holdsSecret) : entriesOf(live).some(([, inner]) => holdsSecret(inner))
}

function declaresSecret(field: Field): boolean {
  return field.kind === 'object' && Object.values(field.fields).some((member) => member.kind === 'secret')
}

/** Shows what can be shown, with a place to fill in for each secret that has to be declared. */
function withoutSecrets(live: LiveValue, field?: Field): PlainValue {
  if (live instanceof Secret || live instanceof HiddenSecret) return openReference
  if (typeof live === 'string') return maskUrl(live)
  if (isList(live)) return live.map((item) => withoutSecrets(item))
  if (typeof live !== 'object' || live === null) return live
  const shown = entriesOf<LiveValue>(live).map(([name, inner]) => [name, withoutSecrets(inner)] as const)
  const asked = Object.entries(field?.kind === 'object' ? field.fields : {}).flatMap(([name, member]) =>
    member.kind === 'secret' && member.presence === 'required' ? [[name, openReference] as const] : [],
  )
  return Object.fromEntries([...shown, ...asked])
}
