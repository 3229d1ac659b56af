import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { crc32c } from '../../../src/secrets/gcp/crc32c.ts'
import { aPatch, locate, placeOf, readOne, valueOf } from '../cloud/a-cloud-store.ts'
import { type CloudWorld, describeCloudStore } from '../cloud/cloud-contract.ts'
import { startCloudServer } from '../cloud/cloud-server.ts'
import { googleError, SecretManagerStandIn, token } from './secret-manager-stand-in.ts'

const project = 'hooks-prod'

let projectOfMachine: string | undefined

beforeEach(async () => {
  projectOfMachine = project
  const metadata = await startCloudServer(({ path, headers: asked }) => {
    if (asked['metadata-flavor'] !== 'Google') return { status: 403 }
    const headers = { 'metadata-flavor': 'Google' }
    if (path.includes('/token')) {
      return { status: 200, headers, body: { access_token: token, expires_in: 3600, token_type: 'Bearer' } }
    }
    const isKnown = path.includes('project-id') && projectOfMachine !== undefined
    return isKnown ? { status: 200, headers, body: projectOfMachine } : { status: 404, headers, body: '' }
  })
  vi.stubEnv('GCE_METADATA_HOST', new URL(metadata.origin).host)
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined)
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', undefined)
  vi.stubEnv('CLOUDSDK_CONFIG', '/nonexistent')
  vi.stubEnv('HOME', '/nonexistent')
  // Where there is a gcloud, it would be asked for the project.
  vi.stubEnv('PATH', '/nonexistent')
})
afterEach(() => void vi.unstubAllEnvs())

function signOut(): void {
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
}

interface World extends CloudWorld {
  readonly standIn: SecretManagerStandIn
}

async function start(): Promise<World> {
  const standIn = new SecretManagerStandIn()
  const server = await startCloudServer((request) => standIn.serve(request))
  const full = (name: string): string => `projects/${project}/secrets/${name}`
  return {
    standIn,
    server,
    open: async ({ origin = server.origin, ...rest } = {}) => {
      return (await placeOf({ ref: 'ref+gcpsecrets://any', options: { project, endpoint: origin }, ...rest })).store
    },
    put: (name, value) => String(standIn.put(full(name), value)),
    putBinary: (name) => void standIn.put(full(name), Buffer.from([0xff, 0xfe])),
    current: (name) => standIn.current(full(name)),
    versions: (name) => standIn.secrets.get(full(name))?.length ?? 0,
  }
}

describe('Google Secret Manager', () => {
  describeCloudStore({
    start,
    names: ['casey_prod', 'sinch_prod'],
    canaries: [token],
    refusals: {
      denied: googleError(403, 'PERMISSION_DENIED'),
      throttled: googleError(429, 'RESOURCE_EXHAUSTED'),
      unauthenticated: googleError(401, 'UNAUTHENTICATED'),
      broken: { status: 503, body: '<html>' },
    },
    signOut,
    noticesOthers: true,
    repeatsWrites: false,
    holdsBytes: true,
    isChange: ({ path }) => path.includes(':addVersion'),
    isWrite: ({ method, path }) => method === 'POST' && /:addVersion|:testIamPermissions|\/secrets\?/.test(path),
  })

  test('finds its project by itself, unless the reference names one', async () => {
    const world = await start()
    world.put('a', 'one')
    world.standIn.put('projects/other/secrets/a', 'theirs')
    const { store } = await placeOf({ ref: 'ref+gcpsecrets://a', options: { endpoint: world.server.origin } })

    expect(await valueOf(store, 'a', '')).toBe('one')
    expect(await valueOf(store, 'projects/other/secrets/a', '')).toBe('theirs')
  })

  test('needs a project', async () => {
    const world = await start()
    projectOfMachine = undefined
    const { store } = await placeOf({ ref: 'ref+gcpsecrets://a', options: { endpoint: world.server.origin } })

    expect(await readOne(store, 'a')).toMatchObject({ message: 'No project is set for Google Secret Manager.' })
  })

  test.each([
    ['ref+gcpsecrets://casey', 'casey', undefined],
    ['ref+gcpsecrets://casey?version=3', 'casey', '3'],
    ['ref+gcpsecrets://p/casey', 'projects/p/secrets/casey', undefined],
    ['ref+gcpsecrets://projects/p/secrets/casey', 'projects/p/secrets/casey', undefined],
    ['ref+gcpsecrets://projects/p/secrets/casey/versions/4', 'projects/p/secrets/casey', '4'],
    ['ref+gcpsecrets://projects/p/locations/eu/secrets/casey', 'projects/p/locations/eu/secrets/casey', undefined],
  ])('finds by %s the secret %s, version %s', async (ref, path, version) => {
    const place = await placeOf({ ref })

    expect([place.path, place.version]).toEqual([path, version])
  })

  test.each(['ref+gcpsecrets://a/b/c', 'ref+gcpsecrets://projects/p/secrets/a/../b', 'ref+gcpsecrets://a:access'])(
    'refuses %s',
    async (ref) => {
      expect(await locate({ ref })).toMatchObject({ kind: 'fault', code: 'HS2006', blame: 'reference' })
    },
  )

  test('notices a value that was damaged on its way', async () => {
    const world = await start()
    world.standIn.put(`projects/${project}/secrets/a`, 'one', { checksum: 1 })

    expect(await readOne(await world.open(), 'a')).toMatchObject({ kind: 'malformed' })
  })

  test('reads back what it wrote before Google tells of it as the latest', async () => {
    const world = await start()
    world.put('a', '{"a":"one"}')
    const store = await world.open()
    world.standIn.lag = 0
    await store.write('a', aPatch('/a', 'two'), 'any')
    world.standIn.lag = 1

    expect(await valueOf(store, 'a', '/a')).toBe('two')
    expect(await store.write('a', aPatch('/b', 'three'), 'any')).toMatchObject({ kind: 'written', version: '3' })
    expect(await valueOf(store, 'a', '/a')).toBe('two')
  })

  test('does not replace a version that was disabled, and goes on after one that was destroyed', async () => {
    const world = await start()
    world.standIn.put(`projects/${project}/secrets/off`, 'one', { state: 'DISABLED' })
    world.standIn.put(`projects/${project}/secrets/gone`, 'one', { state: 'DESTROYED' })
    const store = await world.open()

    expect(await readOne(store, 'off')).toMatchObject({ kind: 'denied', hint: expect.stringContaining('disabled') })
    expect(await store.write('off', aPatch('', 'two'), 'absent')).toMatchObject({ kind: 'denied' })
    expect(await store.write('gone', aPatch('', 'two'), 'absent')).toEqual({ kind: 'written', version: '2' })
  })

  test('tells which permission is missing before it is needed', async () => {
    const world = await start()
    world.put('a', 'one')
    world.standIn.permissions = ['secretmanager.versions.access']

    expect(await (await world.open()).proveWritable('a')).toMatchObject({
      kind: 'denied',
      hint: 'Allow secretmanager.versions.add to the identity that hooks-sync runs as.',
    })
  })

  test('is told from the service that gives out tokens', async () => {
    const world = await start()
    world.put('a', 'one')
    const broken = await startCloudServer(() => ({ status: 403, body: { error: 'invalid_grant', canary: token } }))
    vi.stubEnv('GCE_METADATA_HOST', new URL(broken.origin).host)

    expect(await readOne(await world.open(), 'a')).toMatchObject({ kind: 'unauthenticated' })
    expect(world.server.requests).toEqual([])
  })

  test.each([
    ['https://secretmanager.googleapis.com', undefined],
    ['https://secretmanager.europe-west3.rep.googleapis.com', undefined],
    ['https://storage.googleapis.com', 'HS2007'],
    ['https://secretmanager.googleapis.com.evil.example', 'HS2007'],
  ])('gets credentials at %s or not: %s', async (endpoint, code) => {
    const place = await locate({ ref: 'ref+gcpsecrets://a', options: { endpoint } })

    expect(place.kind === 'fault' ? place.code : undefined).toBe(code)
  })

  test('has checksums as RFC 3720 gives them', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })
})
