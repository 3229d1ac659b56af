import { createServer } from 'node:https'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { type Client, RateLimitExceededError, type ResolveReferenceError, Secrets } from '@1password/sdk'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import { explainReference, explainSdkError } from '../../../src/secrets/op/sdk-fault.ts'
import { makeSdkStore, type SdkStoreOptions } from '../../../src/secrets/op/sdk-store.ts'
import { makeResolver } from '../../../src/secrets/resolver.ts'
import type { Store, StoredDocument, StoreFault } from '../../../src/secrets/store.ts'
import { makeSelfSigned } from '../../http/self-signed.ts'
import { deadOrigin, listenOn } from '../../http/vendor-server.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

type Sdk = typeof import('@1password/sdk')
type Answer = StoredDocument | StoreFault

const canary = 'canary'.repeat(6)

/** A token in the form of a service account's, whose account does not exist. */
function aToken(signInAddress: string): string {
  const parts = {
    signInAddress,
    userAuth: { method: 'SRPg-4096', alg: 'PBES2g-HS256', iterations: 650_000, salt: 'A'.repeat(22) },
    email: 'none@1passwordserviceaccounts.com',
    srpX: 'ca'.repeat(32),
    muk: { alg: 'A256GCM', ext: true, k: `${canary}AAAAAAA`, key_ops: ['encrypt', 'decrypt'], kty: 'oct', kid: 'mp' },
    secretKey: 'A3-C4ZJMN-PQTZTL-HGL84-G64M7-KVZRN-4ZVP6',
    throttleSecret: { seed: 'aa'.repeat(32), uuid: 'A'.repeat(26) },
    deviceUuid: 'a'.repeat(26),
  }
  return `ops_${Buffer.from(JSON.stringify(parts)).toString('base64url')}`
}

function aStore(token: string, options: Partial<SdkStoreOptions> = {}): Store {
  return makeSdkStore({ token: new Secret(token), integration: { name: 'hooks-sync', version: '1.2.3' }, ...options })
}

async function readOne(store: Store, path: string): Promise<Answer | undefined> {
  const [answer] = await store.read([{ path }])
  return answer
}

describe('the SDK of 1Password', () => {
  const { key, cert } = makeSelfSigned('localhost')
  const usual = getGlobalDispatcher()
  // The SDK calls the global fetch, at the address in the token; only trust in the certificate is arranged for here.
  beforeAll(() => setGlobalDispatcher(new Agent({ connect: { ca: cert, checkServerIdentity: () => undefined } })))
  afterAll(() => setGlobalDispatcher(usual))

  async function startAccount(
    status: number,
    body: string,
  ): Promise<{ readonly address: string; readonly asked: string[] }> {
    const asked: string[] = []
    const server = createServer({ key, cert }, (request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['user-agent']}`)
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
    return { address: `127.0.0.1:${await listenOn(server)}`, asked }
  }

  test.each<[number, string, StoreFault['kind'], RegExp]>([
    [401, `{"reason":"${canary}"}`, 'unauthenticated', /does not accept the token/],
    [403, '{}', 'denied', /does not let the service account/],
    [404, '{}', 'unauthenticated', /does not accept the token/],
    [429, '{}', 'throttled', /wants fewer requests/],
    [500, canary, 'unavailable', /in a way that hooks-sync does not know/],
    [200, canary, 'unavailable', /in a way that hooks-sync does not know/],
    [200, '{}', 'unauthenticated', /is none, or is cut off/],
  ])(
    'that meets %i %s at the login is asked once, and its words are not repeated',
    async (status, body, kind, message) => {
      const { address, asked } = await startAccount(status, body)
      const store = aStore(aToken(address))

      const answers = await store.read([{ path: 'v/i/f' }, { path: 'v/i/g' }])
      const later = await readOne(store, 'v/i/h')

      for (const answer of [...answers, later])
        expect(answer).toMatchObject({ kind, message: expect.stringMatching(message) })
      expect(asked).toEqual([expect.stringMatching(/^POST \/api\/v3\/auth\/start .* hooks-sync\/1\.2\.3$/)])
      expect(inspect(answers, { depth: 9, showHidden: true })).not.toMatch(/canary|ops_eyJ/)
    },
  )

  test('that reaches nobody says so', async () => {
    const store = aStore(aToken(new URL(await deadOrigin()).host))

    expect(await store.check()).toMatchObject({ kind: 'unavailable', message: '1Password cannot be reached.' })
  })

  test.each([canary, `ops_${canary}`, `ops_${Buffer.from(`{"x":"${canary}"}`).toString('base64url')}`])(
    'that is given something else than a token says so without it',
    async (token) => {
      const fault = await aStore(token).check()

      expect(fault).toMatchObject({ kind: 'unauthenticated', message: expect.stringMatching(/is none, or is cut off/) })
      expect(inspect(fault)).not.toContain('canary')
    },
  )

  test('is used where there is a token of a service account and no Connect', async () => {
    const { address } = await startAccount(429, '{}')
    const env = { OP_SERVICE_ACCOUNT_TOKEN: aToken(address) }
    const resolver = makeResolver({ stores: [], env, homeDir: '/nonexistent', cwd: '/nonexistent' })
    onTestFinished(() => resolver.close())

    const { diagnostics } = await resolver.resolve([
      { ref: 'op://v/i/f', baseDir: '/' },
      { ref: 'op://v/i/g', baseDir: '/' },
    ])

    expect(diagnostics).toMatchObject([{ code: 'HS2004', message: expect.stringMatching(/wants fewer requests/) }])
  })

  test('has the same idea of a reference as hooks-sync', async () => {
    const store = aStore(canary, { load: () => Promise.reject(new Error('nothing is asked')) })

    for (const path of ['v/i/f', 'v/i/s/f', 'a b/c.d/e-f_g']) {
      expect(() => Secrets.validateSecretReference(`op://${path}`)).not.toThrow()
      expect(await readOne(store, path)).toMatchObject({ kind: 'not-installed' })
    }
    for (const path of ['v/ü/f', 'v/a@b/f', 'v/a,b/f', 'v/i/s/f/g', 'v/i']) {
      expect(() => Secrets.validateSecretReference(`op://${path}`)).toThrow()
      expect(await readOne(store, path)).toMatchObject({ kind: 'malformed' })
    }
    // What the SDK would take for more than a name.
    expect(await readOne(store, 'v/i/f?attribute=otp')).toMatchObject({ kind: 'malformed' })
  })

  test('that is not installed is named with what to run', async () => {
    const elsewhere = createRequire(join(await temporaryDirectory(), 'program.js'))
    const load = async (): Promise<Sdk> => elsewhere('@1password/sdk') as Sdk

    expect(await readOne(aStore(canary, { load }), 'v/i/f')).toMatchObject({
      kind: 'not-installed',
      message: 'The package @1password/sdk is not installed.',
      hint: 'Run: npm install @1password/sdk@0.5',
    })
  })
})

// A login needs 1Password's servers, so that what comes after it is answered here with the SDK's own types.
describe('what the SDK resolves', () => {
  type Responses = Awaited<ReturnType<Client['secrets']['resolveAll']>>['individualResponses']

  function loggedIn(respond: (refs: readonly string[]) => Responses): {
    readonly store: Store
    readonly calls: (readonly string[])[]
  } {
    const calls: (readonly string[])[] = []
    const resolveAll: Client['secrets']['resolveAll'] = (refs) => {
      calls.push(refs)
      return Promise.resolve({ individualResponses: respond(refs) })
    }
    const createClient = (): Promise<Client> => Promise.resolve({ secrets: { resolveAll } } as unknown as Client)
    return { store: aStore(canary, { load: () => Promise.resolve({ createClient } as unknown as Sdk) }), calls }
  }

  test('comes from one call, whatever is wrong with some of the references', async () => {
    const { store, calls } = loggedIn(() => ({
      'op://v/i/a': { content: { secret: 'one', itemId: 'i', vaultId: 'v' } },
      'op://v/i/b': { error: { type: 'fieldNotFound' } },
      'op://v/i/c': { content: { secret: '', itemId: 'i', vaultId: 'v' } },
    }))

    const answers = await store.read(['v/i/a', 'v/ü/f', 'v/i/b', 'v/i/c', 'v/i/d'].map((path) => ({ path })))

    expect(answers.map(({ kind }) => kind)).toEqual(['document', 'malformed', 'not-found', 'empty', 'unavailable'])
    expect(calls).toEqual([['op://v/i/a', 'op://v/i/b', 'op://v/i/c', 'op://v/i/d']])
  })

  test.each<[ResolveReferenceError['type'], StoreFault['kind']]>([
    ['vaultNotFound', 'not-found'],
    ['itemNotFound', 'not-found'],
    ['noMatchingSections', 'not-found'],
    ['fieldNotFound', 'not-found'],
    ['tooManyVaults', 'malformed'],
    ['tooManyItems', 'malformed'],
    ['tooManyMatchingFields', 'malformed'],
    ['parsing', 'malformed'],
    ['unsupportedFileFormat', 'not-text'],
    ['other', 'unavailable'],
  ])('%s is told as %s', (type, kind) => {
    expect(explainReference(type, 'v/i/f')).toMatchObject({ kind, message: expect.stringMatching(/^op:\/\/v\/i\/f /) })
  })

  test('is not waited for without end', async () => {
    const createClient = (): Promise<Client> => new Promise(() => {})
    const load = (): Promise<Sdk> => Promise.resolve({ createClient } as unknown as Sdk)

    expect(await aStore(canary, { load, timeoutMs: 1 }).check()).toMatchObject({
      kind: 'unavailable',
      message: '1Password does not answer in time.',
    })
  })

  test('of a kind that is not known yet is told all the same', () => {
    expect(explainReference('constructor', 'v/i/f')).toMatchObject({ kind: 'unavailable' })
  })

  test.each([
    [new RateLimitExceededError(canary), 'throttled'],
    [new Error(canary), 'unavailable'],
    [canary, 'unavailable'],
    [{ message: canary }, 'unavailable'],
  ])('%# fails as a whole without its words', (error, kind) => {
    expect(explainSdkError(error)).toMatchObject({ kind })
    expect(JSON.stringify(explainSdkError(error))).not.toContain('canary')
  })
})
