import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { vi } from 'vitest'
import { type AtEnd, listenOn } from '../http/vendor-server.ts'

interface StoredObject {
  readonly body: string
  readonly etag: string
  readonly at: number
}

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string
  /** Key without the bucket. */
  readonly key: string
  readonly headers: IncomingMessage['headers']
}

/** An answer instead of the one that is due. */
export interface Trouble {
  readonly status: number
  readonly code?: string
  /** Whether what was asked is done all the same. */
  readonly commit?: boolean
  readonly times?: number
  readonly on?: (request: SeenRequest) => boolean
}

/** A bucket in this process, over real HTTP, with the conditional requests that the user guide of S3 describes. */
export interface BucketServer {
  readonly endpoint: string
  readonly objects: ReadonlyMap<string, StoredObject>
  readonly seen: readonly SeenRequest[]
  /** How it takes conditions: as it must, without noticing them, or by refusing to know them. */
  conditions: 'kept' | 'ignored' | 'refused'
  trouble(trouble: Trouble): void
  /** Answers nothing from so many writes on; the first of them is done all the same where that is asked. */
  vanish(at: number, commit: boolean): void
  /** Answers again, and tells whether it had vanished. */
  comeBack(): boolean
  /** Sets its clock ahead. */
  elapse(ms: number): void
  forgetRequests(): void
}

export const bucketCredentials = {
  AWS_ACCESS_KEY_ID: 'AKIALEDGERCANARY',
  AWS_SECRET_ACCESS_KEY: 'ledger+canary/secret=key',
  AWS_SESSION_TOKEN: 'ledger/canary+token==',
}

/** Starts a server with one bucket until the test ends, and signs the SDK in to it. */
export async function startBucketServer(bucket = 'hooks'): Promise<BucketServer> {
  const server = await serveBucket(bucket)
  for (const [name, value] of Object.entries(bucketEnvironment(server))) vi.stubEnv(name, value)
  return server
}

/** Starts a server with one bucket until the test ends, or what else is given as the end. */
export async function serveBucket(bucket: string, atEnd?: AtEnd): Promise<BucketServer> {
  const server = new Server(bucket)
  const port = await listenOn(
    createServer((request, response) => void server.serve(request, response)),
    atEnd,
  )
  server.endpoint = `http://127.0.0.1:${port}`
  return server
}

/** The variables with which the SDK finds a server and signs in to it. */
export function bucketEnvironment({ endpoint }: Pick<BucketServer, 'endpoint'>): Readonly<Record<string, string>> {
  return {
    ...bucketCredentials,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '2',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  }
}

class Server implements BucketServer {
  endpoint = ''
  conditions: BucketServer['conditions'] = 'kept'
  readonly objects = new Map<string, StoredObject>()
  seen: SeenRequest[] = []
  readonly #bucket: string
  readonly #troubles: (Trouble & { left: number })[] = []
  #vanishing: { left: number; readonly commit: boolean } | undefined
  #elapsed = 0
  #written = 0

  constructor(bucket: string) {
    this.#bucket = bucket
  }

  trouble(trouble: Trouble): void {
    this.#troubles.push({ ...trouble, left: trouble.times ?? Infinity })
  }

  vanish(at: number, commit: boolean): void {
    this.#vanishing = { left: at, commit }
  }

  comeBack(): boolean {
    const hasVanished = this.#vanishing?.left === 0
    this.#vanishing = undefined
    return hasVanished
  }

  elapse(ms: number): void {
    this.#elapsed += ms
  }

  forgetRequests(): void {
    this.seen = []
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request)
    const { pathname } = new URL(request.url ?? '/', 'http://bucket')
    const [bucket = '', ...key] = decodeURIComponent(pathname.slice(1)).split('/')
    const asked = { method: request.method ?? '', key: key.join('/'), headers: request.headers }
    this.seen.push(asked)
    response.setHeader('date', new Date(this.#now()).toUTCString())
    if (this.#isGone(asked, body)) return send(response, refusal(403, 'AccessDenied'))
    const trouble = this.#troubles.find(({ left, on }) => left > 0 && (on?.(asked) ?? true))
    if (trouble !== undefined) {
      trouble.left -= 1
      if (trouble.commit === true) this.#answer(asked, body)
      return send(response, refusal(trouble.status, trouble.code ?? 'InternalError'))
    }
    if (request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=AKIALEDGERCANARY/') !== true) {
      return send(response, refusal(403, 'AccessDenied'))
    }
    if (bucket !== this.#bucket) return send(response, refusal(404, 'NoSuchBucket'))
    send(response, this.#answer(asked, body))
  }

  #isGone(asked: SeenRequest, body: string): boolean {
    const vanishing = this.#vanishing
    if (vanishing === undefined || vanishing.left === 0) return vanishing !== undefined
    if (asked.method !== 'PUT') return false
    vanishing.left -= 1
    if (vanishing.left > 0) return false
    if (vanishing.commit) this.#answer(asked, body)
    return true
  }

  #answer(asked: SeenRequest, body: string): Answer {
    if (asked.method === 'GET') return this.#get(asked)
    if (asked.method === 'PUT') return this.#put(asked, body)
    return refusal(405, 'MethodNotAllowed')
  }

  #get({ key }: SeenRequest): Answer {
    const found = this.objects.get(key)
    if (found === undefined) return refusal(404, 'NoSuchKey')
    const { body, etag, at } = found
    return { status: 200, body, headers: { etag, 'last-modified': new Date(at).toUTCString() } }
  }

  #put({ key, headers }: SeenRequest, body: string): Answer {
    const absent = headers['if-none-match']
    const match = headers['if-match']
    if (this.conditions === 'refused' && (absent ?? match) !== undefined) return refusal(501, 'NotImplemented')
    const found = this.objects.get(key)
    if (this.conditions === 'kept') {
      if (absent === '*' && found !== undefined) return refusal(412, 'PreconditionFailed')
      if (match !== undefined && found === undefined) return refusal(404, 'NoSuchKey')
      if (match !== undefined && match !== found?.etag) return refusal(412, 'PreconditionFailed')
    }
    this.#written += 1
    // With encryption by KMS an ETag is no hash of the content, so nothing may rely on that.
    const etag = `"${createHash('md5').update(`${this.#written} ${body}`).digest('hex')}"`
    this.objects.set(key, { body, etag, at: this.#now() })
    return { status: 200, headers: { etag } }
  }

  #now(): number {
    return Date.now() + this.#elapsed
  }
}

interface Answer {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

function refusal(status: number, code: string): Answer {
  const text = `${Object.values(bucketCredentials).join(' ')} did not please`
  return {
    status,
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'AB12CD34EF56AB12' },
  }
}

function send(response: ServerResponse, { status, body = '', headers = {} }: Answer): void {
  response.writeHead(status, headers)
  response.end(body)
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks).toString()
}
