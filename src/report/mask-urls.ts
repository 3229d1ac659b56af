import type { Action } from '../core/action.ts'
import type { AccountPlan } from '../core/plan.ts'
import type { PlainValue } from '../core/value.ts'

/** Hides the secret parts of the URLs in a text. */
export type Mask = (text: string) => string

const mask = '[secret]'
// Whatever stands in a URL belongs to it, save for quotes that it stands in; a vendor may have taken anything.
const urlInText = /https?:\/\/\S*[^\s"'<>),.]/gi
const credentialName = /token|secret|passw|api[-_]?key|access[-_]?key|signature|credential|^(auth|key|sig|pwd|code)$/i

/**
 * Makes the mask for one account: parameters declared under `url_params` of any of its webhooks, parameters whose
 * name looks like a credential, and passwords. Live URLs of others may hold secrets that nobody declared.
 */
export function makeAccountMask(plan: AccountPlan): Mask {
  const declared = new Set(plan.actions.flatMap(declaredParameters))
  return (text) => maskUrls(text, (name) => declared.has(name) || credentialName.test(name))
}

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
  return text.replace(urlInText, (url) => maskQuery(maskPassword(url), isSecret))
}

function maskPassword(url: string): string {
  return url.replace(/^(https?:\/\/[^/?#@:]*):[^/?#@]*@/i, `$1:${mask}@`)
}

function maskQuery(url: string, isSecret: (name: string) => boolean): string {
  const [, before = url, query, after = ''] = /^([^?#]*)\?([^#]*)(#.*)?$/.exec(url) ?? []
  if (query === undefined) return url
  return `${before}?${query
    .split('&')
    .map((pair) => maskPair(pair, isSecret))
    .join('&')}${after}`
}

function maskPair(pair: string, isSecret: (name: string) => boolean): string {
  const cut = pair.indexOf('=')
  if (cut < 0) return pair
  const name = pair.slice(0, cut)
  return isSecret(decodeName(name)) ? `${name}=${mask}` : pair
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}
