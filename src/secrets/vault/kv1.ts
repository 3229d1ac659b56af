import { isFields } from '../document.ts'
import type { StoreFault } from '../store.ts'
import { explainAbsence } from './absent.ts'
import { type Dialect, renderNeed, type Spot } from './kv-dialect.ts'
import { readNames } from './read-names.ts'
import type { VaultRequest } from './vault-server.ts'
import type { VaultSession } from './vault-session.ts'

/** Speaks KV version 1: the fields are the body, and nothing guards against other writers. */
export function makeKv1(session: VaultSession): Dialect {
  const policyPath = ({ path }: Spot): string => path
  const request = (spot: Spot, method: VaultRequest['method'], doing: string, capabilities: string): VaultRequest => ({
    method,
    path: '/v1/{mount}/{path}',
    params: { mount: spot.mount.path.split('/'), path: spot.below },
    doing: `${doing} ${spot.path}`,
    need: renderNeed(capabilities, policyPath(spot), spot.mount),
  })
  const change = async (asked: VaultRequest): Promise<{ readonly kind: 'written' } | StoreFault> => {
    const answer = await session.ask(asked)
    return answer.kind === 'refusal' ? answer.fault : { kind: 'written' }
  }
  return {
    version: 1,
    policyPath,
    read: async (spot, version) => {
      if (version !== undefined) return noVersions(spot)
      const answer = await session.ask({ ...request(spot, 'GET', 'reading', '"read"'), showsReason: true })
      if (answer.kind === 'refusal') return answer.fault
      if (answer.status === 404) return explainAbsence(answer, spot, session.name)
      const fields = answer.body['data']
      return isFields(fields) ? { kind: 'secret', fields } : oddAnswer(spot, session.name)
    },
    write: (spot, fields) => change({ ...request(spot, 'POST', 'writing', '"create" and "update"'), body: fields }),
    erase: (spot) => change(request(spot, 'DELETE', 'deleting', '"delete"')),
    list: async (spot) => {
      const answer = await session.ask({ ...request(spot, 'GET', 'listing', '"list"'), query: { list: 'true' } })
      return readNames(answer, spot, session.name)
    },
  }
}

/** Words an answer that has not the form of a secret. */
export function oddAnswer({ path }: Spot, server: string): StoreFault {
  return { kind: 'malformed', message: `${server} answers ${path} with no fields.`, hint: 'Check the address.' }
}

function noVersions({ path, mount }: Spot): StoreFault {
  const message = `${mount.path}/ is KV version 1, which keeps no versions of ${path}.`
  return { kind: 'malformed', message, hint: 'Leave out ?version=…' }
}
