/** A live receiver, parted into what a file may show and what looks like a credential. */
export interface SharedUrl {
  /** Without what looks like a credential. */
  readonly shown: string
  /** Names of the query parameters that were left out, in their order. */
  readonly params: readonly string[]
  /** Something was hidden that no declared field could give back. */
  readonly isCut: boolean
}

const hidden = '[secret]'

/** Takes out of a URL whatever looks like a credential: files are read by more people than vendors' consoles are. */
export function shareUrl(url: string): SharedUrl {
  // Text is cut, not parsed: what is shown must be what the vendor holds, letter by letter.
  const [, address = '', fragment = ''] = /^([^#]*)(#.*)?$/su.exec(url) ?? []
  const mark = address.indexOf('?')
  const base = mark < 0 ? address : address.slice(0, mark)
  const pairs = mark < 0 ? [] : address.slice(mark + 1).split('&')
  const kept = pairs.filter((pair) => !isCredentialPair(pair)).map(hideBareValue)
  const login = base.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/iu, `$1${hidden}@`)
  const end = hideFragment(fragment)
  const query = mark < 0 || (kept.length === 0 && pairs.length > 0) ? '' : `?${kept.join('&')}`
  return {
    shown: `${login}${query}${end}`,
    params: pairs.filter(isCredentialPair).map(nameOf),
    isCut: login !== base || end !== fragment || pairs.some((pair) => hideBareValue(pair) !== pair),
  }
}

/** Shows a URL of which no part can be declared on its own. */
export function maskUrl(url: string): string {
  const { shown, params } = shareUrl(url)
  if (params.length === 0) return shown
  return `${shown}${shown.includes('?') ? '&' : '?'}${params.map((name) => `${name}=${hidden}`).join('&')}`
}

function isCredentialLike(name: string, value: string): boolean {
  return hasCredentialName(name) || looksMade(value)
}

const credentialParts = /token|secret|passw|passphrase|signature|credential|api.?key|access.?key|auth.?key|bearer|jwt/iu
const credentialWords: ReadonlySet<string> = new Set(
  'auth authorization code cred creds hmac key otp pass pin pwd sas session sid sig sign'.split(' '),
)

function hasCredentialName(name: string): boolean {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2').toLowerCase()
  return credentialParts.test(name) || words.split(/[^a-z0-9]+/u).some((word) => credentialWords.has(word))
}

const knownPrefixes = /^(?:eyJ|sk[_-]|pk[_-]|rk[_-]|gh[pousr]_|xox[a-z]-|whsec_|AKIA|AIza)/u
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu

/** Long text of letters and digits mixed was made by a machine; a UUID more often names a thing than opens it. */
function looksMade(value: string): boolean {
  if (uuid.test(value)) return false
  if (value.length >= 12 && knownPrefixes.test(value)) return true
  return value.length >= 20 && /^[\w.~+/=-]+$/u.test(value) && /[0-9]/u.test(value) && /[A-Za-z]/u.test(value)
}

function isCredentialPair(pair: string): boolean {
  const mark = pair.indexOf('=')
  return mark > 0 && mark < pair.length - 1 && isCredentialLike(nameOf(pair), decode(pair.slice(mark + 1)))
}

/** A parameter without a name has nothing that a reference could be declared for. */
function hideBareValue(pair: string): string {
  const mark = pair.indexOf('=')
  if (mark > 0) return pair
  return looksMade(decode(mark === 0 ? pair.slice(1) : pair)) ? hidden : pair
}

function hideFragment(fragment: string): string {
  const parts = fragment.slice(1).split('&')
  return parts.some((part) => isCredentialPair(part) || looksMade(decode(part))) ? `#${hidden}` : fragment
}

function nameOf(pair: string): string {
  return decode(pair.split('=', 1)[0] ?? '')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
