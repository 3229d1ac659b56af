import { readFile } from 'node:fs/promises'
import { DiagnosticError } from '../../core/diagnostic.ts'
import type { Secret } from '../../core/secret.ts'
import { type HttpClient, type HttpRequest, makeHttpClient } from '../../http/client.ts'
import { HttpError } from '../../http/http-error.ts'
import type { Verdict } from '../../http/retry.ts'
import { isFields } from '../document.ts'
import type { Environment } from '../env/env-store.ts'
import type { Fields } from '../fields.ts'
import { renderFileFault } from '../file-fault.ts'
import type { StoreCalls } from '../locate.ts'
import type { StoreFault } from '../store.ts'
import { explainVaultError, isSealed, isTokenUnknown, type Undertaking } from './vault-fault.ts'
import type { VaultSettings } from './vault-settings.ts'

/** One request, and how to speak of it. */
export interface VaultRequest
  extends Pick<HttpRequest, 'method' | 'path' | 'params' | 'query' | 'body' | 'signal'>,
    Omit<Undertaking, 'server' | 'showsReason'> {
  readonly retry?: HttpRequest['retry']
  readonly showsReason?: boolean
  /** Whether a denial is nothing unusual, so that the token is not doubted because of it. */
  readonly mayBeDenied?: boolean
}

/** What came back: a success, or that there is nothing (404), which often says why. */
export interface VaultAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly body: Fields
  /** When the server answered, by its own clock; absent where it does not tell. */
  readonly at?: number
}

/** A fault, and what is known besides of the refused call. */
export interface VaultRefusal {
  readonly kind: 'refusal'
  readonly fault: StoreFault
  readonly status?: number
  /** Whether the token is to blame: surely not, perhaps, surely. */
  readonly blamesToken: 'no' | 'perhaps' | 'yes'
  /** Set where check-and-set did not hold; `unknown` when an earlier attempt may have been what changed it. */
  readonly mismatch?: 'refused' | 'unknown'
}

export interface VaultServer {
  /** The server, as messages name it. */
  readonly name: string
  send(request: VaultRequest, token?: Secret): Promise<VaultAnswer | VaultRefusal>
  close(): Promise<void>
}

export interface VaultServerOptions {
  readonly settings: Pick<VaultSettings, 'address' | 'namespace' | 'caFile'>
  readonly allowedOrigins: readonly string[]
  readonly env: Environment
  readonly calls: StoreCalls
}

/** Makes the connection to one vault; it is opened with the first request. */
export function makeVaultServer(options: VaultServerOptions): VaultServer {
  const { address, namespace } = options.settings
  const name = `Vault at ${new URL(address).origin}`
  let opened: Promise<HttpClient | StoreFault> | undefined
  const open = (): Promise<HttpClient | StoreFault> => {
    opened ??= openClient(options, name)
    return opened
  }
  return {
    name,
    send: async (request, token) => {
      const client = await open()
      if (!isClient(client)) return { kind: 'refusal', fault: client, blamesToken: 'no' }
      const { doing, need, showsReason = false, mayBeDenied: _, retry = 'idempotent', ...content } = request
      const headers = {
        'x-vault-request': 'true',
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
        ...(token === undefined ? {} : { 'x-vault-token': token }),
      }
      try {
        const { status, json, headers: told } = await client.request({ ...content, retry, headers })
        const at = Date.parse(told['date'] ?? '')
        return { kind: 'answer', status, body: isFields(json) ? json : {}, ...(Number.isNaN(at) ? {} : { at }) }
      } catch (error) {
        return refusalOf(error, { server: name, doing, showsReason, ...(need === undefined ? {} : { need }) })
      }
    },
    close: async () => {
      const client = await opened
      if (client !== undefined && isClient(client)) await client.close()
    },
  }
}

async function openClient(options: VaultServerOptions, name: string): Promise<HttpClient | StoreFault> {
  const { settings, allowedOrigins, env, calls } = options
  const ca = await readAuthority(settings.caFile)
  if (typeof ca === 'object') return ca
  try {
    return makeHttpClient({
      timeoutMs: 10_000,
      ...calls,
      baseUrl: settings.address,
      allowedOrigins,
      env,
      concurrency: 8,
      maxAttempts: 4,
      maxWaitMs: 30_000,
      judge,
      ...(ca === undefined ? {} : { ca }),
    })
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    const [finding] = error.diagnostics
    const hint = finding?.hint
    const message = `${name} cannot be called: ${finding?.message ?? error.message}`
    return { kind: 'tls', message, ...(hint === undefined ? {} : { hint }) }
  }
}

async function readAuthority(file: string | undefined): Promise<string | StoreFault | undefined> {
  if (file === undefined) return undefined
  try {
    const text = await readFile(file, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
    return { kind: 'tls', message: `${file} holds no certificate.`, hint: 'A certificate authority is a PEM file.' }
  } catch (error) {
    return { ...renderFileFault(error, `The certificate authority ${file}`), kind: 'tls' }
  }
}

/** What the status does not tell: a standby lags, a mount is being upgraded, the data is locked, or nothing is there. */
function judge(status: number, body: unknown): Verdict | undefined {
  if (status === 404) return 'done'
  if (status === 412) return 'faulty'
  if (status === 400 && /upgrading from non-versioned/iu.test(JSON.stringify(body) ?? '')) return 'faulty'
  return isSealed(status, body) ? 'failed' : undefined
}

function refusalOf(error: unknown, undertaking: Undertaking): VaultRefusal {
  const fault = explainVaultError(error, undertaking)
  if (!(error instanceof HttpError)) return { kind: 'refusal', fault, blamesToken: 'no' }
  const isMismatch = error.status === 400 && /check-and-set|match the current version/iu.test(error.vendorMessage ?? '')
  const isUnsure = error.outcome === 'unknown'
  return {
    kind: 'refusal',
    fault,
    ...(error.status === undefined ? {} : { status: error.status }),
    blamesToken: isTokenUnknown(error) ? 'yes' : error.status === 403 ? 'perhaps' : 'no',
    ...(isMismatch ? { mismatch: isUnsure ? 'unknown' : 'refused' } : {}),
  }
}

function isClient(opened: HttpClient | StoreFault): opened is HttpClient {
  return 'request' in opened
}
