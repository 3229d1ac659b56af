import {
  type CloudFailure,
  type CloudFailureKind,
  failureOfNetwork,
  failureOfStatus,
  property,
} from '../cloud/cloud-fault.ts'
import { isFields, parseJson } from '../document.ts'

const kinds: ReadonlyMap<string, CloudFailureKind> = new Map([
  ['NOT_FOUND', 'not-found'],
  ['ALREADY_EXISTS', 'conflict'],
  ['ABORTED', 'conflict'],
  ['PERMISSION_DENIED', 'denied'],
  ['UNAUTHENTICATED', 'unauthenticated'],
  ['RESOURCE_EXHAUSTED', 'throttled'],
  ['FAILED_PRECONDITION', 'unusable'],
  ['INVALID_ARGUMENT', 'refused'],
  ['UNAVAILABLE', 'unavailable'],
  ['INTERNAL', 'unavailable'],
  ['DEADLINE_EXCEEDED', 'timeout'],
])

/** What libraries below the SDK say when they find no credentials, or none that are accepted; they have no codes for it. */
const noCredentials =
  /default credentials|credentials? (?:file|are|is)|client_email|private key|PEM|DECODER|invalid_grant|invalid_client|refresh token|No authentication/i
const noProject = /Unable to detect a Project Id/i

/** Takes from an error of the Google SDK what may be told: the service's name for it and the HTTP status. */
export function explainGcpError(error: unknown, origin: string): CloudFailure {
  const message = textOf(property(error, 'message'))
  if (noProject.test(message)) return { kind: 'refused', code: 'NoProject' }
  const status = Number(property(error, 'status') ?? property(property(error, 'response'), 'status'))
  if (Number.isInteger(status) && status > 0) {
    // The services that give out tokens are called for the same request; what they refuse are the credentials.
    if (!isAbout(error, origin) && status < 500) return { kind: 'unauthenticated', status }
    const code = statusNameOf(message)
    return {
      kind: (code === undefined ? undefined : kinds.get(code)) ?? failureOfStatus(status),
      ...named(code),
      status,
    }
  }
  const network = failureOfNetwork(error)
  if (network !== undefined) return network
  if (property(error, 'name') === 'SyntaxError') return { kind: 'malformed' }
  return { kind: noCredentials.test(message) ? 'unauthenticated' : 'malformed' }
}

/** The message of a refused request is the body of the answer; only Google's name for the refusal is taken from it. */
function statusNameOf(message: string): string | undefined {
  const body = parseJson(message)
  const name = isFields(body) && isFields(body['error']) ? body['error']['status'] : undefined
  return typeof name === 'string' && kinds.has(name) ? name : undefined
}

function isAbout(error: unknown, origin: string): boolean {
  const url = urlOf(property(property(error, 'config'), 'url'))
  return URL.canParse(url) && new URL(url).origin === origin
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function urlOf(value: unknown): string {
  return value instanceof URL ? value.href : textOf(value)
}

function named(code: string | undefined): { readonly code?: string } {
  return code === undefined ? {} : { code }
}
