import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { SharedLedgerOptions } from '../../src/engine/ledger/documents/shared-ledger.ts'
import type { LedgerStore } from '../../src/engine/ledger/ledger-store.ts'
import { LocalLedger } from '../../src/engine/ledger/local-ledger.ts'
import type { StoreDirectoryOptions } from '../../src/secrets/locate.ts'
import { parseLedgerPlace, type SharedPlace } from '../../src/shared-ledger/ledger-place.ts'
import { openSharedLedger } from '../../src/shared-ledger/open-shared-ledger.ts'
import { startFakeVault } from '../secrets/vault/fake-vault.ts'
import { Operator } from '../secrets/vault/operator.ts'
import { bucketEnvironment, startBucketServer } from './bucket-server.ts'

/** A place that was just made. */
export interface Backend {
  readonly place: string
  /** Opens it as one more run does. */
  store(options?: SharedLedgerOptions): LedgerStore
  /** Sets the clock of the place ahead, if it has one. */
  elapse(ms: number): void
}

/** Every kind of place a ledger can be kept in. */
export const backends: readonly (readonly [string, () => Promise<Backend>])[] = [
  ['a file', aFile],
  ['a bucket', aBucket],
  ['a vault', aVault],
]

/** What stores are opened with by a test. */
export function surroundings(env: Readonly<Record<string, string>>): StoreDirectoryOptions {
  return { stores: [], env, homeDir: '/nonexistent', cwd: '/nonexistent' }
}

/** Reads a place that is known to be a shared one. */
export function aSharedPlace(text: string): SharedPlace {
  const place = parseLedgerPlace(text)
  if (place.kind === 'file' || place.kind === 'fault') throw new Error(`${text} is no shared place.`)
  return place
}

async function aFile(): Promise<Backend> {
  const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-backend-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const place = join(directory, 'deep', 'ledger.json')
  return {
    place,
    store: ({ expiryMs, renewMs } = {}) => new LocalLedger(place, definedOf({ expiryMs, renewMs })),
    elapse: () => undefined,
  }
}

async function aBucket(): Promise<Backend> {
  const server = await startBucketServer()
  return shared('s3://hooks/team/ledger', bucketEnvironment(server), (ms) => server.elapse(ms))
}

async function aVault(): Promise<Backend> {
  const server = await startFakeVault()
  await new Operator({ address: server.address, token: server.rootToken }).mountKv('kv', 2)
  return shared('ref+vault://kv/hooks/ledger', { VAULT_ADDR: server.address, VAULT_TOKEN: server.rootToken }, (ms) =>
    server.elapse(ms),
  )
}

function shared(text: string, env: Readonly<Record<string, string>>, elapse: Backend['elapse']): Backend {
  const place = aSharedPlace(text)
  const quick = { lookMs: 0, pollMs: 20 }
  return {
    place: text,
    elapse,
    store: (options) => openSharedLedger(place, surroundings(env), { ...quick, ...options }),
  }
}

function definedOf<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}
