import { isFields } from '../document.ts'
import { explainAbsence, explainDeletion } from './absent.ts'
import { type Dialect, type KvFault, type KvSecret, renderNeed, type Spot } from './kv-dialect.ts'
import { oddAnswer } from './kv1.ts'
import { readNames } from './read-names.ts'
import type { VaultAnswer, VaultRequest } from './vault-server.ts'
import type { VaultSession } from './vault-session.ts'

/** Speaks KV version 2: fields below `data/`, every write a new version, check-and-set with all of them. */
export function makeKv2(session: VaultSession): Dialect {
  const policyPath = ({ mount, below }: Spot): string => `${mount.path}/data/${below.join('/')}`
  const data = (spot: Spot, doing: string, capabilities: string): Omit<VaultRequest, 'method'> => ({
    path: '/v1/{mount}/data/{path}',
    params: { mount: spot.mount.path.split('/'), path: spot.below },
    doing: `${doing} ${spot.path}`,
    need: renderNeed(capabilities, policyPath(spot), spot.mount),
  })
  const metadata = (spot: Spot, doing: string, capability: string): Omit<VaultRequest, 'method'> => ({
    ...data(spot, doing, capability),
    path: '/v1/{mount}/metadata/{path}',
    need: renderNeed(capability, `${spot.mount.path}/metadata/${spot.below.join('/')}`, spot.mount),
  })
  return {
    version: 2,
    policyPath,
    read: async (spot, version) => {
      const query = version === undefined ? {} : { version }
      const answer = await session.ask({ ...data(spot, 'reading', '"read"'), method: 'GET', query, showsReason: true })
      if (answer.kind === 'refusal') return answer.fault
      if (answer.status !== 404) return readSecret(answer, spot, session.name)
      return explainDeletion(answer, spot.path) ?? explainMissing(answer, spot, version, session.name)
    },
    write: async (spot, fields, cas) => {
      const request = data(spot, 'writing', '"create" and "update"')
      const answer = await session.ask({ ...request, method: 'POST', body: { options: { cas }, data: fields } })
      if (answer.kind === 'refusal') {
        return answer.mismatch === undefined ? answer.fault : { kind: 'mismatch', cause: answer.mismatch }
      }
      if (answer.status === 404) return explainAbsence(answer, spot, session.name)
      const written = isFields(answer.body['data']) ? answer.body['data']['version'] : undefined
      return { kind: 'written', ...(typeof written === 'number' ? { version: String(written) } : {}) }
    },
    erase: async (spot) => {
      const answer = await session.ask({ ...metadata(spot, 'deleting', '"delete"'), method: 'DELETE' })
      return answer.kind === 'refusal' ? answer.fault : { kind: 'written' }
    },
    list: async (spot) => {
      const request = metadata(spot, 'listing', '"list"')
      return readNames(await session.ask({ ...request, method: 'GET', query: { list: 'true' } }), spot, session.name)
    },
  }
}

function readSecret({ body, at }: VaultAnswer, spot: Spot, server: string): KvSecret | KvFault {
  const { data: fields, metadata }: Partial<Record<string, unknown>> = isFields(body['data']) ? body['data'] : {}
  const version = isFields(metadata) ? metadata['version'] : undefined
  if (!isFields(fields) || typeof version !== 'number') return oddAnswer(spot, server)
  return { kind: 'secret', fields, version, ...ageOf(isFields(metadata) ? metadata['created_time'] : undefined, at) }
}

function ageOf(created: unknown, at: number | undefined): { readonly ageMs?: number } {
  const ageMs = at === undefined || typeof created !== 'string' ? NaN : at - Date.parse(created)
  return Number.isNaN(ageMs) ? {} : { ageMs }
}

function explainMissing(answer: VaultAnswer, spot: Spot, version: string | undefined, server: string): KvFault {
  const fault = explainAbsence(answer, spot, server)
  if (version === undefined || fault.kind !== 'not-found') return fault
  return { ...fault, message: `${server} has no version ${version} of ${spot.path}.` }
}
