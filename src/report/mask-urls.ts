import type { Action } from '../core/action.ts'
import type { AccountPlan } from '../core/plan.ts'
import type { PlainValue } from '../core/value.ts'

/** Hides the secret parts of the URLs in a text. */
export type Mask = (text: string) => string

const mask = '[secret]'
const holdsUrl = /https?:\/\//iu
const password = /(https?:\/\/[^\s/?#@:]*):[^\s/?#@]*@/giu
const parameter = /[?&]([^\s=&?#]+)=/gu
const credentialName = /token|secret|passw|api[-_]?key|access[-_]?key|signature|credential|^(auth|key|sig|pwd|code)$/i

/**
 * Makes the mask for one account: parameters declared under `url_params` of any of its webhooks, parameters whose
 * name looks like a credential, and passwords. Live URLs of others may hold secrets that nobody declared.
 */
export function makeAccountMask(plan: AccountPlan): Mask {
  const declared = new Set(plan.actions.flatMap(declaredParameters))
  return (text) => maskUrls(text, (name) => declared.has(name) || credentialName.test(name))
}

/** Hides what looks like a credential; for URLs of webhooks that nobody declared. */
export const maskCredentials: Mask = (text) => maskUrls(text, (name) => credentialName.test(name))

/** Hides the value of every parameter; for texts whose account is not at hand. */
export const maskEveryParameter: Mask = (text) => maskUrls(text, () => true)

/** Hides what a mask hides in all strings of a value. */
export function maskValue(value: PlainValue, hide: Mask): PlainValue {
  if (typeof value === 'string') return hide(value)
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map((item) => maskValue(item, hide))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskValue(item, hide)]))
}

// Array.isArray does not narrow readonly arrays out of a union.
export function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value)
}

function declaredParameters(action: Action): readonly string[] {
  const parameters = action.desired?.fields['url_params']
  return typeof parameters === 'object' && parameters !== null ? Object.keys(parameters) : []
}

function maskUrls(text: string, isSecret: (name: string) => boolean): string {
  return holdsUrl.test(text) ? maskParameters(text.replace(password, `$1:${mask}@`), isSecret) : text
}

/** Wherever they stand behind a URL: a vendor may have taken spaces and quotes into one. */
function maskParameters(text: string, isSecret: (name: string) => boolean): string {
  const kept: string[] = []
  let end = 0
  for (const { 0: start, 1: name = '', index } of text.matchAll(parameter)) {
    if (index < end || !isSecret(decodeName(name))) continue
    const from = index + start.length
    kept.push(text.slice(end, from), mask)
    end = endOfValue(text, from)
  }
  return `${kept.join('')}${text.slice(end)}`
}

/** What ends a sentence or a quotation is left to it. */
function endOfValue(text: string, from: number): number {
  const rest = text.slice(from).search(/[\s&#]/u)
  let end = rest < 0 ? text.length : from + rest
  while (end > from && `"'<>),.`.includes(text.charAt(end - 1))) end -= 1
  return end
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}
