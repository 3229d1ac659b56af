import type { CtyObject } from '../cty/value.ts'
import { hasErrors } from '../diagnostics.ts'
import type { Applied, ApplyRequest, ProviderDiagnostic } from '../provider.ts'
import { deadlineOf } from '../resource/deadline.ts'
import { recall } from '../resource/former.ts'
import { tellError } from '../resource/tell-error.ts'
import { readDeclared } from '../values/declared.ts'
import { fillUnknown, withoutUnknown } from '../values/planned.ts'
import { showLive } from '../values/shown.ts'
import { type Carried, carryOutShared, type SharedWork } from './carry-out-shared.ts'
import type { SharedType } from './shared-type.ts'

/** Brings the values of an account to what was planned for them; where they are let go, they stay as they are. */
export async function applyShared(type: SharedType, request: ApplyRequest, stop: AbortSignal): Promise<Applied> {
  const { planned, config } = request
  if (planned === null || config === null) return { state: null, private: new Uint8Array(), diagnostics: [] }
  const answer = type.account()
  if (answer.state !== 'ready') return kept(request, answer.diagnostics)
  const { account } = answer
  const work = { type, account, stop, ...wanted(type, config, request.prior) }
  try {
    // Webhooks may stand in the same document.
    const done = await account.turns.take('', type.clock, () => carryOutShared(work))
    if (hasErrors(done.diagnostics)) return kept(request, done.diagnostics)
    return { state: stateOf(type, planned, done), private: new Uint8Array(), diagnostics: done.diagnostics }
  } catch (error) {
    return kept(request, [tellError(error)])
  }
}

type Wanted = Pick<SharedWork, 'desired' | 'remembered' | 'deadline'>

/** A secret whose version is the one that was written is left alone. */
function wanted(type: SharedType, config: CtyObject, prior: CtyObject | null): Wanted {
  const declared = readDeclared(type.definition.fields, config)
  const deadline = deadlineOf(type.clock, config, prior === null ? 'create' : 'update')
  if (prior === null) return { desired: declared.fields, remembered: undefined, deadline }
  const { fields, fingerprints, writeOnly } = recall(type, declared, config, prior)
  const same = new Set(writeOnly.flatMap(({ path, state }) => (state === 'kept' ? [path] : [])))
  const desired = Object.fromEntries(Object.entries(declared.fields).filter(([name]) => !same.has(name)))
  return { desired, remembered: { fingerprints, declared: Object.keys(fields) }, deadline }
}

function stateOf({ block, definition }: SharedType, planned: CtyObject, { live }: Carried): CtyObject {
  return fillUnknown(planned, showLive(block.attributes, definition.fields, live, withoutUnknown(planned)))
}

function kept({ prior, plannedPrivate }: ApplyRequest, diagnostics: readonly ProviderDiagnostic[]): Applied {
  return { state: prior, private: plannedPrivate, diagnostics }
}
