import type { PlainValue } from '../core/value.ts'
import type { Kind, KindOf } from './kind-of.ts'

const words: { readonly [K in Kind['kind']]: (kind: KindOf<K>) => string } = {
  text: () => 'text',
  url: (kind) => `${kind.schemes.join(' or ')} URL`,
  event: () => 'event',
  choice: (kind) => kind.values.map(code).join(', '),
  boolean: () => '`true` or `false`',
  set: (kind) => `set of ${kindWords(kind.of)}`,
  bag: (kind) => `list of ${kindWords(kind.of)}, in any order`,
  map: (kind) => `map of names to ${mapValueWords(kind)}`,
  object: (kind) => `map of ${Object.keys(kind.fields).map(code).join(', ')}`,
  secret: (kind) => kind.forms.map((form) => secretWords[form]).join(' or '),
}

const secretWords = {
  ref: 'secret reference',
  generate: '`{ from, generate }`',
  capture: '`{ capture: reference }`',
} as const

/** Says in words what a kind of value takes, such as "set of event (at least 1 member)". */
export function kindWords(kind: Kind): string {
  // The map is total over kinds; TypeScript cannot follow that the entry found belongs to this very kind.
  const render = words[kind.kind] as (kind: Kind) => string
  const limits = [...limitWords(kind), ...patternWords(kind)]
  return limits.length === 0 ? render(kind) : `${render(kind)} (${limits.join('; ')})`
}

/** Says in words what a kind of value is limited to, such as "at most 742 characters". */
export function limitWords(kind: Kind): readonly string[] {
  switch (kind.kind) {
    case 'text':
      return known(bound(kind.minLength, kind.maxLength, 'characters'))
    case 'url':
      return known(bound(undefined, kind.maxLength, 'characters'))
    case 'set':
    case 'bag':
      return known(bound(kind.minItems, kind.maxItems, 'members'))
    case 'map':
      return known(bound(undefined, kind.maxEntries, 'entries'))
    case 'event':
    case 'choice':
    case 'boolean':
    case 'object':
    case 'secret':
      return []
  }
}

function mapValueWords(kind: KindOf<'map'>): string {
  if (kind.secretsOnly === true) return 'secret references or `{ from, generate }`'
  return kind.secrets ? 'texts, secret references or `{ from, generate }`' : 'texts'
}

/** Says in words what shape a kind of value must have; completes "must be …". */
export function patternWords(kind: Kind): readonly string[] {
  return kind.kind === 'text' || kind.kind === 'url' ? known(kind.patternHint) : []
}

function known(...parts: readonly (string | undefined)[]): readonly string[] {
  return parts.filter((part) => part !== undefined)
}

function bound(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (most !== undefined) return least === undefined ? `at most ${most} ${unit}` : `${least} to ${most} ${unit}`
  return least === undefined || least === 0
    ? undefined
    : `at least ${least} ${least === 1 ? unit.replace(/s$|(?<=entr)ies$/, '') : unit}`
}

/** Sets a text as Markdown code. */
export function code(text: string): string {
  return `\`${text}\``
}

/** Renders a value as Markdown code: a text as it is, the rest as JSON. */
export function json(value: PlainValue): string {
  return code(typeof value === 'string' ? value : JSON.stringify(value))
}
