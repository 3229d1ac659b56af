import type { StoreFault } from '../store.ts'
import type { Dialect, KvFault, KvSecret, Spot } from './kv-dialect.ts'
import type { Mounts } from './mounts.ts'

type Dialects = { readonly [V in 1 | 2]: Dialect }
type Finding = 1 | 2 | StoreFault

/** Makes what tells the KV version that keeps a path: the mount says so, or else both are tried, once for a mount. */
export function findVersion(mounts: Mounts, dialects: Dialects): (spot: Spot) => Promise<Finding> {
  const trying = new Map<string, Promise<Finding>>()
  const find = async (spot: Spot): Promise<Finding> => {
    const finding = await tryBoth(spot, dialects)
    if (typeof finding === 'number') mounts.learn(spot.mount.path, finding)
    return finding
  }
  return async (spot) => {
    const { path } = spot.mount
    for (;;) {
      const version = mounts.versionOf(path)
      if (version !== undefined) return version
      const pending = trying.get(path)
      if (pending === undefined) break
      // One path may be denied and the next may not, so another's fault says nothing about this one.
      await pending
    }
    const finding = find(spot).finally(() => trying.delete(path))
    trying.set(path, finding)
    return finding
  }
}

async function tryBoth(spot: Spot, dialects: Dialects): Promise<Finding> {
  const second = await dialects[2].read(spot)
  if (second.kind === 'secret' || second.version !== undefined) return 2
  if (!isDoubtful(second)) return second
  const first = await dialects[1].read(spot)
  if (first.kind === 'secret') return 1
  if (first.isOtherVersion === true) return 2
  if (!isDoubtful(first)) return first
  return judgeRefusals(second, first, spot, dialects)
}

/** What only one of the two paths is denied to is kept by the other. */
function judgeRefusals(second: StoreFault, first: StoreFault, spot: Spot, dialects: Dialects): Finding {
  if (second.kind !== first.kind) return second.kind === 'denied' ? 1 : 2
  const hint =
    second.kind === 'denied'
      ? `A policy of the token needs "read" on "${dialects[2].policyPath(spot)}", or on "${spot.path}" in KV version 1.
         A mount or a namespace that is not there is denied as well.`.replaceAll(/\s+/gu, ' ')
      : `If it is yet to be written, the store must say which version of KV ${spot.mount.path}/ is: kv: 1 or kv: 2.`
  return { kind: second.kind, message: second.message, hint }
}

function isDoubtful(answer: KvSecret | KvFault): boolean {
  return answer.kind === 'denied' || answer.kind === 'not-found'
}
