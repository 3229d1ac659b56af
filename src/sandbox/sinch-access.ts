import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { jsonAnswer, parseJsonObject } from './answer.ts'
import type { SinchCall, SinchKey, SinchSettings } from './sinch-account.ts'
import { sinchFailure } from './sinch-failure.ts'
import type { Answer } from './stand-in.ts'

/** What credentials turn out to be. */
type Access =
  | { readonly kind: 'granted'; readonly projectId: string }
  | { readonly kind: 'refused'; readonly challenge: string }

/** Answers `POST /oauth2/token`: the client credentials grant with the key in HTTP Basic. */
export function issueToken(call: SinchCall): Answer {
  const { account, switches } = call
  const perSecond = Number(switches.token_rate_per_second)
  if (perSecond > 0 && !call.take('tokens', perSecond, Number(switches.token_burst))) {
    return jsonAnswer(429, { error: 'too_many_requests' })
  }
  const key = findKey(call.headers.authorization, account.settings)
  if (key === undefined)
    return jsonAnswer(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="sinch"' })
  if (new URLSearchParams(call.text).get('grant_type') !== 'client_credentials') {
    return jsonAnswer(400, { error: 'unsupported_grant_type' })
  }
  const lifetime = Number(switches.token_lifetime_s)
  const body = {
    access_token: signToken(key, lifetime, account.settings),
    expires_in: lifetime,
    scope: '',
    token_type: 'bearer',
  }
  return jsonAnswer(200, body)
}

/** Refuses a request whose token, key or project is not good. */
export function authorizeSinch(call: SinchCall): Answer | undefined {
  const { account, switches, headers, path } = call
  const access = readAccess(headers.authorization, account.settings, switches.basic_auth === true)
  if (access.kind === 'refused') {
    const refusal = sinchFailure(401, switches)
    return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': access.challenge } }
  }
  if (switches.billing_blocked === true) {
    return sinchFailure(403, switches, { name: 'BILLING_CREDIT_LIMIT_BREACHED', message: 'Credit limit breached' })
  }
  const [, project] = /^\/v1\/projects\/([^/]+)/.exec(path) ?? []
  return project === undefined || project === access.projectId ? undefined : sinchFailure(403, switches)
}

function readAccess(authorization: string | undefined, settings: SinchSettings, isBasicTaken: boolean): Access {
  if (authorization === undefined) return { kind: 'refused', challenge: 'Bearer realm="sinch"' }
  if (!/^basic /i.test(authorization)) return readToken(authorization, settings)
  const key = isBasicTaken ? findKey(authorization, settings) : undefined
  if (key === undefined) return { kind: 'refused', challenge: 'Basic realm="sinch"' }
  return { kind: 'granted', projectId: key.project_id }
}

function findKey(authorization: string | undefined, { keys }: SinchSettings): SinchKey | undefined {
  const [, encoded] = /^basic (\S+)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const given = Buffer.from(encoded, 'base64').toString('utf8')
  return keys.find(({ key_id, key_secret }) => given === `${key_id}:${key_secret}`)
}

function signToken(key: SinchKey, lifetime: number, settings: SinchSettings): string {
  const issuedAt = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'hooks-sync sandbox',
    sub: key.key_id,
    project_id: key.project_id,
    epoch: settings.token_epoch,
    iat: issuedAt,
    exp: issuedAt + lifetime,
    jti: randomUUID(),
  }
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${unsigned}.${sign(unsigned, settings)}`
}

function readToken(authorization: string, settings: SinchSettings): Access {
  const refused: Access = { kind: 'refused', challenge: 'Bearer error="invalid_token"' }
  const [, unsigned = '', payload = '', signature = ''] =
    /^bearer (([^.]+\.([^.]+))\.([^.]+))$/i.exec(authorization)?.slice(1) ?? []
  if (unsigned === '' || !isSame(signature, sign(unsigned, settings))) return refused
  const claims = parseJsonObject(Buffer.from(payload, 'base64url').toString('utf8'))
  if (claims === undefined) return refused
  if (claims.epoch !== settings.token_epoch || Number(claims.exp) <= Date.now() / 1000) {
    // The official clients look for this word before they fetch another token.
    return { kind: 'refused', challenge: 'Bearer error="invalid_token", error_description="The token expired"' }
  }
  return { kind: 'granted', projectId: String(claims.project_id) }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function sign(text: string, { signing_key }: SinchSettings): string {
  return createHmac('sha256', signing_key).update(text).digest('base64url')
}

function isSame(given: string, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted))
}
