import type { ProviderApi } from '../../src/core/provider.ts'
import type { LedgerStore, OpenLedger } from '../../src/engine/ledger/ledger-store.ts'
import { type Loaded, load } from '../../src/run/load.ts'
import { makeOptions } from '../../src/run/options.ts'
import { carryOutRotations } from '../../src/run/rotate/carry-out-rotations.ts'
import { type Rotated, type RotateMeans, rotateLoaded } from '../../src/run/rotate/rotate-project.ts'
import type { RotateWish } from '../../src/run/rotate/survey.ts'
import { type OpenSecrets, openSecrets } from '../../src/run/secrets-of-run.ts'
import { makeVault } from '../../src/secrets/make-vault.ts'
import type { Resolver } from '../../src/secrets/resolver.ts'
import type { World } from '../sync/open-world.ts'
import { fast } from '../sync/vendor-stories.ts'
import { wishFor } from './rotating.ts'

/** What a run does to the world outside, one after the other. */
export interface Effects {
  /** What was done, in words. */
  readonly done: readonly string[]
  readonly wasKilled: boolean
}

/**
 * Rotates, and dies right before the effect of the given number, counted from 1: nothing that the run tries afterwards
 * reaches the vault, the vendor or the ledger. `after` is asked after each effect.
 */
export async function rotateUntil(
  world: World,
  kill: number,
  globs: readonly string[],
  wish: Partial<RotateWish>,
  after: () => Promise<void> = () => Promise.resolve(),
): Promise<Effects & { readonly rotated: Rotated | undefined }> {
  const { directory } = world
  const done: string[] = []
  const death = new AbortController()
  const effect = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    if (death.signal.aborted || done.length + 1 >= kill) {
      death.abort()
      throw new Error('The run was killed.')
    }
    done.push(what)
    const result = await act()
    await after()
    return result
  }
  const options = makeOptions({ cwd: directory, homeDir: directory, env: {}, pace: fast, stop: death.signal })
  const loaded = await load(options)
  const rotated = await rotateLoaded(
    withLedger(loaded, effect),
    options,
    wishFor(globs, wish),
    ({ rotations }) => Promise.resolve(rotations.length > 0),
    meansWith(directory, effect),
  ).catch((error: unknown) => {
    if (!death.signal.aborted) throw error
    return undefined
  })
  return { done, wasKilled: death.signal.aborted, rotated }
}

type Effect = <T>(what: string, act: () => Promise<T>) => Promise<T>

function withLedger(loaded: Loaded, effect: Effect): Loaded {
  if (loaded.ledger === undefined) return loaded
  const store: LedgerStore = loaded.ledger
  const open: LedgerStore['open'] = async (options) => {
    const opened = await store.open(options)
    const counted: OpenLedger = {
      get ledger() {
        return opened.ledger
      },
      record: (change) => effect(`ledger ${change.kind}`, () => opened.record(change)),
      confirm: () => opened.confirm(),
      close: () => opened.close(),
    }
    return counted
  }
  return {
    ...loaded,
    ledger: { ...store, place: store.place, read: () => store.read(), open, unlock: () => store.unlock() },
  }
}

function meansWith(directory: string, effect: Effect): RotateMeans {
  return {
    openSecrets: async (...given) => countSecrets(await openSecrets(...given), directory, effect),
    carryOut: (work) =>
      carryOutRotations({
        ...work,
        accounts: work.accounts.map((account) => ({ ...account, api: countCalls(account.api, effect) })),
      }),
  }
}

function countSecrets(secrets: OpenSecrets, directory: string, effect: Effect): OpenSecrets {
  const resolver: Resolver = {
    ...secrets.resolver,
    write: (...given) => effect('vault write', () => secrets.resolver.write(...given)),
    remove: (...given) => effect('vault remove', () => secrets.resolver.remove(...given)),
    edit: (...given) => effect('vault edit', () => secrets.resolver.edit(...given)),
  }
  return { ...secrets, resolver, vault: makeVault(resolver, () => directory) }
}

function countCalls(api: ProviderApi, effect: Effect): ProviderApi {
  return { ...api, execute: (step, signal) => effect(`vendor ${step.does}`, () => api.execute(step, signal)) }
}
