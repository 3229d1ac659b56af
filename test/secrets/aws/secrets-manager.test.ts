import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aPatch, locate, placeOf, readOne, valueOf } from '../cloud/a-cloud-store.ts'
import { type CloudWorld, describeCloudStore } from '../cloud/cloud-contract.ts'
import { startCloudServer } from '../cloud/cloud-server.ts'
import { awsError, awsRefusals, credentials, signIn, signOut } from './aws-wire.ts'
import { SecretsManagerStandIn } from './secrets-manager-stand-in.ts'

beforeEach(signIn)
afterEach(() => void vi.unstubAllEnvs())

interface World extends CloudWorld {
  readonly standIn: SecretsManagerStandIn
  operations(): readonly string[]
}

async function start(): Promise<World> {
  const standIn = new SecretsManagerStandIn()
  const server = await startCloudServer((request) => standIn.serve(request))
  return {
    standIn,
    server,
    open: async ({ origin = server.origin, ...rest } = {}) => {
      const options = { region: 'eu-west-1', endpoint: origin }
      return (await placeOf({ ref: 'ref+awssecrets://any', options, ...rest })).store
    },
    put: (name, value) => standIn.put(name, value).id,
    putBinary: (name) => void standIn.put(name, undefined),
    current: (name) => standIn.current(name)?.text,
    versions: (name) => standIn.secrets.get(name)?.length ?? 0,
    operations: () => server.requests.map(({ headers }) => String(headers['x-amz-target']).split('.')[1] ?? ''),
  }
}

describe('AWS Secrets Manager', () => {
  describeCloudStore({
    start,
    names: ['casey/prod', 'sinch/prod'],
    canaries: Object.values(credentials),
    refusals: awsRefusals,
    signOut,
    noticesOthers: true,
    repeatsWrites: true,
    holdsBytes: true,
    isChange: ({ headers }) => /CreateSecret|UpdateSecretVersionStage/.test(String(headers['x-amz-target'])),
    isWrite: ({ headers }) =>
      /PutSecretValue|CreateSecret|UpdateSecretVersionStage/.test(String(headers['x-amz-target'])),
  })

  test('is asked for twenty secrets at a time', async () => {
    const world = await start()
    const paths = Array.from({ length: 45 }, (_, index) => ({ path: `secret-${index}` }))
    for (const { path } of paths) world.put(path, `value of ${path}`)

    const answers = await (await world.open()).read(paths)

    expect(answers.every(({ kind }) => kind === 'document')).toBe(true)
    expect(world.operations()).toEqual(Array(3).fill('BatchGetSecretValue'))
  })

  test('is asked one by one where the batch is not allowed', async () => {
    const world = await start()
    world.put('a', 'one')
    world.server.trouble = ({ headers, body }) => {
      const isBatch = String(headers['x-amz-target']).endsWith('BatchGetSecretValue')
      return isBatch || body.includes('"b"') ? awsRefusals.denied : undefined
    }

    const answers = await (await world.open()).read([{ path: 'a' }, { path: 'b' }])

    expect(answers.map(({ kind }) => kind)).toEqual(['document', 'denied'])
  })

  test('is not asked one by one where that would fail alike', async () => {
    const world = await start()
    world.server.trouble = () => awsRefusals.unauthenticated

    const answers = await (await world.open()).read([{ path: 'a' }, { path: 'b' }])

    expect(answers.map(({ kind }) => kind)).toEqual(['unauthenticated', 'unauthenticated'])
    expect(world.operations()).toEqual(['BatchGetSecretValue'])
  })

  test('finds a secret by its ARN too, and a version by its label', async () => {
    const world = await start()
    world.standIn.put('a', 'one', randomUUID(), ['AWSCURRENT'])
    world.standIn.put('a', 'two', randomUUID(), ['AWSPENDING'])
    const store = await world.open()

    expect(await valueOf(store, 'a', '', 'AWSPENDING')).toBe('two')
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf'
    world.put(arn, 'by its ARN')
    expect(await valueOf(store, arn, '')).toBe('by its ARN')
  })

  test('gives a value to a secret that was made without one', async () => {
    const world = await start()
    world.standIn.secrets.set('shell', [])

    const outcome = await (await world.open()).write('shell', aPatch('', 'one'), 'absent')

    expect(outcome.kind).toBe('written')
    expect(world.current('shell')).toBe('one')
    expect(world.operations()).not.toContain('CreateSecret')
  })

  test('does not take the current version from a newer one', async () => {
    const world = await start()
    const first = world.put('a', 'one')
    const store = await world.open()
    const outcome = await store.write('a', aPatch('', 'two'), { version: first })

    expect(outcome.kind).toBe('written')
    expect(world.standIn.secrets.get('a')?.map(({ stages }) => [...stages])).toEqual([
      [],
      ['HOOKS_SYNC_PENDING', 'AWSCURRENT'],
    ])
  })

  test('tells how to keep a secret that is about to be deleted', async () => {
    const world = await start()
    world.server.trouble = () => awsError('InvalidRequestException')

    const fault = await readOne(await world.open(), 'a')

    expect(fault).toEqual({
      kind: 'denied',
      message: 'AWS Secrets Manager cannot read a as it is now (InvalidRequestException, 400).',
      hint:
        'If it is about to be deleted, keep it: aws secretsmanager restore-secret --secret-id a' +
        ' The request had the id 01234567-89ab-cdef-0123-456789abcdef.',
    })
  })

  test('needs a region', async () => {
    const { store } = await placeOf({ ref: 'ref+awssecrets://a' })

    expect(await readOne(store, 'a')).toMatchObject({ message: 'No region is set for AWS Secrets Manager.' })
  })

  test.each([
    ['https://secretsmanager.eu-west-1.amazonaws.com', undefined],
    ['https://secretsmanager-fips.us-east-1.amazonaws.com', undefined],
    ['https://secretsmanager.cn-north-1.amazonaws.com.cn', undefined],
    ['https://secretsmanager.eu-west-1.api.aws', undefined],
    ['https://vpce-0a1b-x.secretsmanager.eu-west-1.vpce.amazonaws.com', undefined],
    ['https://named.example.com', undefined],
    ['https://allowed.example.com', undefined],
    ['http://127.0.0.1:4566', undefined],
    ['https://evil.example.com', 'HS2007'],
    ['http://secretsmanager.eu-west-1.amazonaws.com', 'HS2007'],
    ['https://secretsmanager.eu-west-1.amazonaws.com.evil.example', 'HS2007'],
    ['https://abc123.execute-api.eu-west-1.amazonaws.com', 'HS2007'],
    ['https://ec2-1-2-3-4.eu-west-1.compute.amazonaws.com', 'HS2007'],
    ['https://user@secretsmanager.eu-west-1.amazonaws.com', 'HS2006'],
    ['https://secretsmanager.eu-west-1.amazonaws.com/path', 'HS2006'],
    ['secretsmanager', 'HS2006'],
  ])('gets credentials at %s or not: %s', async (endpoint, code) => {
    const place = await locate({
      ref: 'ref+awssecrets://a',
      options: { endpoint },
      env: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://named.example.com' },
      allowedOrigins: ['https://allowed.example.com'],
    })

    expect(place.kind === 'fault' ? place.code : undefined).toBe(code)
  })

  test.each([
    [{ region: 'x.evil.example/' }, 'The setting "region" of the store "team" is not a region such as eu-west-1.'],
    [{ profile: 7 }, 'The setting "profile" of the store "team" is not the name of a profile.'],
    [{ access_key: 'x' }, 'The store "team" has a setting "access_key", which the backend awssecrets does not know.'],
  ])('refuses the settings %j', async (options, message) => {
    expect(await locate({ ref: 'ref+awssecrets://a', options })).toMatchObject({ code: 'HS2006', message })
  })

  test('is not asked where servers need not prove who they are', async () => {
    const place = await locate({ ref: 'ref+awssecrets://a', env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })

    expect(place).toMatchObject({ kind: 'fault', code: 'HS2011' })
  })
})
