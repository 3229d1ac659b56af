import { isFields } from '../document.ts'
import type { StoreFault } from '../store.ts'
import type { VaultSession } from './vault-session.ts'

/** Where a KV engine is mounted. */
export interface Mount {
  /** Without slashes around it. */
  readonly path: string
  /** Absent where the server does not tell and nothing has been found out yet. */
  readonly version?: 1 | 2
  /** Whether the server told, or the first step of a path was taken for the mount. */
  readonly isTold: boolean
}

export interface Mounts {
  /** Finds the mount that a path lies in, with one request for each mount. */
  find(path: string): Promise<Mount | StoreFault>
  /** Tells the version of a mount that was found; undefined as long as it is not known. */
  versionOf(mount: string): 1 | 2 | undefined
  /** Notes which version a mount turned out to have. */
  learn(mount: string, version: 1 | 2): void
}

/** Makes the register of mounts; `kv` is believed where the server does not tell. */
export function makeMounts(session: VaultSession, kv: 1 | 2 | undefined): Mounts {
  const known = new Map<string, Mount>()
  const asking = new Map<string, Promise<Mount | StoreFault>>()
  const ask = async (path: string): Promise<Mount | StoreFault> => {
    const mount = await askForMount(path, session, kv)
    if (!('message' in mount)) known.set(mount.path, mount)
    return mount
  }
  return {
    find: async (path) => {
      // Mounts do not nest, so paths with the same first step mostly lie in one; who comes second waits for the first.
      const first = firstStep(path)
      for (;;) {
        const mount = Array.from(known.values()).find((each) => isWithin(path, each.path))
        if (mount !== undefined) return mount
        const pending = asking.get(first)
        if (pending === undefined) break
        const answer = await pending
        if ('message' in answer) return answer
      }
      const answer = ask(path).finally(() => asking.delete(first))
      asking.set(first, answer)
      return answer
    },
    versionOf: (mount) => known.get(mount)?.version,
    learn: (mount, version) => {
      known.set(mount, { path: mount, isTold: false, version })
    },
  }
}

async function askForMount(path: string, session: VaultSession, kv: 1 | 2 | undefined): Promise<Mount | StoreFault> {
  const answer = await session.ask({
    method: 'GET',
    path: '/v1/sys/internal/ui/mounts/{path}',
    params: { path: path.split('/') },
    doing: `looking up the mount of ${path}`,
    showsReason: true,
    mayBeDenied: true,
  })
  const isDenied = answer.kind === 'refusal' ? answer.fault.kind === 'denied' : answer.status === 404
  if (isDenied) return { path: firstStep(path), isTold: false, ...(kv === undefined ? {} : { version: kv }) }
  if (answer.kind === 'refusal') return answer.fault
  return readMount(answer.body['data'], session.name)
}

function readMount(data: unknown, server: string): Mount | StoreFault {
  const { path, type, options }: Partial<Record<string, unknown>> = isFields(data) ? data : {}
  if (typeof path !== 'string' || typeof type !== 'string') {
    const message = `${server} does not tell about its mounts as a vault does.`
    return { kind: 'malformed', message, hint: 'Check the address.' }
  }
  const mount = path.replace(/\/$/u, '')
  if (type !== 'kv' && type !== 'generic') {
    const message = `The engine that ${server} has at ${path} is ${type}, not kv.`
    return { kind: 'malformed', message, hint: 'Name a path in a mount of the engine kv.' }
  }
  const version = isFields(options) && String(options['version']) === '2' ? 2 : 1
  return { path: mount, version, isTold: true }
}

function firstStep(path: string): string {
  return path.split('/', 1)[0] ?? path
}

function isWithin(path: string, mount: string): boolean {
  return path.startsWith(`${mount}/`)
}
