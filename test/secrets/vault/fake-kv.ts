import type { FakeAnswer } from './fake-answer.ts'

type Fields = Readonly<Record<string, unknown>>

interface Version {
  readonly data: Fields
  readonly createdAt: number
  deletedAt?: string
  isDestroyed?: boolean
}

/** A KV engine as the API pages of HashiCorp Vault and OpenBao describe it. */
export interface FakeKv {
  readonly version: 1 | 2
  /** Tells whether a write would be a create or an update. */
  has(path: string): boolean
  handle(method: string, path: string, query: URLSearchParams, body: Fields): FakeAnswer
  /** Sets its clock ahead. */
  elapse(ms: number): void
}

const nothing: FakeAnswer = { status: 404, json: { errors: [] } }

/** Makes an empty engine of version 1: what is posted is what is there. */
export function makeFakeKv1(): FakeKv {
  const secrets = new Map<string, Fields>()
  return {
    version: 1,
    has: (path) => secrets.has(path),
    elapse: () => undefined,
    handle: (method, path, query, body) => {
      if (method === 'GET' && query.get('list') === 'true') return list(Array.from(secrets.keys()), path)
      if (method === 'GET') {
        const data = secrets.get(path)
        return data === undefined ? nothing : { status: 200, json: { lease_duration: 2_764_800, data } }
      }
      if (method === 'DELETE') secrets.delete(path)
      else if (Object.keys(body).length === 0) return { status: 400, json: { errors: ['missing data fields'] } }
      else secrets.set(path, body)
      return { status: 204 }
    },
  }
}

/** Makes an empty engine of version 2: below `data/` every post is a version, and check-and-set counts them. */
export function makeFakeKv2(): FakeKv {
  const secrets = new Map<string, Version[]>()
  let elapsed = 0
  const now = (): number => Date.now() + elapsed
  const namesIn = (path: string): string => path.replace(/^(?:data|metadata|delete|undelete|destroy)\//u, '')
  return {
    version: 2,
    has: (path) => secrets.has(namesIn(path)),
    elapse: (ms) => void (elapsed += ms),
    handle: (method, path, query, body) => {
      const name = namesIn(path)
      const versions = secrets.get(name) ?? []
      if (path.startsWith('metadata/')) {
        if (method === 'GET' && query.get('list') === 'true') return list(Array.from(secrets.keys()), name)
        if (method === 'GET') return readMetadata(versions)
        if (method === 'DELETE') secrets.delete(name)
        return { status: 204 }
      }
      if (path.startsWith('delete/')) return change(versions, body, (each) => (each.deletedAt = '2026-01-01T00:00:00Z'))
      if (path.startsWith('undelete/')) return change(versions, body, (each) => delete each.deletedAt)
      if (path.startsWith('destroy/')) return change(versions, body, (each) => (each.isDestroyed = true))
      if (!path.startsWith('data/')) return wrongPath
      if (method === 'GET')
        return withDate(readVersion(versions, Number(query.get('version') ?? 0) || versions.length), now())
      if (method === 'DELETE') {
        const latest = versions.at(-1)
        if (latest !== undefined) latest.deletedAt = '2026-01-01T00:00:00Z'
        return { status: 204 }
      }
      const answer = write(versions, body, now())
      if (answer.status === 200) secrets.set(name, versions)
      return answer
    },
  }
}

const wrongPath: FakeAnswer = {
  status: 404,
  json: {
    errors: [],
    warnings: [
      'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.',
    ],
  },
}

function withDate(answer: FakeAnswer, now: number): FakeAnswer {
  return { ...answer, headers: { ...answer.headers, date: new Date(now).toUTCString() } }
}

function write(versions: Version[], { data, options }: Fields, now: number): FakeAnswer {
  if (typeof data !== 'object' || data === null) return { status: 400, json: { errors: ['no data provided'] } }
  const cas = (options as Fields | undefined)?.['cas']
  if (cas !== undefined && cas !== versions.length) {
    return { status: 400, json: { errors: ['check-and-set parameter did not match the current version'] } }
  }
  versions.push({ data: data as Fields, createdAt: now })
  return { status: 200, json: { data: metadataOf(versions, versions.length) } }
}

function readVersion(versions: readonly Version[], number: number): FakeAnswer {
  const version = versions[number - 1]
  if (version === undefined) return nothing
  const isGone = version.deletedAt !== undefined || version.isDestroyed === true
  const data = { data: isGone ? null : version.data, metadata: metadataOf(versions, number) }
  return { status: isGone ? 404 : 200, json: { data } }
}

function readMetadata(versions: readonly Version[]): FakeAnswer {
  if (versions.length === 0) return nothing
  return { status: 200, json: { data: { current_version: versions.length, cas_required: false } } }
}

function metadataOf(versions: readonly Version[], number: number): Fields {
  const { createdAt = 0, deletedAt = '', isDestroyed = false }: Partial<Version> = versions[number - 1] ?? {}
  // Vault tells nanoseconds.
  const created = new Date(createdAt).toISOString().replace('Z', '319214Z')
  return { version: number, created_time: created, deletion_time: deletedAt, destroyed: isDestroyed }
}

function change(versions: readonly Version[], body: Fields, apply: (version: Version) => unknown): FakeAnswer {
  for (const number of body['versions'] as readonly number[]) {
    const version = versions[number - 1]
    if (version !== undefined) apply(version)
  }
  return { status: 204 }
}

/** Names directly below a path; those that lead further down end in a slash. */
function list(names: readonly string[], path: string): FakeAnswer {
  const prefix = path === '' ? '' : `${path.replace(/\/$/u, '')}/`
  const below = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  const keys = [...new Set(below.map((name) => name.replace(/\/.*$/su, '/')))].toSorted()
  return keys.length === 0 ? nothing : { status: 200, json: { data: { keys } } }
}
