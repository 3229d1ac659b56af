import type { LiveAccount } from '../../core/webhook.ts'
import { accountValuesId } from '../../schema/terraform-account.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import type { CtyObject } from '../cty/value.ts'
import { fault } from '../diagnostics.ts'
import type { Imported, ReadAnswer } from '../provider.ts'
import { deadlineOf, eitherOf } from '../resource/deadline.ts'
import { tellError } from '../resource/tell-error.ts'
import { untilAborted } from '../resource/until-aborted.ts'
import { showLive } from '../values/shown.ts'
import type { SharedType } from './shared-type.ts'

type ReadRequest = { readonly state: CtyObject; readonly private: Uint8Array }
type ImportRequest = { readonly id: string } | { readonly identity: CtyObject }

/** Lists the account once for all who ask: its values come with its webhooks. */
export function listShared(account: VendorAccount): Promise<LiveAccount> {
  return account.definition.scope === undefined ? account.list('') : account.listAll()
}

/** Reads the values of an account again; what the vendor hides stays as it was. */
export async function readShared(type: SharedType, request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
  const answer = type.account()
  if (answer.state !== 'ready') {
    return { ...request, diagnostics: answer.state === 'unusable' ? answer.diagnostics : [] }
  }
  try {
    const { state } = request
    const live = await untilAborted(listShared(answer.account), eitherOf(signal, deadlineOf(type.clock, state, 'read')))
    return { ...request, state: stateOf(type, live, state), diagnostics: [] }
  } catch (error) {
    return { ...request, diagnostics: [tellError(error)] }
  }
}

/** Takes the values of an account as they are. Writes nothing. */
export async function importShared(type: SharedType, request: ImportRequest, signal: AbortSignal): Promise<Imported> {
  const answer = type.account()
  const nothing = { state: null, private: new Uint8Array() }
  if (answer.state !== 'ready') {
    return { ...nothing, diagnostics: answer.diagnostics, isTooEarly: answer.state === 'unknown' }
  }
  if (!('id' in request) || request.id !== accountValuesId) {
    const detail = `An account has these values once: the id is always ${accountValuesId}.`
    return { ...nothing, diagnostics: [fault(`The ${type.definition.title} account has no such values.`, detail)] }
  }
  try {
    const live = await untilAborted(listShared(answer.account), signal)
    return { ...nothing, state: stateOf(type, live, null), diagnostics: [] }
  } catch (error) {
    return { ...nothing, diagnostics: [tellError(error)] }
  }
}

function stateOf({ block, definition }: SharedType, { fields }: LiveAccount, prior: CtyObject | null): CtyObject {
  return { ...showLive(block.attributes, definition.fields, fields, prior), id: accountValuesId }
}
