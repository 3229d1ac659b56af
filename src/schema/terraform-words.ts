import type { Field } from '../core/field.ts'
import { code, json, limitWords, patternWords } from './field-words.ts'
import type { Kind } from './kind-of.ts'
import { isSecret } from './terraform-secrets.ts'

/** Describes a field for those who write it as an attribute: what it is, what it takes, what leaving it out means. */
export function describeAttribute(field: Field): string {
  return sentences(
    field.doc,
    ...takesWords(field),
    presenceWords(field),
    field.change === 'replace' && field.presence !== 'vendor' ? 'A change makes a new webhook.' : undefined,
  )
}

/** Describes a field for those who only read it. */
export function describeShown(field: Field): string {
  return field.doc
}

/** Describes a setting of an account, with the environment variable that stands in for it. */
export function describeSetting(field: Field): string {
  const absence = field.absence?.means === 'default' ? `Default: ${json(field.absence.value)}.` : undefined
  const variable = field.env === undefined ? undefined : `Left out, it is read from ${code(field.env)}.`
  const need = field.presence === 'required' ? 'The account needs it.' : undefined
  return sentences(field.doc, ...takesWords(field), absence, need, variable)
}

/** Joins what is there to one paragraph. */
export function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ')
}

function presenceWords(field: Field): string | undefined {
  if (field.presence === 'required') return undefined
  // What is secret has no default to tell of: none at all is all it can be.
  if (isSecret(field)) return field.absence?.means === 'left-alone' ? 'Left out, it is left alone.' : undefined
  if (field.absence?.means === 'default') {
    return `${field.presence === 'vendor' ? 'Expected' : 'Default'}: ${json(field.absence.value)}.`
  }
  return field.absence?.means === 'left-alone' ? 'Left out, it is left alone.' : undefined
}

function takesWords(kind: Kind): readonly string[] {
  const limits = limitWords(kind)
  return [
    ...kindSentence(kind),
    ...limits.map((limit) => `${capitalize(limit)}.`),
    ...patternWords(kind).map((shape) => `It must be ${shape}.`),
    ...memberSentences(kind),
  ]
}

function kindSentence(kind: Kind): readonly string[] {
  if (kind.kind === 'url') return [`Takes ${kind.schemes.map((scheme) => code(`${scheme}://`)).join(' and ')}.`]
  return kind.kind === 'choice' ? [`One of ${kind.values.map(code).join(', ')}.`] : []
}

function memberSentences(kind: Kind): readonly string[] {
  if (kind.kind !== 'set' && kind.kind !== 'bag') return []
  if (kind.of.kind === 'event') return [`Known: ${kind.of.known.map(code).join(', ')}.`]
  return kind.of.kind === 'object' ? [] : takesWords(kind.of)
}

/** Starts a sentence. */
export function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
