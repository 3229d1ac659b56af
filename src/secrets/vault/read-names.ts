import { isFields } from '../document.ts'
import type { StoreFault } from '../store.ts'
import { isTextList } from '../store-options.ts'
import { explainAbsence } from './absent.ts'
import type { Spot } from './kv-dialect.ts'
import type { VaultAnswer, VaultRefusal } from './vault-server.ts'

/** Reads the names below a path; there being none is answered as if the path were not there. */
export function readNames(
  answer: VaultAnswer | VaultRefusal,
  spot: Spot,
  server: string,
): readonly string[] | StoreFault {
  if (answer.kind === 'refusal') return answer.fault
  if (answer.status === 404) {
    const fault = explainAbsence(answer, spot, server)
    return fault.kind === 'not-found' ? [] : fault
  }
  const data = answer.body['data']
  const names = isFields(data) ? data['keys'] : undefined
  if (isTextList(names)) return names
  return { kind: 'malformed', message: `${server} lists ${spot.path} with no names.`, hint: 'Check the address.' }
}
