import { describe, expect, test } from 'vitest'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import type { LedgerStore } from '../../src/engine/ledger/ledger-store.ts'
import { listEntries } from '../../src/engine/ledger/list-entries.ts'
import { openSharedLedger } from '../../src/shared-ledger/open-shared-ledger.ts'
import { findingOf, openNow } from '../engine/ledger/ledger-builders.ts'
import { putEntry, putIntent } from '../engine/ledger/ledger-changes.ts'
import { type BucketServer, bucketCredentials, bucketEnvironment, startBucketServer } from './bucket-server.ts'
import { aSharedPlace, surroundings } from './ledger-backends.ts'

const text = 's3://hooks/team/ledger'

function storeAt(server: BucketServer, place = text): LedgerStore {
  return openSharedLedger(aSharedPlace(place), surroundings(bucketEnvironment(server)), { lookMs: 0 })
}

async function writeOne(server: BucketServer): Promise<void> {
  const open = await openNow(storeAt(server))
  await open.record(putEntry('one'))
  await open.close()
}

test('keeps a head and one object for each account below its prefix', async () => {
  const server = await startBucketServer()

  await writeOne(server)

  const names = Array.from(server.objects.keys()).toSorted()
  expect(names).toEqual([
    expect.stringMatching(/^team\/ledger\/account-[0-9a-f]{16}-1of1-a\.json$/u),
    'team/ledger/conditions.json',
    'team/ledger/head.json',
  ])
})

test('makes every write depend on what it found', async () => {
  const server = await startBucketServer()

  await writeOne(server)

  const writes = server.seen.filter(({ method }) => method === 'PUT')
  expect(writes.filter(({ headers }) => (headers['if-match'] ?? headers['if-none-match']) === undefined)).toEqual([])
})

test.each(['ignored', 'refused'] as const)('refuses a server by which conditions are %s', async (conditions) => {
  const server = await startBucketServer()
  server.conditions = conditions

  const finding = await findingOf(openNow(storeAt(server)))

  expect(finding).toMatchObject({
    code: 'HS5004',
    message: expect.stringContaining('takes no notice of If-None-Match'),
  })
  expect(server.objects.has('team/ledger/head.json')).toBe(false)
})

test('asks a server once whether it keeps conditions', async () => {
  const server = await startBucketServer()
  await writeOne(server)
  server.forgetRequests()

  await writeOne(server)

  expect(server.seen.filter(({ key }) => key.endsWith('conditions.json'))).toEqual([])
})

describe('a failing server', () => {
  test.each([
    ['GET', 403, 'AccessDenied', 'HS5001', /cannot be read: access is denied \(403 AccessDenied\)/u, /s3:ListBucket/u],
    [
      'PUT',
      403,
      'AccessDenied',
      'HS5004',
      /cannot be written: access is denied/u,
      /s3:PutObject on arn:aws:s3:::hooks/u,
    ],
    ['GET', 404, 'NoSuchBucket', 'HS5001', /there is no bucket hooks/u, /AWS_REGION/u],
    ['GET', 403, 'InvalidAccessKeyId', 'HS5001', /cannot be read/u, /./u],
    ['GET', 500, 'InternalError', 'HS5001', /out of order \(500 InternalError\)/u, /Run the command again/u],
    ['GET', 503, 'SlowDown', 'HS5001', /cannot be read/u, /Run the command again/u],
    ['GET', 301, 'PermanentRedirect', 'HS5001', /another region/u, /AWS_REGION/u],
  ] as const)(
    'that answers %s with %i %s is told of without a credential',
    async (method, status, code, expected, message, hint) => {
      const server = await startBucketServer()
      server.trouble({ status, code, on: (request) => request.method === method })

      const error: unknown = await openNow(storeAt(server)).catch((reason: unknown) => reason)

      if (!(error instanceof DiagnosticError)) throw new Error('expected a finding', { cause: error })
      const [finding] = error.diagnostics
      expect(finding).toMatchObject({ code: expected })
      expect(finding?.message).toMatch(message)
      expect(finding?.hint).toMatch(hint)
      const everything = JSON.stringify([finding, error.stack, error.cause ?? ''])
      for (const credential of Object.values(bucketCredentials)) expect(everything).not.toContain(credential)
    },
  )

  test('that cannot be reached is told of', async () => {
    const server = await startBucketServer()
    const env = { ...bucketEnvironment(server), AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }

    const finding = await findingOf(openSharedLedger(aSharedPlace(text), surroundings(env)).read())

    expect(finding).toMatchObject({ code: 'HS5001', message: expect.stringContaining('cannot be reached') })
  })

  test('is not called where certificates are not checked', async () => {
    const server = await startBucketServer()
    const env = { ...bucketEnvironment(server), NODE_TLS_REJECT_UNAUTHORIZED: '0' }

    const finding = await findingOf(openSharedLedger(aSharedPlace(text), surroundings(env)).read())

    expect(finding.code).toBe('HS2011')
    expect(server.seen).toEqual([])
  })

  test('that loses its answers and is asked again keeps everything once', async () => {
    const server = await startBucketServer()
    server.trouble({ status: 500, commit: true, times: 1, on: ({ key }) => key.includes('head') })
    server.trouble({ status: 500, commit: true, times: 1, on: ({ key }) => key.includes('journal') })
    server.trouble({ status: 500, commit: true, times: 1, on: ({ key }) => key.includes('account') })
    const open = await openNow(storeAt(server))

    await open.record(putIntent('one'))
    await open.record(putEntry('one'))
    await open.confirm()
    await open.close()

    expect(listEntries(await storeAt(server).read()).map(({ key }) => key)).toEqual(['one'])
  })

  test('that refuses one of two writes at once is asked again', async () => {
    const server = await startBucketServer()
    const isWrite = ({ method, key }: { method: string; key: string }): boolean =>
      method === 'PUT' && key.includes('head')
    server.trouble({ status: 409, code: 'ConditionalRequestConflict', times: 2, on: isWrite })

    await writeOne(server)

    expect(listEntries(await storeAt(server).read())).toHaveLength(1)
  })
})

test('judges how old a lock is by the clock of the server, not by our own', async () => {
  const server = await startBucketServer()
  const hour = 3_600_000
  const open = await openNow(storeAt(server))
  await open.record(putEntry('one'))

  const early = await findingOf(openNow(storeAt(server), hour))
  server.elapse(hour)
  const next = await openNow(storeAt(server), -hour)

  expect(early.code).toBe('HS5002')
  expect(await findingOf(open.confirm())).toMatchObject({ code: 'HS5003' })
  await next.close()
})

test('does not mistake what somebody else put there for a ledger', async () => {
  const server = await startBucketServer()
  await writeOne(server)
  const [name = ''] = Array.from(server.objects.keys()).filter((key) => key.includes('account'))
  const stored = server.objects.get(name)
  if (stored === undefined) throw new Error('no object')
  ;(server.objects as Map<string, typeof stored>).set(name, { ...stored, body: stored.body.replace('W1', 'W2') })

  const finding = await findingOf(storeAt(server).read())

  expect(finding).toMatchObject({
    code: 'HS5001',
    message: expect.stringContaining('is not the one that the head names'),
  })
})
