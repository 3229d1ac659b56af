import { actionKinds, type SecretGround } from '../core/action.ts'
import { driftRisks } from '../core/drift.ts'
import type { DriftDocument } from './drift-model.ts'
import { driftClasses } from './drift-words.ts'
import { isRecord, parseJson } from './parse-json.ts'

/** Names the first place of a value that is not as it must be; undefined where all is. */
type Check = (value: unknown, place: string) => string | undefined

/**
 * Reads the JSON of a drift run; a text says what is wrong with it. All that reports of it show is looked at: the file
 * may come from a machine that is trusted less than this one.
 */
export function parseDriftDocument(text: string): DriftDocument | string {
  const value = parseJson(text)
  if (!isRecord(value) || value['command'] !== 'drift') return 'it is no JSON report of drift'
  if (isDeep(value)) return 'it is nested deeper than drift writes it'
  const wrong = document(value, '')
  // The check has looked at every field of the type.
  return wrong === undefined ? (value as unknown as DriftDocument) : `${wrong} is not as drift writes it`
}

const string: Check = (value, place) => (typeof value === 'string' ? undefined : place)
const truth: Check = (value, place) => (value === true ? undefined : place)
const boolean: Check = (value, place) => (typeof value === 'boolean' ? undefined : place)
const count: Check = (value, place) => (Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : place)

function optional(check: Check): Check {
  return (value, place) => (value === undefined ? undefined : check(value, place))
}

function oneOf(known: readonly string[]): Check {
  return (value, place) => (known.some((one) => one === value) ? undefined : place)
}

function list(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return place
    return first(value.map((item: unknown, at) => () => check(item, `${place}[${at}]`)))
  }
}

function mapOf(check: Check): Check {
  return (value, place) => {
    if (!isRecord(value)) return place
    return first(
      Object.entries(value).map(
        ([name, item]) =>
          () =>
            check(item, inside(place, name)),
      ),
    )
  }
}

function shape(fields: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    if (!isRecord(value)) return place
    return first(
      Object.entries(fields).map(
        ([name, check]) =>
          () =>
            check(value[name], inside(place, name)),
      ),
    )
  }
}

const texts = list(string)
const at = optional(shape({ file: string, line: count, column: count }))
const about = { provider: string, type: string }
const live = { id: string, url: optional(string) }
const keys = list(shape({ ...about, key: string }))

const order = optional(oneOf(['create-first', 'delete-first']))
const verdict = shape({ path: string, secret: oneOf(['same', 'differs', 'unknown', 'write', 'capture']) })
const plainChange = shape({ path: string, effect: oneOf(['in-place', 'replace', 'none']) })

const change: Check = (value, place) =>
  isRecord(value) && 'secret' in value ? verdict(value, place) : plainChange(value, place)

const ground = oneOf([
  'shown',
  'absent',
  'fingerprint',
  'never-declared',
  'not-in-vault',
  'interrupted',
  'cleared',
  'clearing',
  'no-key',
  'other-key',
  'no-fingerprint',
] satisfies readonly SecretGround[])

const action = shape({
  ...about,
  key: string,
  kind: oneOf(actionKinds),
  ids: texts,
  changes: list(change),
  order,
  reason: optional(string),
  takes_over: optional(truth),
  moved_from: optional(string),
  gap: optional(string),
})

const remedy = shape({
  kind: oneOf([...actionKinds, 'forget', 'none']),
  order,
  deletes: count,
  risk: oneOf(driftRisks),
  risks: texts,
  gap: optional(string),
  takes_over: optional(truth),
  reason: optional(string),
  refused_by: optional(list(shape({ code: string, flag: optional(string) }))),
})

const known = {
  fingerprint: string,
  class: oneOf(driftClasses),
  provider: string,
  key: optional(string),
  id: optional(string),
}

const finding = shape({
  ...known,
  type: string,
  changes: list(change),
  counted: boolean,
  ids: optional(texts),
  scope: optional(string),
  url: optional(string),
  reason: optional(string),
  since: optional(string),
  since_from: optional(oneOf(['vendor', 'ledger'])),
  at,
  grounds: optional(mapOf(shape({ ground: optional(ground), plain: optional(truth) }))),
  apply: remedy,
  state: optional(oneOf(['new', 'known'])),
  first_seen: optional(string),
})

const readAccount = shape({
  ...about,
  title: string,
  at,
  webhooks: count,
  in_line: texts,
  live: optional(count),
  managed: optional(count),
  scopes: optional(texts),
  classes: mapOf(count),
})

const account: Check = (value, place) =>
  isRecord(value) && value['read'] === false
    ? shape({ provider: string })(value, place)
    : (shape({ read: truth })(value, place) ?? readAccount(value, place))

const run = shape({
  tool_version: string,
  finished_at: string,
  shard: optional(shape({ index: count, count })),
  narrowed: optional(truth),
  files: optional(texts),
  directory: optional(string),
  repository: optional(shape({ url: webAddress, revision: string })),
})

const document = shape({
  format_version: string,
  summary: shape(Object.fromEntries([...actionKinds, 'unmanaged', 'duplicates'].map((name) => [name, count]))),
  actions: list(action),
  unmanaged: list(shape({ ...about, ...live })),
  duplicates: list(shape({ ...about, key: optional(string), kept: string, twins: list(shape(live)) })),
  out_of_scope: keys,
  orphaned: keys,
  abandoned: keys,
  refusals: list(
    shape({
      code: string,
      message: string,
      hint: optional(string),
      count: optional(count),
      limit: optional(count),
      flag: optional(string),
      provider: string,
      key: optional(string),
    }),
  ),
  calls: count,
  expected_calls: optional(count),
  diagnostics: list(
    shape({
      code: string,
      severity: oneOf(['error', 'warning']),
      message: string,
      hint: optional(string),
      at,
      provider: optional(string),
      key: optional(string),
    }),
  ),
  run: optional(run),
  counted_classes: list(oneOf(driftClasses)),
  accounts: list(account),
  drift: list(finding),
  history: optional(
    shape({
      runs: count,
      last_run_at: optional(string),
      new: count,
      known: count,
      resolved: list(shape({ ...known, first_seen: string })),
    }),
  ),
})

/** Reports link there: nothing but a page of the web may be meant. */
function webAddress(value: unknown, place: string): string | undefined {
  return typeof value === 'string' && /^https?:\/\//u.test(value) && URL.canParse(value) ? undefined : place
}

/** Lazy, so that what is wrong late in a long list costs no more than the list. */
function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const wrong = check()
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Values of fields may be anything, but no vendor nests as deep as this; rendering goes as deep as what it is given. */
const deepest = 64

function isDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}

function inside(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`
}
