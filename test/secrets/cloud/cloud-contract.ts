import { beforeEach, describe, expect, test } from 'vitest'
import type { Store, StoreFaultKind } from '../../../src/secrets/store.ts'
import { aPatch, readOne, valueOf } from './a-cloud-store.ts'
import { type CloudServer, findCanary, startCloudServer, type Trouble } from './cloud-server.ts'

/** A stand-in of a service, with what the tests do behind the back of the store. */
export interface CloudWorld {
  readonly server: CloudServer
  /** The store at the stand-in, opened the way a run opens it; a new one for each call. */
  open(options?: { readonly origin?: string; readonly timeoutMs?: number }): Promise<Store>
  /** Adds a version by other means; returns what pins it. */
  put(name: string, value: string): string
  /** What is there now; undefined for nothing. */
  current(name: string): string | undefined
  /** How many versions there are. */
  versions(name: string): number
  /** Puts bytes that are no text, where the service takes such. */
  putBinary?(name: string): void
}

export interface CloudContract {
  readonly start: () => Promise<CloudWorld>
  /** Names of two secrets that the service accepts. */
  readonly names: readonly [string, string]
  /** Credentials that must not be told. */
  readonly canaries: readonly string[]
  /** A refusal, as this service words it. */
  readonly refusals: { readonly [K in 'denied' | 'throttled' | 'unauthenticated' | 'broken']: Trouble }
  /** Takes all credentials out of the environment. */
  readonly signOut: () => void
  /** Whether the service, or the store on top of it, notices who writes at the same time. */
  readonly noticesOthers: boolean
  /** Whether the SDK makes a call again that may have changed something. */
  readonly repeatsWrites: boolean
  /** Whether the service keeps bytes that are no text. */
  readonly holdsBytes: boolean
  /** Whether a request is the one that makes a value visible. */
  readonly isChange: (request: CloudServer['requests'][number]) => boolean
  /** Whether a request is one that would change a secret, or asks whether it might. */
  readonly isWrite: (request: CloudServer['requests'][number]) => boolean
}

const secret = 'canary/"secret"+<value>'

/** Holds the store of a cloud to the contract of all stores, against a stand-in of its service. */
export function describeCloudStore(contract: CloudContract): void {
  const { names, canaries, refusals } = contract
  const [name, other] = names
  let world: CloudWorld
  let store: Store

  beforeEach(async () => {
    world = await contract.start()
    store = await world.open()
  })

  describe('reading', () => {
    test('gives texts and fields, each path asked for, in that order', async () => {
      world.put(name, secret)
      world.put(other, '{"casey":{"key":"nested"},"plain":"field"}')

      const answers = await store.read([{ path: other }, { path: 'not-there' }, { path: name }])

      expect(answers.map(({ kind }) => kind)).toEqual(['document', 'not-found', 'document'])
      expect(await valueOf(store, name, '')).toBe(secret)
      expect(await valueOf(store, other, '/casey/key')).toBe('nested')
      expect(await store.list?.(other)).toEqual([['casey', 'key'], ['plain']])
    })

    test('gives a pinned version', async () => {
      const first = world.put(name, 'one')
      const second = world.put(name, 'two')

      expect(await valueOf(store, name, '', first)).toBe('one')
      expect(await readOne(store, name)).toMatchObject({ kind: 'document', version: second })
      expect(await readOne(store, name, missingVersion(first))).toMatchObject({ kind: 'not-found' })
    })

    if (contract.holdsBytes) {
      test('does not take bytes for a text', async () => {
        world.putBinary?.(name)

        expect(await readOne(store, name)).toMatchObject({ kind: 'not-text' })
      })
    }
  })

  describe('writing', () => {
    test('makes a secret that is not there', async () => {
      const text = await store.write(name, aPatch('', secret), 'absent')
      const fields = await store.write(other, aPatch('/casey/key', secret), 'absent')

      expect([text.kind, fields.kind]).toEqual(['written', 'written'])
      expect(world.current(name)).toBe(secret)
      expect(JSON.parse(world.current(other) ?? '')).toEqual({ casey: { key: secret } })
    })

    test('sets one field and keeps everything else, in its order', async () => {
      world.put(name, '{\n  "z": 1.50,\n  "list": [1, "a"],\n  "casey": {"key": "old"}\n}')

      const outcome = await store.write(name, aPatch('/casey/key', 'new'), 'any')

      expect(outcome).toMatchObject({ kind: 'written', version: expect.any(String) })
      expect(JSON.parse(world.current(name) ?? '')).toEqual({ z: 1.5, list: [1, 'a'], casey: { key: 'new' } })
      expect(Object.keys(JSON.parse(world.current(name) ?? '') as object)).toEqual(['z', 'list', 'casey'])
      expect(await readOne(store, name)).toMatchObject({
        kind: 'document',
        version: (outcome as { version: string }).version,
      })
    })

    test.each([
      ['"a text"', 'malformed', 'no JSON object'],
      ['{"casey":"taken"}', 'malformed', 'nothing can be stored below'],
      ['{"id":12345678901234567890}', 'malformed', 'more digits'],
    ])('does not break what is there: %s', async (text, kind, message) => {
      world.put(name, text)

      const outcome = await store.write(name, aPatch('/casey/key', 'new'), 'any')

      expect(outcome).toMatchObject({ kind, message: expect.stringContaining(message) })
      expect(world.current(name)).toBe(text)
    })

    test('does not add a version of the same', async () => {
      world.put(name, '{"a":"one"}')
      await store.write(name, aPatch('/a', 'one'), 'any')
      await store.write(name, aPatch('', '{"a":"one"}'), 'any')

      expect(world.versions(name)).toBe(1)
    })

    test('holds to what is expected', async () => {
      const first = world.put(name, '{"a":"one"}')
      const second = world.put(name, '{"a":"two"}')

      const taken = await store.write(name, aPatch('/a', 'three'), 'absent')
      const changed = await store.write(name, aPatch('/a', 'three'), { version: first })
      const untaken = await store.write(name, aPatch('/b', 'three'), 'absent')
      const outdated = await store.write(name, aPatch('/a', 'four'), { version: second })

      expect([taken.kind, changed.kind, untaken.kind, outdated.kind]).toEqual([
        'conflict',
        'conflict',
        'written',
        'conflict',
      ])
      expect(JSON.parse(world.current(name) ?? '')).toEqual({ a: 'two', b: 'three' })
    })

    test.each<[string, string, string | undefined]>([
      ['a secret is made', '', undefined],
      ['a field is added', '/key', '{"a":"one"}'],
    ])('takes its own write for its own where the answer is lost and %s', async (_, pointer, text) => {
      if (text !== undefined) world.put(name, text)
      let lost = 0
      world.server.trouble = (request) => {
        const isLost = contract.isChange(request) && lost < 1
        lost += isLost ? 1 : 0
        return isLost ? 'lost' : undefined
      }

      const first = await store.write(name, aPatch(pointer, secret), 'absent')
      const again = await store.write(name, aPatch(pointer, secret), 'any')

      expect([lost, first.kind, again.kind]).toEqual([1, contract.repeatsWrites ? 'written' : 'unavailable', 'written'])
      expect(await valueOf(store, name, pointer)).toBe(secret)
    })

    if (contract.noticesOthers) {
      test('keeps what somebody else sets at the same moment', async () => {
        world.put(name, '{"a":"one"}')
        interfereOnce(() => world.put(name, '{"a":"one","theirs":"two"}'))

        const outcome = await store.write(name, aPatch('/ours', 'three'), 'any')

        expect(outcome.kind).toBe('written')
        expect(JSON.parse(world.current(name) ?? '')).toEqual({ a: 'one', theirs: 'two', ours: 'three' })
      })

      test('gives way to who makes the same field at the same moment', async () => {
        world.put(name, '{"a":"one"}')
        interfereOnce(() => world.put(name, '{"a":"one","b":"theirs"}'))

        const outcome = await store.write(name, aPatch('/b', 'ours'), 'absent')

        expect(outcome.kind).toBe('conflict')
        expect(JSON.parse(world.current(name) ?? '')).toEqual({ a: 'one', b: 'theirs' })
      })

      test('gives way to who makes the same secret at the same moment', async () => {
        interfereOnce(() => world.put(name, 'theirs'))

        const outcome = await store.write(name, aPatch('', 'ours'), 'absent')

        expect(outcome.kind).toBe('conflict')
        expect(world.current(name)).toBe('theirs')
      })
    }

    function interfereOnce(interfere: () => void): void {
      let isDone = false
      world.server.trouble = (request) => {
        if (!isDone && contract.isWrite(request)) {
          isDone = true
          interfere()
        }
        return undefined
      }
    }
  })

  describe('removing', () => {
    test('takes away one field with the write that sets another', async () => {
      const version = world.put(name, '{"a":"one","next":"two"}')

      const outcome = await store.edit?.(name, { set: aPatch('/a', 'two'), removed: [['next']] }, { version })

      expect(outcome).toMatchObject({ kind: 'written' })
      expect(JSON.parse(world.current(name) ?? '')).toEqual({ a: 'two' })
      expect(world.versions(name)).toBe(2)
    })

    test('takes away a field, and the secret as a whole', async () => {
      world.put(name, '{"a":"one","b":{"c":"two"}}')
      world.put(other, 'one')

      const field = await store.remove(name, [['b', 'c']])
      const whole = await store.remove(other, [[]])

      expect([field.kind, whole.kind]).toEqual(['written', 'written'])
      expect(JSON.parse(world.current(name) ?? '')).toEqual({ a: 'one' })
      expect(world.current(other)).toBeUndefined()
    })

    test('tells what is not there', async () => {
      world.put(name, '{"a":"one"}')

      expect(await store.remove(name, [['b']])).toMatchObject({ kind: 'not-found' })
      expect(await store.remove(other, [[]])).toMatchObject({ kind: 'not-found' })
    })
  })

  describe('proving that it could write', () => {
    test('changes nothing', async () => {
      world.put(name, secret)

      expect(await store.proveWritable(name)).toBeUndefined()
      expect(await store.proveWritable(other)).toBeUndefined()
      expect([world.current(name), world.versions(name)]).toEqual([secret, 1])
      expect([world.current(other), world.versions(other)]).toEqual([undefined, 0])
    })

    test('tells who may only read', async () => {
      world.put(name, secret)
      world.server.trouble = (request) => (contract.isWrite(request) ? refusals.denied : undefined)

      const fault = await store.proveWritable(name)

      expect(fault).toMatchObject({ kind: 'denied', message: expect.stringContaining(name) })
      expect(findCanary(fault, [secret, ...canaries])).toBeUndefined()
    })
  })

  describe('a failure', () => {
    test.each<[string, Trouble, StoreFaultKind, number]>([
      ['that access is denied', refusals.denied, 'denied', 2],
      ['that credentials are not accepted', refusals.unauthenticated, 'unauthenticated', 3],
      ['that it is asked too often', refusals.throttled, 'throttled', 8],
      ['that the service is broken', refusals.broken, 'unavailable', 8],
      ['an answer that is no JSON', { status: 200, body: '{"canary' }, 'malformed', 8],
      ['a closed connection', 'reset', 'unavailable', 8],
      ['no answer', 'slow', 'unavailable', 8],
    ])('is told: %s', async (_, trouble, kind, mostRequests) => {
      world.put(name, secret)
      store = await world.open({ timeoutMs: trouble === 'slow' ? 150 : 5000 })
      world.server.trouble = () => trouble

      const [read, written, proof] = await Promise.all([
        readOne(store, name),
        store.write(name, aPatch('', 'canary-new-value'), 'any'),
        store.proveWritable(name),
      ])

      expect([read.kind, written.kind, proof?.kind]).toEqual([kind, kind, kind])
      expect(world.server.requests.length).toBeLessThanOrEqual(3 * mostRequests)
      expect(findCanary([read, written, proof], [secret, 'canary-new-value', ...canaries])).toBeUndefined()
      expect(world.current(name)).toBe(secret)
    })

    test('to change a secret does not tell its value', async () => {
      world.put(name, secret)
      world.server.trouble = (request) =>
        contract.isWrite(request)
          ? { status: 400, body: { __type: 'Oops', message: request.body, error: request.body } }
          : undefined

      const written = await store.write(name, aPatch('', 'canary-new-value'), 'any')

      expect(written).toMatchObject({ message: expect.stringContaining(name) })
      expect(findCanary(written, [secret, 'canary-new-value', ...canaries])).toBeUndefined()
    })

    test('is told where there are no credentials, with the places that were looked at', async () => {
      contract.signOut()

      const fault = await readOne(store, name)
      const health = await store.check()

      expect(fault).toMatchObject({ kind: 'unauthenticated', hint: expect.stringContaining('looks for them in') })
      expect(health).toMatchObject({ kind: 'unauthenticated' })
      expect(findCanary(fault, canaries)).toBeUndefined()
    })

    test('is told where the server does not prove who it is', async () => {
      const impostor = await startCloudServer(() => ({ status: 200, body: {} }), 'https')
      store = await world.open({ origin: impostor.origin })

      expect(await readOne(store, name)).toMatchObject({ kind: 'tls' })
      expect(impostor.requests).toEqual([])
    })

    test.each([301, 302, 303, 307, 308])(
      'is told where the service sends elsewhere with %i, and nothing goes there',
      async (status) => {
        const elsewhere = await startCloudServer(() => ({ status: 200, body: {} }))
        world.put(name, secret)
        world.server.trouble = () => ({ status, headers: { location: `${elsewhere.origin}/secrets` }, body: {} })

        const read = await readOne(store, name)
        const written = await store.write(name, aPatch('', 'canary-new-value'), 'any')
        world.server.trouble = (request) =>
          contract.isWrite(request)
            ? { status, headers: { location: `${elsewhere.origin}/secrets` }, body: {} }
            : undefined
        const half = await store.write(name, aPatch('', 'canary-new-value'), 'any')

        for (const fault of [read, written, half]) {
          expect(fault).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('elsewhere') })
        }
        expect(elsewhere.requests).toEqual([])
      },
    )
  })

  describe('checking', () => {
    test('is satisfied with any answer that takes the credentials', async () => {
      const health = await store.check()
      world.server.trouble = () => refusals.denied

      expect([health, await store.check()]).toEqual([undefined, undefined])
    })

    test('tells when nothing answers', async () => {
      world.server.trouble = () => refusals.broken

      expect(await store.check()).toMatchObject({ kind: 'unavailable' })
    })
  })
}

function missingVersion(version: string): string {
  return /^\d+$/.test(version) ? '999' : version.replaceAll(/[0-9a-f]/g, '9')
}
