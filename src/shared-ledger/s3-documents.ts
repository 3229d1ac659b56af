import type { S3Client } from '@aws-sdk/client-s3'
import { DiagnosticError } from '../core/diagnostic.ts'
import type { SharedDocuments } from '../engine/ledger/documents/shared-documents.ts'
import { findUnsafeTls } from '../http/unsafe-tls.ts'
import { type AwsCaller, type AwsFailure, isFailed, makeAwsCaller } from '../secrets/aws/aws-client.ts'
import type { Environment } from '../secrets/env/env-store.ts'
import type { StoreDirectoryOptions } from '../secrets/locate.ts'
import type { StoreFault } from '../secrets/store.ts'
import { ledgerFailure } from './ledger-fault.ts'
import type { SharedPlace } from './ledger-place.ts'
import { explainBucketFailure, hasNoCondition, isConflict, isMissing, unconditional } from './s3-fault.ts'
import { watchServerTime } from './server-time.ts'

type BucketPlace = Extract<SharedPlace, { readonly kind: 's3' }>
type Sdk = typeof import('@aws-sdk/client-s3')

/** Keeps documents as objects of a bucket, written with `If-None-Match` and `If-Match`. */
export function openBucketDocuments(place: BucketPlace, options: StoreDirectoryOptions): SharedDocuments {
  const unsafe = findUnsafeTls(options.env)
  if (unsafe !== undefined) throw new DiagnosticError([unsafe])
  return new BucketDocuments(place, options)
}

class BucketDocuments implements SharedDocuments {
  readonly place: string
  /** An object may be as long as it likes. */
  readonly partBytes = Infinity
  readonly #bucket: string
  readonly #prefix: string
  readonly #caller: AwsCaller<Sdk, S3Client>
  readonly #time = watchServerTime()

  constructor({ text, bucket, prefix }: BucketPlace, { env, calls }: StoreDirectoryOptions) {
    this.place = text
    this.#bucket = bucket
    this.#prefix = prefix
    const open = (sdk: Sdk, options: ConstructorParameters<Sdk['S3Client']>[0]): S3Client => {
      const client = new sdk.S3Client({ ...options, ...endpointOf(env), ...plainRequests })
      this.#time.follow(client)
      return client
    }
    this.#caller = makeAwsCaller(
      { name: '@aws-sdk/client-s3', load: () => import('@aws-sdk/client-s3'), open },
      {},
      calls ?? { userAgent: 'hooks-sync' },
    )
  }

  async read(name: string): ReturnType<SharedDocuments['read']> {
    const answer = await this.#caller.attempt(async ({ sdk, client }) => {
      const { Body, ETag, LastModified } = await client.send(new sdk.GetObjectCommand(this.#object(name)))
      return { text: (await Body?.transformToString('utf-8')) ?? '', etag: ETag, at: LastModified }
    })
    if (isFailed(answer)) {
      if (isMissing(answer)) return undefined
      throw this.#failure(answer, 'read')
    }
    const { text, etag, at } = answer
    if (etag === undefined) throw ledgerFailure(this.place, 'read', unconditional)
    const ageMs = this.#time.ageOf(at)
    return { text, version: etag, ...(ageMs === undefined ? {} : { ageMs }) }
  }

  async write(name: string, text: string, expected: string | undefined): ReturnType<SharedDocuments['write']> {
    const condition = expected === undefined ? { IfNoneMatch: '*' } : { IfMatch: expected }
    const answer = await this.#caller.attempt(async ({ sdk, client }) => {
      const content = { Body: text, ContentType: 'application/json' }
      const { ETag } = await client.send(new sdk.PutObjectCommand({ ...this.#object(name), ...content, ...condition }))
      return { etag: ETag }
    })
    if (isFailed(answer)) {
      if (isConflict(answer) || (expected !== undefined && isMissing(answer))) return { kind: 'conflict' }
      throw this.#failure(answer, 'write')
    }
    if (answer.etag === undefined) throw ledgerFailure(this.place, 'write', unconditional)
    return answer.etag
  }

  /** A server that takes no notice of conditions would let two runs hold one lock. */
  async prove(): Promise<void> {
    const name = 'conditions'
    const text = 'This object shows that writes with If-None-Match and If-Match are refused as they must be.\n'
    await this.write(name, text, undefined)
    const again = await this.write(name, text, undefined)
    const other = await this.write(name, text, '"00000000000000000000000000000000"')
    if (typeof again === 'string' || typeof other === 'string') {
      throw ledgerFailure(this.place, 'write', unconditional)
    }
  }

  close(): Promise<void> {
    return this.#caller.close()
  }

  #object(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#prefix}/${name}.json` }
  }

  #failure(failed: AwsFailure | StoreFault, doing: 'read' | 'write'): Error {
    if (!('failure' in failed)) return ledgerFailure(this.place, doing, failed)
    if (hasNoCondition(failed)) return ledgerFailure(this.place, doing, unconditional)
    const object = `arn:aws:s3:::${this.#bucket}/${this.#prefix}/*`
    return ledgerFailure(this.place, doing, explainBucketFailure(failed.failure, doing, this.#bucket, object))
  }
}

// Sums in trailers are unknown to many servers that speak S3; the head of a ledger has sums of its own.
const plainRequests = {
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const

/** A server of one's own has no host name for each bucket. */
function endpointOf(env: Environment): { readonly endpoint?: string; readonly forcePathStyle?: true } {
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return {}
  const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']
  return endpoint === undefined || endpoint === '' ? {} : { endpoint, forcePathStyle: true }
}
