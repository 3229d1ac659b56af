import type { VendorSandbox } from '../../src/sandbox/index.ts'

export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body; throws when it is not JSON. */
  readonly json: () => Body
}

/** What answers of these vendors may hold; each has some of it. */
export interface Body {
  readonly id?: string
  readonly app_id?: string
  readonly target?: string
  readonly target_type?: string
  readonly triggers?: readonly string[]
  readonly secret?: string
  readonly client_credentials?: Readonly<Record<string, string>> | null
  readonly webhooks?: readonly Body[]
  readonly apps?: readonly Body[]
  readonly access_token?: string
  readonly expires_in?: number
  readonly exp?: number
  readonly iat?: number
  readonly data?: Endpoint
  readonly pagination?: object
  readonly vendors?: Readonly<Record<string, object>>
  readonly switches?: Readonly<Record<string, { readonly default: unknown; readonly values?: readonly unknown[] }>>
  readonly error?: { readonly code?: number | string; readonly status?: string; readonly message?: string }
}

export interface Endpoint {
  readonly id: string
  readonly url: string
  readonly description?: string | null
  readonly event_types: readonly string[]
  readonly enabled: boolean
  readonly created_at: string
  readonly secret: string
}

export type Send = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Got>

/** Makes a sender of JSON requests to one base URL. */
export function makeSend(baseUrl: string, authorization?: string): Send {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as Body }
  }
}

/** Makes a sender with the tellcasey key of the sandbox. */
export function makeTellcaseySend(vendor: VendorSandbox): Send {
  return makeSend(vendor.baseUrl, `Bearer ${vendor.credentials.api_key}`)
}

/** Makes the Basic header of the Sinch key of the sandbox. */
export function makeSinchBasic({ credentials }: VendorSandbox): string {
  return `Basic ${Buffer.from(`${credentials.key_id}:${credentials.key_secret}`).toString('base64')}`
}

/** Gets a token as a client of Sinch does. */
export function fetchSinchToken(vendor: VendorSandbox, basic: string = makeSinchBasic(vendor)): Promise<Got> {
  const send = makeSend(vendor.baseUrl, basic)
  return send('POST', '/oauth2/token', 'grant_type=client_credentials', {
    'content-type': 'application/x-www-form-urlencoded',
  })
}
