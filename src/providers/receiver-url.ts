import type { Field } from '../core/field.ts'
import type { FieldFinding } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import type { DesiredValues, LiveValues } from '../core/value.ts'
import { isRecord, readRecord, readSecret, readText } from './desired-fields.ts'

/** Secret query parameters of the receiver: the only way a secret enters a URL. Every vendor's webhooks take them. */
export const urlParams: Field = {
  kind: 'map',
  secrets: true,
  secretsOnly: true,
  doc: 'Query parameters appended to `url` whose values are secrets. They are masked everywhere and no part of the identity.',
  presence: 'optional',
  absence: { means: 'default', value: {} },
  change: 'in-place',
  read: 'clear',
}

/** What has to be known of an account's receivers to tell secret query parameters from plain ones when reading. */
export interface Receivers {
  /** Names declared under any `url_params` of the account. */
  readonly secretParams: ReadonlySet<string>
  /** URLs declared as they stand: their own parameters are plain, whatever their names. */
  readonly plainUrls: ReadonlySet<string>
}

export const noReceivers: Receivers = { secretParams: new Set(), plainUrls: new Set() }

/** Collects what the declared webhooks of one account say about their receivers. */
export function describeReceivers(webhooks: Iterable<DesiredValues>): Receivers {
  const secretParams = new Set<string>()
  const plainUrls = new Set<string>()
  for (const { url, url_params: params } of webhooks) {
    const names = isRecord(params) ? Object.keys(params) : []
    for (const name of names) secretParams.add(name)
    if (typeof url === 'string' && names.length === 0) plainUrls.add(url)
  }
  return { secretParams, plainUrls }
}

/** Finds a parameter that a webhook declares both in clear and as a secret. */
export function checkReceiver(fields: DesiredValues): readonly FieldFinding[] {
  const { url, url_params: params } = fields
  if (typeof url !== 'string' || !isRecord(params)) return []
  const plain = new Set(splitUrl(url).pairs.map(paramName))
  return Object.keys(params)
    .filter((name) => plain.has(name))
    .map((name) => ({
      path: ['url_params', name],
      severity: 'error',
      message: `The query parameter "${name}" stands in url as well.`,
      hint: `Take "${name}" out of url; the secret one is appended to it.`,
    }))
}

/** Builds the URL to send: the declared one, or, with secret parameters appended, a secret as a whole. */
export function buildReceiver(fields: DesiredValues): string | Secret {
  const url = readText(fields, 'url')
  if (url === undefined) throw new TypeError('A webhook without a url cannot be sent.')
  const params = readRecord(fields, 'url_params') ?? {}
  const names = Object.keys(params)
  if (names.length === 0) return url
  const { base, pairs, fragment } = splitUrl(url)
  const secret = names.map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(revealParam(params, name))}`)
  return new Secret(joinUrl(base, [...pairs, ...secret], fragment))
}

/** Reads a live URL: parameters with the names of secret ones leave `url` and become secrets. */
export function readReceiver(liveUrl: string, receivers: Receivers): LiveValues {
  if (receivers.secretParams.size === 0 || receivers.plainUrls.has(liveUrl)) return { url: liveUrl }
  const { base, pairs, fragment } = splitUrl(liveUrl)
  const secret = pairs.filter((pair) => receivers.secretParams.has(paramName(pair)))
  if (secret.length === 0) return { url: liveUrl }
  const plain = pairs.filter((pair) => !secret.includes(pair))
  return {
    url: joinUrl(base, plain, fragment),
    url_params: Object.fromEntries(secret.map((pair) => [paramName(pair), new Secret(paramValue(pair))])),
  }
}

interface UrlParts {
  readonly base: string
  /** `name=value`, as written. */
  readonly pairs: readonly string[]
  /** With its `#`; empty when there is none. */
  readonly fragment: string
}

// Text is cut, not parsed: what is not ours to change must come back exactly as it was written.
function splitUrl(url: string): UrlParts {
  const [, address = '', fragment = ''] = /^([^#]*)(#.*)?$/su.exec(url) ?? []
  const mark = address.indexOf('?')
  if (mark < 0) return { base: address, pairs: [], fragment }
  const pairs = address.slice(mark + 1).split('&')
  return { base: address.slice(0, mark), pairs: pairs.filter((pair) => pair !== ''), fragment }
}

function joinUrl(base: string, pairs: readonly string[], fragment: string): string {
  return pairs.length === 0 ? base + fragment : `${base}?${pairs.join('&')}${fragment}`
}

function paramName(pair: string): string {
  return decode(pair.split('=', 1)[0] ?? '')
}

function paramValue(pair: string): string {
  const mark = pair.indexOf('=')
  return mark < 0 ? '' : decode(pair.slice(mark + 1))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function revealParam(params: DesiredValues, name: string): string {
  const secret = readSecret(params, name)
  if (secret === undefined) throw new TypeError(`The query parameter ${name} of a receiver is not a secret.`)
  return secret.reveal()
}
