import { crc32c } from '../../../src/secrets/gcp/crc32c.ts'
import type { CloudAnswer, CloudRequest } from '../cloud/cloud-server.ts'

export const token = 'ya29.canary-access-token'

type State = 'ENABLED' | 'DISABLED' | 'DESTROYED'

interface Version {
  readonly data: Uint8Array
  readonly checksum: number
  state: State
}

type Handler = (parts: { readonly name: string; readonly version: string; readonly body: string }) => CloudAnswer

/** What Google documents of the REST API of Secret Manager, as far as hooks-sync uses it; keeps state. */
export class SecretManagerStandIn {
  readonly secrets: Map<string, Version[]> = new Map()
  permissions: readonly string[] = ['secretmanager.versions.add', 'secretmanager.versions.access']
  /** How many versions "latest" is behind, as it may be for a while after a write. */
  lag = 0

  put(name: string, data: Uint8Array | string, rest: Partial<Version> = {}): number {
    const bytes = Buffer.from(data)
    const versions = this.secrets.get(name) ?? []
    versions.push({ data: bytes, checksum: crc32c(bytes), state: 'ENABLED', ...rest })
    this.secrets.set(name, versions)
    return versions.length
  }

  current(name: string): string | undefined {
    const version = this.secrets.get(name)?.at(-1)
    return version === undefined ? undefined : Buffer.from(version.data).toString('utf8')
  }

  serve({ method, path, headers, body }: CloudRequest): CloudAnswer {
    if (headers.authorization !== `Bearer ${token}`) return googleError(401, 'UNAUTHENTICATED')
    const [route = ''] = path.split('?')
    const match =
      /^\/v1\/(?<name>projects\/[^/]+\/secrets\/[^/:]+)(?:\/versions\/(?<version>[^/:]+))?(?<verb>:\w+)?$/.exec(route)
    const { name = '', version = '', verb = '' } = match?.groups ?? {}
    if (method === 'POST' && /^\/v1\/projects\/[^/]+\/secrets$/.test(route))
      return this.#create(route.slice(4), path, body)
    const handlers: Readonly<Record<string, Handler>> = {
      'GET :access': (parts) => this.#access(parts),
      'POST :addVersion': (parts) => this.#add(parts),
      'POST :testIamPermissions': (parts) => this.#test(parts),
      'GET ': (parts) => (parts.version === '' ? this.#get(parts) : this.#getVersion(parts)),
      'DELETE ': (parts) =>
        this.secrets.delete(parts.name) ? { status: 200, body: {} } : googleError(404, 'NOT_FOUND'),
    }
    return handlers[`${method} ${verb}`]?.({ name, version, body }) ?? googleError(400, 'INVALID_ARGUMENT')
  }

  #numberOf(name: string, version: string): number {
    const count = this.secrets.get(name)?.length ?? 0
    return version === 'latest' ? Math.max(count - this.lag, 0) : Number(version)
  }

  #access({ name, version }: Parameters<Handler>[0]): CloudAnswer {
    const number = this.#numberOf(name, version)
    const found = this.secrets.get(name)?.[number - 1]
    if (found === undefined) return googleError(404, 'NOT_FOUND')
    if (found.state !== 'ENABLED') return googleError(400, 'FAILED_PRECONDITION')
    const payload = { data: Buffer.from(found.data).toString('base64'), dataCrc32c: String(found.checksum) }
    return { status: 200, body: { name: `${name}/versions/${number}`, payload } }
  }

  #getVersion({ name, version }: Parameters<Handler>[0]): CloudAnswer {
    const number = this.#numberOf(name, version)
    const found = this.secrets.get(name)?.[number - 1]
    if (found === undefined) return googleError(404, 'NOT_FOUND')
    return { status: 200, body: { name: `${name}/versions/${number}`, state: found.state } }
  }

  #get({ name }: Parameters<Handler>[0]): CloudAnswer {
    return this.secrets.has(name) ? { status: 200, body: { name } } : googleError(404, 'NOT_FOUND')
  }

  #add({ name, body }: Parameters<Handler>[0]): CloudAnswer {
    if (!this.secrets.has(name)) return googleError(404, 'NOT_FOUND')
    const { payload } = JSON.parse(body) as { payload: { data: string; dataCrc32c: string } }
    const data = Buffer.from(payload.data, 'base64')
    if (Number(payload.dataCrc32c) !== crc32c(data)) return googleError(400, 'INVALID_ARGUMENT')
    const number = this.put(name, data)
    return { status: 200, body: { name: `${name}/versions/${number}`, state: 'ENABLED' } }
  }

  #create(parent: string, path: string, body: string): CloudAnswer {
    const { replication } = JSON.parse(body) as { replication?: { automatic?: object } }
    if (replication?.automatic === undefined) return googleError(400, 'INVALID_ARGUMENT')
    const name = `${parent}/${new URLSearchParams(path.split('?')[1]).get('secretId')}`
    if (this.secrets.has(name)) return googleError(409, 'ALREADY_EXISTS')
    this.secrets.set(name, [])
    return { status: 200, body: { name } }
  }

  #test({ name, body }: Parameters<Handler>[0]): CloudAnswer {
    const { permissions } = JSON.parse(body) as { permissions: readonly string[] }
    const allowed = this.secrets.has(name) ? permissions.filter((each) => this.permissions.includes(each)) : []
    return { status: 200, body: { permissions: allowed } }
  }
}

export function googleError(code: number, status: string): CloudAnswer {
  return { status: code, body: { error: { code, status, message: `${token} is not to` } } }
}
