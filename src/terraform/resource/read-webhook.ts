import type { VendorAccount } from '../account/vendor-account.ts'
import { unknownScope } from '../account/vendor-account.ts'
import type { CtyObject } from '../cty/value.ts'
import { tell } from '../diagnostics.ts'
import type { ProviderDiagnostic, ReadAnswer } from '../provider.ts'
import { readDeclared } from '../values/declared.ts'
import { textOf } from '../values/known.ts'
import { deadlineOf, eitherOf } from './deadline.ts'
import { identityBlock } from './identity-block.ts'
import { objectsOf, scopeOf } from './object-ids.ts'
import { readNotes, writeNotes } from './private-notes.ts'
import { stateAsLive } from './state-of.ts'
import { tellError } from './tell-error.ts'
import { untilAborted } from './until-aborted.ts'
import type { WebhookType } from './webhook-type.ts'

interface ReadRequest {
  readonly state: CtyObject
  readonly private: Uint8Array
}

/** Reads one webhook again; null where it is gone. Nothing is asked while its account is not known. */
export async function readWebhook(type: WebhookType, request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
  const answer = type.account()
  if (answer.state !== 'ready') {
    return asBefore(request, answer.state === 'unusable' ? answer.diagnostics : [])
  }
  try {
    const limits = eitherOf(signal, deadlineOf(type.clock, request.state, 'read'))
    return await untilAborted(read(type, answer.account, request), limits)
  } catch (error) {
    return asBefore(request, [tellError(error)])
  }
}

async function read(type: WebhookType, account: VendorAccount, request: ReadRequest): Promise<ReadAnswer> {
  const { state, private: notesBytes } = request
  const notes = readNotes(notesBytes)
  const objects = objectsOf(type.definition, state)
  account.learn(readDeclared(type.definition.fields, state).fields, notes.params)
  account.own(objects)
  if (objects.length === 0) return { state: null, private: notesBytes, diagnostics: [] }
  const found = await account.find(objects)
  if (found.state === 'unconfirmed') {
    return asBefore(request, [tell(unknownScope(account, scopeOf(type.definition, state)))])
  }
  const ids = new Set(found.objects.map(({ id }) => id))
  if (ids.size === 0) return { state: null, private: notesBytes, diagnostics: [] }
  const held = { objects: objects.filter(({ id }) => ids.has(id)), live: found.objects }
  const identity = notes.identity ?? textOf(state['id'])
  return {
    state: stateAsLive(type, state, held, notes),
    private: writeNotes({ ...notes, identity }),
    identity: identityBlock(type, identity),
    diagnostics: [],
  }
}

function asBefore(request: ReadRequest, diagnostics: readonly ProviderDiagnostic[]): ReadAnswer {
  return { ...request, diagnostics }
}
