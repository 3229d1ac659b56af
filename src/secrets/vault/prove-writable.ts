import { isFields } from '../document.ts'
import type { StoreFault } from '../store.ts'
import { isTextList } from '../store-options.ts'
import { type Dialect, type KvFault, type KvSecret, renderNeed, type Spot } from './kv-dialect.ts'
import type { VaultSession } from './vault-session.ts'

/** A version that no secret reaches, so that a write which expects it is always refused, after its permission. */
const unreachedVersion = 2_147_483_647

/** Shows that the fields of a path could be read and written, by asking what the token may do. */
export async function proveWritable(
  spot: Spot,
  dialect: Dialect,
  session: VaultSession,
): Promise<StoreFault | undefined> {
  const existing = await dialect.read(spot)
  if (existing.kind !== 'secret' && existing.kind !== 'not-found') return existing
  const policyPath = dialect.policyPath(spot)
  const answer = await session.ask({
    method: 'POST',
    path: '/v1/sys/capabilities-self',
    body: { paths: [policyPath] },
    doing: `telling what the token may do at ${spot.path}`,
    mayBeDenied: true,
  })
  const capabilities = answer.kind === 'answer' ? readCapabilities(answer.body, policyPath) : undefined
  if (capabilities === undefined) {
    return answer.kind === 'refusal' && answer.fault.kind !== 'denied'
      ? answer.fault
      : probe(spot, dialect, existing, session.name)
  }
  const needed = exists(existing) ? 'update' : 'create'
  if (capabilities.includes('root') || capabilities.includes(needed)) return undefined
  const hint = renderNeed('"create" and "update"', policyPath, spot.mount)
  return { kind: 'denied', message: `${session.name} denies writing ${spot.path}.`, hint }
}

function readCapabilities(body: Readonly<Record<string, unknown>>, path: string): readonly string[] | undefined {
  const data = isFields(body['data']) ? body['data'] : body
  const capabilities = data[path] ?? data['capabilities']
  return isTextList(capabilities) ? capabilities : undefined
}

/** A deleted secret exists as well: what comes next is its next version. */
function exists(existing: KvSecret | KvFault): boolean {
  return existing.kind === 'secret' || existing.version !== undefined
}

/** Asks for a write that is bound to fail; what it would write is what is there already. */
async function probe(
  spot: Spot,
  dialect: Dialect,
  existing: KvSecret | KvFault,
  server: string,
): Promise<StoreFault | undefined> {
  if (dialect.version === 1) {
    const message = `${server} does not tell whether ${spot.path} may be written.`
    const hint = 'A policy of the token needs "update" on "sys/capabilities-self"; KV version 1 has no other way.'
    return { kind: 'denied', message, hint }
  }
  const answer = await dialect.write(spot, existing.kind === 'secret' ? existing.fields : {}, unreachedVersion)
  if (answer.kind === 'mismatch') return undefined
  if (answer.kind !== 'written') return answer
  const message = `${server} does not keep check-and-set at ${spot.path}.`
  return { kind: 'malformed', message, hint: 'Check the address; something other than Vault may have answered.' }
}
