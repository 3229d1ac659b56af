import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { SelfSigned } from '../../http/self-signed.ts'
import { type AtEnd, listenOn } from '../../http/vendor-server.ts'
import { FakeAccess, type FakeToken } from './fake-access.ts'
import type { FakeAnswer } from './fake-answer.ts'
import { type FakeKv, makeFakeKv1, makeFakeKv2 } from './fake-kv.ts'

type Fields = Readonly<Record<string, unknown>>

/** One request as the fake saw it. */
export interface SeenByVault {
  readonly method: string
  /** Without `/v1/` and the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly token: string
  readonly namespace: string
  readonly headers: IncomingMessage['headers']
  readonly body: Fields
}

/** What goes wrong instead of an answer. */
export type Disturbance = FakeAnswer | ((response: ServerResponse, request: IncomingMessage) => void)

/** A vault in this process, over real HTTP, that behaves as the API pages of HashiCorp Vault and OpenBao say. */
export interface FakeVault {
  readonly address: string
  readonly rootToken: string
  readonly access: FakeAccess
  readonly seen: readonly SeenByVault[]
  isSealed: boolean
  /** Whether looking up a mount is refused to all but the root token. */
  isPreflightDenied: boolean
  /** Answers the next requests that match with something else; `afterwards` does what was asked all the same. */
  disturb(disturbance: Disturbance, options?: DisturbOptions): void
  /** Sets the clocks of its KV engines ahead. */
  elapse(ms: number): void
  /** Counts the requests whose path starts so. */
  count(prefix: string): number
}

interface DisturbOptions {
  readonly times?: number
  readonly on?: (request: SeenByVault) => boolean
  readonly afterwards?: boolean
}

interface FakeOptions {
  readonly tls?: SelfSigned
  /** Whose answers it gives where the two differ. */
  readonly brand?: 'vault' | 'openbao'
  /** Where to leave how it is stopped; with the end of the test when absent. */
  readonly atEnd?: AtEnd
}

const unknownToken = '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'

/** Starts a fake until the test ends, or what else is given as the end. */
export async function startFakeVault(options: FakeOptions = {}): Promise<FakeVault> {
  const seen: SeenByVault[] = []
  const disturbances: (Required<DisturbOptions> & { readonly disturbance: Disturbance; left: number })[] = []
  const state = new State(options.brand ?? 'vault')
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Uint8Array[] = []
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    request.on('end', () => {
      const asked = readRequest(request, Buffer.concat(chunks).toString())
      seen.push(asked)
      const disturbed = disturbances.find(({ left, on }) => left > 0 && on(asked))
      if (disturbed === undefined) return send(response, state.answer(asked))
      disturbed.left -= 1
      if (disturbed.afterwards) state.answer(asked)
      if (typeof disturbed.disturbance === 'function') disturbed.disturbance(response, request)
      else send(response, disturbed.disturbance)
    })
  }
  const { tls, atEnd } = options
  const port = await listenOn(tls === undefined ? createServer(listener) : createTlsServer(tls, listener), atEnd)
  return Object.assign(state, {
    address: tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    seen,
    disturb: (disturbance: Disturbance, { times = 1, on = () => true, afterwards = false }: DisturbOptions = {}) => {
      disturbances.push({ disturbance, times, left: times, on, afterwards })
    },
    count: (prefix: string) => seen.filter(({ path }) => path.startsWith(prefix)).length,
  })
}

class State {
  readonly access = new FakeAccess()
  readonly rootToken = this.access.issue({ policies: ['root'] })
  readonly engines = new Map<string, FakeKv | string>()
  readonly brand: 'vault' | 'openbao'
  isSealed = false
  isPreflightDenied = false

  constructor(brand: 'vault' | 'openbao') {
    this.brand = brand
    const own = ['lookup-self', 'renew-self', 'revoke-self'].map((name) => `auth/token/${name}`)
    const rules = [...own, 'sys/capabilities-self'].map((path) => [path, { capabilities: ['read', 'update'] }])
    this.access.policies.set('default', Object.fromEntries(rules))
  }

  elapse(ms: number): void {
    for (const engine of this.engines.values()) if (typeof engine === 'object') engine.elapse(ms)
  }

  answer(request: SeenByVault): FakeAnswer {
    if (this.isSealed) return { status: 503, json: { errors: ['Vault is sealed'] } }
    const login = /^auth\/(.+)\/login$/u.exec(request.path)?.[1]
    const method = login === undefined ? undefined : this.access.methods.get(request.namespace + login)
    if (login !== undefined && method !== undefined) return this.access.logIn(method, login, request.body)
    if (request.path === 'sys/wrapping/unwrap') return this.#unwrap(request)
    const token = this.access.use(request.token)
    if (token === undefined) return denied(this.brand === 'vault' ? unknownToken : 'permission denied')
    const answer = this.#authorized(request, token)
    return request.headers['x-vault-wrap-ttl'] === undefined ? answer : this.#wrap(answer)
  }

  #authorized(request: SeenByVault, token: FakeToken): FakeAnswer {
    const { path, namespace } = request
    if (path.startsWith('sys/internal/ui/mounts/')) return this.#tellMount(namespace + path.slice(23), token)
    const full = namespace + path
    const mount = this.#mountOf(full)
    const engine = mount === undefined ? undefined : this.engines.get(mount)
    if (!this.access.may(token, full, this.#capability(request, engine, mount ?? '')))
      return denied('permission denied')
    if (path.startsWith('sys/') || path.startsWith('auth/')) return this.#administer(request, token)
    if (mount === undefined || typeof engine !== 'object') {
      return { status: 404, json: { errors: [`no handler for route "${path}". route entry not found.`] } }
    }
    return engine.handle(request.method, full.slice(mount.length), request.query, request.body)
  }

  #capability(
    { method, path, query, namespace }: SeenByVault,
    engine: FakeKv | string | undefined,
    mount: string,
  ): string {
    if (method === 'GET') return query.get('list') === 'true' ? 'list' : 'read'
    if (method === 'DELETE') return 'delete'
    return typeof engine === 'object' && !engine.has((namespace + path).slice(mount.length)) ? 'create' : 'update'
  }

  #mountOf(path: string): string | undefined {
    return Array.from(this.engines.keys()).find((mount) => path.startsWith(mount))
  }

  #tellMount(path: string, token: FakeToken): FakeAnswer {
    const mount = this.#mountOf(`${path}/`)
    const isHidden = this.isPreflightDenied && !token.policies.includes('root')
    if (mount === undefined || isHidden || !this.access.knowsMount(token, mount)) {
      const text = `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`
      return denied(text)
    }
    const engine = this.engines.get(mount)
    const [type, options] = typeof engine === 'object' ? ['kv', { version: `${engine.version}` }] : [engine, null]
    return { status: 200, json: { data: { path: mount.replace(/^ns-[^/]+\//u, ''), type, options } } }
  }

  #administer({ method, path, body, token: text, namespace }: SeenByVault, token: FakeToken): FakeAnswer {
    const [area = '', kind = '', name = '', ...rest] = path.split('/')
    if (area === 'sys' && kind === 'capabilities-self') return this.#tellCapabilities(body, token)
    if (area === 'sys' && kind === 'mounts')
      return this.#mount(method, `${namespace}${[name, ...rest].join('/')}/`, body)
    if (area === 'sys' && kind === 'auth') {
      if (method === 'DELETE') this.access.methods.delete(namespace + name)
      else this.access.methods.set(namespace + name, String(body['type']))
      return { status: 204 }
    }
    if (area === 'sys' && kind === 'policies') {
      if (method === 'DELETE') this.access.policies.delete(String(rest[0]))
      else this.access.policies.set(String(rest[0]), (JSON.parse(String(body['policy'])) as { path: never }).path)
      return { status: 204 }
    }
    if (path.startsWith('auth/token/')) return this.#ownToken(name, text, token, body)
    return this.#appRole(name, rest, body)
  }

  #ownToken(action: string, text: string, token: FakeToken, body: Fields): FakeAnswer {
    const { access } = this
    if (action === 'revoke-self') access.tokens.delete(text)
    if (action === 'revoke-self') return { status: 204 }
    if (action === 'renew-self') {
      token.expiresAt = access.now() + token.ttlSeconds * 1000
      return { status: 200, json: { auth: { client_token: text, lease_duration: token.ttlSeconds, renewable: true } } }
    }
    if (action === 'lookup-self') return { status: 200, json: { data: { ttl: token.ttlSeconds } } }
    const usesLeft = Number(body['num_uses'] ?? 0) || Number.POSITIVE_INFINITY
    const policies = ['default', ...(body['policies'] as readonly string[])]
    const { ttl = '0' } = body as { readonly ttl?: string }
    const ttlSeconds = Number.parseInt(ttl, 10) * (ttl.endsWith('m') ? 60 : 1)
    const issued = access.issue({ policies, usesLeft, ttlSeconds })
    return { status: 200, json: { auth: { client_token: issued, lease_duration: ttlSeconds, renewable: true } } }
  }

  #appRole(kind: string, [name = '', detail]: readonly string[], body: Fields): FakeAnswer {
    const { appRoles } = this.access
    if (kind !== 'role') return { status: 404, json: { errors: [] } }
    const role = appRoles.get(name)
    if (detail === undefined) {
      appRoles.set(name, { roleId: randomUUID(), secretIds: new Map(), settings: body })
      return { status: 204 }
    }
    if (role === undefined) return { status: 404, json: { errors: [] } }
    if (detail === 'role-id') return { status: 200, json: { data: { role_id: role.roleId } } }
    const secretId = `canary-${randomUUID()}`
    role.secretIds.set(secretId, Number(role.settings['secret_id_num_uses'] ?? 0) || Number.POSITIVE_INFINITY)
    return { status: 200, json: { data: { secret_id: secretId } } }
  }

  #tellCapabilities({ paths }: Fields, token: FakeToken): FakeAnswer {
    const told = (paths as readonly string[]).map((path) => {
      const capabilities = this.access.capabilities(token, path)
      return [path, capabilities.length === 0 ? ['deny'] : capabilities]
    })
    return { status: 200, json: { data: Object.fromEntries(told) } }
  }

  #mount(method: string, mount: string, { type, options }: Fields): FakeAnswer {
    if (method === 'DELETE') this.engines.delete(mount)
    else if (type !== 'kv') this.engines.set(mount, String(type))
    else this.engines.set(mount, (options as Fields | undefined)?.['version'] === '2' ? makeFakeKv2() : makeFakeKv1())
    return { status: 204 }
  }

  #wrap(answer: FakeAnswer): FakeAnswer {
    const token = `hvs.wrap-${randomUUID()}`
    this.access.wrapped.set(token, answer.json as Fields)
    return { status: 200, json: { wrap_info: { token, ttl: 60 } } }
  }

  #unwrap({ token }: SeenByVault): FakeAnswer {
    const json = this.access.wrapped.get(token)
    this.access.wrapped.delete(token)
    if (json === undefined) {
      return { status: 400, json: { errors: ['wrapping token is not valid or does not exist'] } }
    }
    return { status: 200, json }
  }
}

function denied(text: string): FakeAnswer {
  return { status: 403, json: { errors: [text] } }
}

function readRequest({ method = '', url = '', headers }: IncomingMessage, body: string): SeenByVault {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const namespace = String(headers['x-vault-namespace'] ?? '')
  return {
    method,
    path: decodeURIComponent(pathname.replace(/^\/v1\//u, '')),
    query: searchParams,
    token: String(headers['x-vault-token'] ?? ''),
    namespace: namespace === '' ? '' : `ns-${namespace}/`,
    headers,
    body: body === '' ? {} : (JSON.parse(body) as Fields),
  }
}

function send(response: ServerResponse, { status, json, text, headers }: FakeAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(text ?? (json === undefined ? '' : JSON.stringify(json)))
}
