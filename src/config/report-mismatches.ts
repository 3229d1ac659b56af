import type { Field, Fields } from '../core/field.ts'
import type { DesiredValue } from '../core/value.ts'
import { accountOptions, webhookOptions } from '../schema/common-options.ts'
import type { Kind } from '../schema/kind-of.ts'
import { nameHint } from '../schema/patterns.ts'
import { findMismatches, type Mismatch } from '../schema/validator.ts'
import type { Reading } from './reading.ts'
import { showName } from './show-name.ts'
import type { Path } from './source-tree.ts'
import { closest, didYouMean } from './suggest.ts'

/** A value that a schema was compiled for. */
export interface Subject {
  /** Name of the validator. */
  readonly schema: string
  readonly value: Readonly<Record<string, DesiredValue>>
  readonly path: Path
  readonly fields: Fields
  /** Credentials, where it has any. */
  readonly auth?: Fields
  /** Names of the options it takes beside its fields. */
  readonly options: readonly string[]
  /** Completes "… has no key". */
  readonly noun: string
}

/** Reports where a value departs from its schema, in words made for the field it stands in. */
export function reportMismatches(subject: Subject, reading: Reading): void {
  for (const mismatch of findMismatches(reading.validators, subject.schema, subject.value)) {
    if (isEcho(mismatch, subject)) continue
    const steps = stepsOf(mismatch, subject.value)
    const path = [...subject.path, ...steps]
    if (!reading.findings.isFaulted(path)) explain({ mismatch, steps, path, subject, reading })
  }
}

interface Explained {
  readonly mismatch: Mismatch
  readonly steps: Path
  readonly path: Path
  readonly subject: Subject
  readonly reading: Reading
}

/** A choice between schemas complains once for each: only the branch that was meant is worth telling. */
function isEcho({ keyword, schemaPath, instancePath }: Mismatch, subject: Subject): boolean {
  if (keyword === 'anyOf' || keyword === 'if' || schemaPath.includes('/propertyNames/')) return true
  const isMapBranch = instancePath.startsWith('/previously') && typeof subject.value['previously'] === 'object'
  return schemaPath.includes(isMapBranch ? '/anyOf/0/' : '/anyOf/1/')
}

function stepsOf({ instancePath, keyword, params }: Mismatch, value: DesiredValue): Path {
  const steps = pointerSteps(instancePath, value)
  const named = {
    required: 'missingProperty',
    additionalProperties: 'additionalProperty',
    propertyNames: 'propertyName',
  }
  const param = Object.hasOwn(named, keyword) ? params[named[keyword as keyof typeof named]] : undefined
  return typeof param === 'string' ? [...steps, param] : steps
}

function pointerSteps(pointer: string, value: unknown): Path {
  let inner = value
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const step = Array.isArray(inner) ? Number(name) : name
      inner = typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined
      return step
    })
}

function explain(found: Explained): void {
  const { keyword } = found.mismatch
  if (keyword === 'required') return explainMissing(found)
  if (keyword === 'additionalProperties') return explainUnknownKey(found)
  const { path, reading } = found
  const words = keyword === 'propertyNames' ? nameWords(found) : valueWords(found)
  reading.findings.report('HS1003', path, words.message, {
    hint: words.hint,
    part: keyword === 'propertyNames' ? 'key' : 'value',
  })
}

function explainMissing({ steps, path, subject, reading }: Explained): void {
  const name = String(steps.at(-1))
  reading.findings.report('HS1006', path, `${name} is missing.`, { hint: knownHint(subject, steps) ?? 'Add it.' })
}

function explainUnknownKey({ steps, path, subject, reading }: Explained): void {
  const name = String(steps.at(-1))
  const parent = parentFields(subject, steps)
  const field = Object.hasOwn(parent.fields, name) ? parent.fields[name] : undefined
  if (field?.presence === 'vendor') {
    const message = `${reading.title} has no way to set ${name}.`
    return reading.findings.report('HS1005', path, message, { part: 'key', hint: `${field.doc} Remove the line.` })
  }
  const names = [...Object.keys(parent.fields), ...parent.options]
  const isCredential = subject.auth !== undefined && Object.hasOwn(subject.auth, name)
  const hint = isCredential
    ? `Put ${name} under auth.`
    : (didYouMean(closest(name, names)) ?? `Known: ${names.join(', ')}.`)
  reading.findings.report('HS1005', path, `${parent.noun} has no key ${showName(name)}.`, { part: 'key', hint })
}

interface Parent {
  readonly fields: Fields
  readonly options: readonly string[]
  readonly noun: string
}

function parentFields(subject: Subject, steps: Path): Parent {
  if (steps.length === 1) return subject
  const above = steps.slice(0, -1)
  const noun = renderSteps(above)
  if (above[0] === 'auth' || above[0] === 'previously') {
    return { fields: authOrFormer(subject, above[0]), options: [], noun }
  }
  const kind = declaredAt(subject, above)
  return { fields: kind?.kind === 'object' ? kind.fields : {}, options: [], noun }
}

function authOrFormer(subject: Subject, name: 'auth' | 'previously'): Fields {
  if (name === 'auth') return subject.auth ?? {}
  return Object.fromEntries(Object.entries(subject.fields).filter(([, field]) => field.identity === true))
}

interface Words {
  readonly message: string
  readonly hint?: string | undefined
}

function nameWords({ steps, subject }: Explained): Words {
  const kind = declaredAt(subject, steps.slice(0, -1))
  const name = showName(String(steps.at(-1)))
  if (kind?.kind !== 'map') return { message: `The name ${name} must ${nameHint}.` }
  const isReserved = kind.reservedKeys?.includes(String(steps.at(-1)).toLowerCase()) === true
  if (isReserved) return { message: `The name ${name} is reserved by the vendor.`, hint: 'Choose another name.' }
  return { message: `The name ${name} must be ${kind.keyPatternHint ?? 'of another form'}.` }
}

/** What each keyword asks for; completes "url must …". */
const demands: Readonly<Record<string, (params: Readonly<Record<string, unknown>>, kind: Kind | undefined) => string>> =
  {
    type: ({ type }) => `be ${typeWords(String(type))}`,
    minLength: ({ limit }) => (limit === 1 ? 'not be empty' : `have at least ${String(limit)} characters`),
    maxLength: ({ limit }) => `have at most ${String(limit)} characters`,
    minItems: ({ limit }) => (limit === 1 ? 'not be empty' : `have at least ${String(limit)} members`),
    maxItems: ({ limit }) => `have at most ${String(limit)} members`,
    minProperties: () => 'not be empty',
    maxProperties: ({ limit }) => `have at most ${String(limit)} entries`,
    exclusiveMinimum: ({ limit }) => `be more than ${String(limit)}`,
    enum: ({ allowedValues }) => `be one of ${listOf(allowedValues)}`,
    const: ({ allowedValue }) => `be ${String(allowedValue)}`,
    pattern: (_params, kind) => `be ${patternWords(kind)}`,
  }

function valueWords({ mismatch, steps, subject }: Explained): Words {
  const { keyword, params } = mismatch
  const kind = declaredAt(subject, steps)
  const value = valueAt(subject.value, steps)
  const option = optionWords(steps)
  const known = knownHint(subject, steps)
  if (option !== undefined) return { message: `${renderSteps(steps)} must be ${option}.`, hint: known }
  const demand = demands[keyword]?.(params, kind) ?? 'have another form'
  return { message: `${renderSteps(steps)} must ${demand}.`, hint: valueHint(keyword, value, params) ?? known }
}

/** What is said of a field or option anyway. */
function knownHint(subject: Subject, steps: Path): string | undefined {
  const kind = declaredAt(subject, steps)
  if (kind !== undefined && 'doc' in kind) return `${kind.doc}${exampleWords(String(steps.at(-1)), kind)}`
  const options = { ...accountOptions, ...webhookOptions }
  return options[String(steps[0])]?.doc
}

function exampleWords(name: string, { examples }: Field): string {
  const [example] = examples ?? []
  if (example === undefined) return ''
  return ` Example: ${name}: ${typeof example === 'string' ? example : JSON.stringify(example)}`
}

function optionWords(steps: Path): string | undefined {
  if (steps.length !== 1) return undefined
  if (steps[0] === 'overlap') return 'a span of time such as 30m, 2h or 1d'
  return steps[0] === 'base_url' ? 'an http or https URL' : undefined
}

function patternWords(kind: Kind | undefined): string {
  if (kind?.kind === 'url') return kind.patternHint ?? `an absolute ${kind.schemes.join(' or ')} URL`
  return kind?.kind === 'text' ? (kind.patternHint ?? 'of another form') : 'of another form'
}

function valueHint(
  keyword: string,
  value: DesiredValue | undefined,
  params: Readonly<Record<string, unknown>>,
): string | undefined {
  if (keyword === 'enum' && typeof value === 'string')
    return didYouMean(closest(value, listed(params['allowedValues'])))
  if (keyword !== 'type') return undefined
  if (params['type'] === 'boolean' && typeof value === 'string')
    return 'Write true or false without quotes; yes and no are text in YAML 1.2.'
  if (params['type'] === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return 'Put it in quotes.'
  if (params['type'] === 'array' && typeof value === 'string') return 'Write a list, such as [a, b].'
  return undefined
}

function typeWords(type: string): string {
  const words = {
    string: 'text',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map',
    number: 'a number',
    integer: 'a whole number',
  }
  return Object.hasOwn(words, type) ? words[type as keyof typeof words] : type
}

function listOf(values: unknown): string {
  return listed(values).join(', ')
}

function listed(values: unknown): readonly string[] {
  return Array.isArray(values) ? values.map(String) : []
}

function valueAt(value: DesiredValue, steps: Path): DesiredValue | undefined {
  let inner: unknown = value
  for (const step of steps) inner = typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined
  return inner as DesiredValue | undefined
}

/** Finds the declaration of the value at a path below a webhook or account. */
function declaredAt({ fields: own, auth = {} }: Subject, steps: Path): Field | Kind | undefined {
  const fields = steps[0] === 'auth' ? auth : own
  const [name, ...rest] = steps[0] === 'auth' || steps[0] === 'previously' ? withoutSplit(steps) : steps
  let kind: Kind | undefined = typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : undefined
  for (const step of rest) kind = kind === undefined ? undefined : innerKind(kind, step)
  return kind
}

function withoutSplit(steps: Path): Path {
  return steps[1] === 'plan' || steps[1] === 'apply' ? steps.slice(2) : steps.slice(1)
}

function innerKind(kind: Kind, step: string | number): Kind | undefined {
  if (kind.kind === 'set' || kind.kind === 'bag') return kind.of
  return kind.kind === 'object' && typeof step === 'string' && Object.hasOwn(kind.fields, step)
    ? kind.fields[step]
    : undefined
}

/** Renders steps the way people write them: `client_credentials.scope`, `events[2]`. */
function renderSteps(steps: Path): string {
  return steps
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('')
}
