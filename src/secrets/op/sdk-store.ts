import type { Client } from '@1password/sdk'
import type { Secret } from '../../core/secret.ts'
import { SecretDocument } from '../document.ts'
import { isPeerFault, loadPeer } from '../load-peer.ts'
import { makeReadOnly, type Store, type StoredDocument, type StoreFault } from '../store.ts'
import { parseOpPath } from './op-path.ts'
import { explainReference, explainSdkError, sdkTimeout } from './sdk-fault.ts'

export interface SdkStoreOptions {
  readonly token: Secret
  /** What 1Password's logs call the program. */
  readonly integration: { readonly name: string; readonly version: string }
  readonly timeoutMs?: number
  /** Loads the SDK; it is an optional package. */
  readonly load?: () => Promise<typeof import('@1password/sdk')>
}

type Answer = StoredDocument | StoreFault
type Session = { readonly kind: 'session'; readonly client: Client }

const defaultTimeoutMs = 60_000

/**
 * Makes the store of a 1Password service account. All references of a read are resolved in one call, and one login serves
 * the run, failed or not: the rate limit is that of the whole account.
 */
export function makeSdkStore(options: SdkStoreOptions): Store {
  let session: Promise<Session | StoreFault> | undefined
  const open = (): Promise<Session | StoreFault> => {
    session ??= openSession(options)
    return session
  }
  return {
    capabilities: { read: true, write: false, compareAndSet: false },
    read: (paths) =>
      resolveAll(
        paths.map(({ path }) => path),
        open,
        options,
      ),
    ...makeReadOnly('1Password'),
    check: async () => {
      const opened = await open()
      return opened.kind === 'session' ? undefined : opened
    },
    close: () => Promise.resolve(),
  }
}

async function openSession(options: SdkStoreOptions): Promise<Session | StoreFault> {
  const sdk = await loadPeer('@1password/sdk', options.load ?? (() => import('@1password/sdk')))
  if (isPeerFault(sdk)) return sdk
  const { name, version } = options.integration
  const config = { auth: options.token.reveal(), integrationName: name, integrationVersion: version }
  const client = await attempt(() => sdk.createClient(config), options)
  return 'secrets' in client ? { kind: 'session', client } : client
}

async function resolveAll(
  paths: readonly string[],
  open: () => Promise<Session | StoreFault>,
  options: SdkStoreOptions,
): Promise<readonly Answer[]> {
  const refusals = new Map(paths.flatMap((path) => refusePath(path)))
  const sound = paths.filter((path) => !refusals.has(path))
  const answers = sound.length === 0 ? new Map<string, Answer>() : await resolveSound(sound, open, options)
  return paths.map((path) => refusals.get(path) ?? answers.get(path) ?? explainReference('other', path))
}

/** Refuses what the SDK would, or would read as more than names, before it costs a request. */
function refusePath(path: string): readonly (readonly [string, StoreFault])[] {
  const parsed = parseOpPath(path)
  if ('kind' in parsed) return [[path, parsed]]
  return /^[A-Za-z0-9 _.\-/]+$/.test(path) ? [] : [[path, explainReference('parsing', path)]]
}

async function resolveSound(
  paths: readonly string[],
  open: () => Promise<Session | StoreFault>,
  options: SdkStoreOptions,
): Promise<ReadonlyMap<string, Answer>> {
  const opened = await open()
  if (opened.kind !== 'session') return new Map(paths.map((path) => [path, opened]))
  const { client } = opened
  const resolved = await attempt(() => client.secrets.resolveAll(paths.map(toReference)), options)
  if (!('individualResponses' in resolved)) return new Map(paths.map((path) => [path, resolved]))
  return new Map(paths.map((path) => [path, toAnswer(resolved.individualResponses[toReference(path)], path)]))
}

function toReference(path: string): string {
  return `op://${path}`
}

type Response = Awaited<ReturnType<Client['secrets']['resolveAll']>>['individualResponses'][string]

function toAnswer(response: Response | undefined, path: string): Answer {
  const text = response?.content?.secret
  if (text === undefined) return explainReference(response?.error?.type ?? 'other', path)
  if (text === '') return { kind: 'empty', message: `op://${path} is empty.` }
  return { kind: 'document', document: SecretDocument.ofText(text) }
}

/** Gives up after a while: what goes wrong inside the SDK's WebAssembly may never answer. */
async function attempt<T>(call: () => Promise<T>, options: SdkStoreOptions): Promise<T | StoreFault> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<StoreFault>((resolve) => {
    timer = setTimeout(resolve, options.timeoutMs ?? defaultTimeoutMs, sdkTimeout)
  })
  try {
    return await Promise.race([call(), timeout])
  } catch (error) {
    return explainSdkError(error)
  } finally {
    clearTimeout(timer)
  }
}
