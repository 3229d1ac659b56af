import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aPatch, locate, placeOf, readOne, valueOf } from '../cloud/a-cloud-store.ts'
import { type CloudWorld, describeCloudStore } from '../cloud/cloud-contract.ts'
import { startCloudServer } from '../cloud/cloud-server.ts'
import { awsError, awsRefusals, credentials, signIn, signOut } from './aws-wire.ts'
import { ParameterStandIn } from './parameter-stand-in.ts'

beforeEach(signIn)
afterEach(() => void vi.unstubAllEnvs())

interface World extends CloudWorld {
  readonly standIn: ParameterStandIn
  operations(): readonly string[]
}

async function start(): Promise<World> {
  const standIn = new ParameterStandIn()
  const server = await startCloudServer((request) => standIn.serve(request))
  return {
    standIn,
    server,
    open: async ({ origin = server.origin, ...rest } = {}) => {
      const options = { region: 'eu-west-1', endpoint: origin }
      return (await placeOf({ ref: 'ref+awsssm://any', options, ...rest })).store
    },
    put: (name, value) => String(standIn.put(name, value)),
    current: (name) => standIn.current(name)?.text,
    versions: (name) => standIn.parameters.get(name)?.length ?? 0,
    operations: () => server.requests.map(({ headers }) => String(headers['x-amz-target']).split('.')[1] ?? ''),
  }
}

describe('AWS Parameter Store', () => {
  describeCloudStore({
    start,
    names: ['/hooks/casey', '/hooks/sinch'],
    canaries: Object.values(credentials),
    refusals: awsRefusals,
    signOut,
    noticesOthers: true,
    repeatsWrites: true,
    holdsBytes: false,
    isChange: ({ headers }) => String(headers['x-amz-target']).endsWith('PutParameter'),
    isWrite: ({ headers }) => String(headers['x-amz-target']).endsWith('PutParameter'),
  })

  test('is asked for ten parameters at a time', async () => {
    const world = await start()
    const paths = Array.from({ length: 23 }, (_, index) => ({ path: `/p/${index}` }))
    for (const { path } of paths) world.put(path, `value of ${path}`)

    const answers = await (await world.open()).read(paths)

    expect(answers.every(({ kind }) => kind === 'document')).toBe(true)
    expect(world.operations()).toEqual(Array(3).fill('GetParameters'))
  })

  test('is asked one by one where one of ten is not allowed', async () => {
    const world = await start()
    world.put('/a', 'one')
    world.server.trouble = ({ body }) => (body.includes('"/b"') ? awsRefusals.denied : undefined)

    const answers = await (await world.open()).read([{ path: '/a' }, { path: '/b' }])

    expect(answers.map(({ kind }) => kind)).toEqual(['document', 'denied'])
  })

  test('keeps the key of a parameter', async () => {
    const world = await start()
    world.standIn.put('/a', 'one', { key: 'alias/aws/ssm' })
    world.standIn.put('/a', 'two', { key: 'alias/hooks' })

    await (await world.open()).write('/a', aPatch('', 'three'), 'any')

    expect(world.standIn.current('/a')).toEqual({ text: 'three', type: 'SecureString', key: 'alias/hooks' })
  })

  test('does not put a secret where AWS keeps it in clear', async () => {
    const world = await start()
    world.standIn.put('/a', 'one', { type: 'String' })
    const store = await world.open()

    expect(await valueOf(store, '/a', '')).toBe('one')
    expect(await store.write('/a', aPatch('', 'two'), 'any')).toMatchObject({ kind: 'read-only' })
    expect(await store.proveWritable('/a')).toMatchObject({ kind: 'read-only' })
  })

  test('names the key where that is what is not allowed', async () => {
    const world = await start()
    world.server.trouble = () => awsError('InvalidKeyId')

    expect(await readOne(await world.open(), '/a')).toMatchObject({
      kind: 'denied',
      hint: expect.stringContaining('the use of the KMS key of the parameter'),
    })
  })

  test.each([
    ['ref+awsssm:///hooks/casey', '/hooks/casey'],
    ['ref+awsssm://hooks/casey', '/hooks/casey'],
    ['ref+awsssm://casey', 'casey'],
    ['ref+awsssm://arn:aws:ssm:eu-west-1:1:parameter/casey', 'arn:aws:ssm:eu-west-1:1:parameter/casey'],
  ])('finds by %s the parameter %s', async (ref, path) => {
    expect(await placeOf({ ref })).toMatchObject({ path })
  })

  test.each([
    ['https://ssm.eu-west-1.amazonaws.com', undefined],
    ['https://secretsmanager.eu-west-1.amazonaws.com', 'HS2007'],
  ])('gets credentials at %s or not: %s', async (endpoint, code) => {
    const place = await locate({ ref: 'ref+awsssm:///a', options: { endpoint } })

    expect(place.kind === 'fault' ? place.code : undefined).toBe(code)
  })
})
