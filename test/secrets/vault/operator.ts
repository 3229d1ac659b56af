type Fields = Readonly<Record<string, unknown>>

/** A vault that tests may set up as they like. */
export interface TestServer {
  readonly address: string
  /** May do everything. */
  readonly token: string
}

/** Sets up a vault with an operator's token, over HTTP as the API pages say; for tests only. */
export class Operator {
  readonly #server: TestServer
  readonly #namespace: string | undefined

  constructor(server: TestServer, namespace?: string) {
    this.#server = server
    this.#namespace = namespace
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Fields> {
    const response = await fetch(`${this.#server.address}/v1/${path}`, {
      method,
      headers: {
        'x-vault-token': this.#server.token,
        ...(this.#namespace === undefined ? {} : { 'x-vault-namespace': this.#namespace }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Fields)
  }

  async mountKv(mount: string, version: 1 | 2): Promise<void> {
    await this.ask('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: `${version}` } })
    // Version 2 is set up after the mount is there; until then it answers that it is being upgraded.
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const path = version === 2 ? `${mount}/data/ready` : `${mount}/ready`
      const isReady = await this.ask('POST', path, version === 2 ? { data: { a: 'b' } } : { a: 'b' }).then(
        () => true,
        () => false,
      )
      if (isReady) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** Writes a policy that grants capabilities on paths. */
  async allow(policy: string, paths: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const rules = Object.entries(paths).map(([path, capabilities]) => [path, { capabilities }])
    await this.ask('PUT', `sys/policies/acl/${policy}`, { policy: JSON.stringify({ path: Object.fromEntries(rules) }) })
  }

  async createToken(policies: readonly string[], rest: Fields = {}): Promise<string> {
    return textAt(await this.ask('POST', 'auth/token/create', { policies, ...rest }), 'auth', 'client_token')
  }

  /** Makes an AppRole and returns what to log in with. */
  async createRole(
    mount: string,
    name: string,
    settings: Fields,
  ): Promise<{ readonly roleId: string; readonly secretId: string }> {
    await this.ask('POST', `auth/${mount}/role/${name}`, settings)
    const role = await this.ask('GET', `auth/${mount}/role/${name}/role-id`)
    const secret = await this.ask('POST', `auth/${mount}/role/${name}/secret-id`, {})
    return { roleId: textAt(role, 'data', 'role_id'), secretId: textAt(secret, 'data', 'secret_id') }
  }
}

/** Returns a text inside an answer. */
export function textAt(answer: unknown, ...names: readonly string[]): string {
  const found = names.reduce<unknown>((node, name) => (node as Fields | undefined)?.[name], answer)
  if (typeof found !== 'string') throw new Error(`There is no text at ${names.join('.')}.`)
  return found
}
