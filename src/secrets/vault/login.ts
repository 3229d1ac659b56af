import { Secret } from '../../core/secret.ts'
import { isFields } from '../document.ts'
import type { StoreCalls } from '../locate.ts'
import type { StoreFault } from '../store.ts'
import { fetchGithubToken } from './github-token.ts'
import { type CredentialReader, nameSource, readCredential, requireCredential } from './read-credential.ts'
import type { AppRoleAuth, JwtAuth, KubernetesAuth, TokenAuth, VaultAuth } from './vault-auth.ts'
import type { VaultRefusal, VaultServer } from './vault-server.ts'

/** A token and what is known of its life. */
export interface VaultToken {
  readonly secret: Secret
  /** Where it comes from, for messages. */
  readonly origin: string
  /** Absent for a token of the operator, which is not ours to renew or to revoke. */
  readonly lease?: Lease
}

/** The life of a token that was issued for this run. */
export interface Lease {
  /** `Infinity` where it does not end. */
  readonly lifetimeMs: number
  readonly isRenewable: boolean
}

export interface LoginOptions extends CredentialReader {
  readonly auth: VaultAuth
  readonly server: VaultServer
  readonly calls: StoreCalls
}

/** Gets a token: the operator's own, or one that is issued for proof of who is running. */
export async function logIn(options: LoginOptions): Promise<VaultToken | StoreFault> {
  const { auth } = options
  if (auth.method === 'token') return readToken(auth, options)
  const proof = auth.method === 'approle' ? await proveRole(auth, options) : await proveIdentity(auth, options)
  return isFault(proof) ? proof : exchange(auth, proof, options)
}

/** Reads the life of a token from an answer that issues or renews it. */
export function parseLease(auth: unknown): Lease {
  const { lease_duration: seconds, renewable }: Partial<Record<string, unknown>> = isFields(auth) ? auth : {}
  const hasEnd = typeof seconds === 'number' && seconds > 0
  return { lifetimeMs: hasEnd ? seconds * 1000 : Number.POSITIVE_INFINITY, isRenewable: renewable === true }
}

async function readToken({ sources }: TokenAuth, options: LoginOptions): Promise<VaultToken | StoreFault> {
  for (const source of sources) {
    const secret = await readCredential(source, options)
    if (secret === undefined) continue
    return isFault(secret) ? secret : { secret, origin: nameSource(source, options) }
  }
  const message = `There is no token for ${options.server.name}.`
  const hint = 'Set VAULT_TOKEN where hooks-sync runs, or say under auth of the store how else to log in.'
  return { kind: 'unauthenticated', message, hint }
}

type Proof = Readonly<Record<string, string | Secret>>

async function proveRole(auth: AppRoleAuth, options: LoginOptions): Promise<Proof | StoreFault> {
  const roleId = 'text' in auth.roleId ? auth.roleId.text : await requireCredential(auth.roleId, options)
  if (isFault(roleId)) return roleId
  const given = await requireCredential(auth.secretId, options)
  if (isFault(given)) return given
  const secretId = auth.isWrapped ? await unwrapSecretId(given, options.server) : given
  return isFault(secretId) ? secretId : { role_id: roleId, secret_id: secretId }
}

async function proveIdentity(
  { role, jwt: source }: KubernetesAuth | JwtAuth,
  options: LoginOptions,
): Promise<Proof | StoreFault> {
  const jwt =
    'issuer' in source ? await fetchGithubToken({ ...options, ...source }) : await requireCredential(source, options)
  return isFault(jwt) ? jwt : { role, jwt }
}

async function unwrapSecretId(token: Secret, server: VaultServer): Promise<Secret | StoreFault> {
  const request = { method: 'POST', path: '/v1/sys/wrapping/unwrap', doing: 'unwrapping' } as const
  // A second try would find the token used up, by the first.
  const answer = await server.send({ ...request, retry: 'only-unprocessed' }, token)
  const data = answer.kind === 'answer' ? answer.body['data'] : undefined
  const secretId = isFields(data) ? data['secret_id'] : undefined
  if (typeof secretId === 'string' && secretId !== '') return new Secret(secretId)
  if (answer.kind === 'refusal' && !isProofRefused(answer)) return answer.fault
  return {
    kind: 'unauthenticated',
    message: `${server.name} does not unwrap the secret_id.`,
    hint: 'It can be unwrapped once and for a short time. If nothing of yours unwrapped it, somebody else did.',
  }
}

type Exchange = AppRoleAuth | KubernetesAuth | JwtAuth

async function exchange(auth: Exchange, body: Proof, { server }: LoginOptions): Promise<VaultToken | StoreFault> {
  const doing = `the login with ${auth.method} at auth/${auth.mount}`
  const params = { mount: auth.mount.split('/') }
  const request = { method: 'POST', path: '/v1/auth/{mount}/login', params, body, doing, showsReason: true } as const
  const answer = await server.send(request)
  if (answer.kind === 'refusal') return isProofRefused(answer) ? refuseLogin(answer.fault, auth) : answer.fault
  const issued = answer.body['auth']
  const token = isFields(issued) ? issued['client_token'] : undefined
  if (typeof token === 'string' && token !== '') {
    return { secret: new Secret(token), origin: `The token of ${doing}`, lease: parseLease(issued) }
  }
  const message = `${server.name} has no auth method at auth/${auth.mount}.`
  const hint = 'Check auth.mount and the namespace of the store.'
  return answer.status === 404
    ? { kind: 'unauthenticated', message, hint }
    : { kind: 'malformed', message: `${server.name} answered ${doing} with no token.`, hint }
}

/** A proof that is not accepted is answered with one or the other, depending on the method and on the version. */
function isProofRefused({ status = 0 }: VaultRefusal): boolean {
  return [400, 401, 403].includes(status)
}

const loginHints: { readonly [M in Exchange['method']]: string } = {
  approle: 'Check role_id and secret_id: a secret_id may have expired, or may have been used as often as it can be.',
  kubernetes: 'Check the role, and that it is bound to the service account and the namespace that this runs as.',
  jwt: 'Check the role, and that its bound audience and claims are those of this job.',
}

function refuseLogin(fault: StoreFault, { method }: Exchange): StoreFault {
  return { kind: 'unauthenticated', message: fault.message, hint: loginHints[method] }
}

function isFault(found: object | string): found is StoreFault {
  return typeof found === 'object' && 'kind' in found && 'message' in found
}
