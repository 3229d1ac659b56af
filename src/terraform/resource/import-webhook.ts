import type { LiveObject } from '../../core/webhook.ts'
import { maskCredentials } from '../../report/mask-urls.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import type { CtyObject } from '../cty/value.ts'
import { fault } from '../diagnostics.ts'
import type { Imported, ProviderDiagnostic } from '../provider.ts'
import { textOf } from '../values/known.ts'
import { identityBlock } from './identity-block.ts'
import { parseId, renderId } from './object-ids.ts'
import { writeNotes } from './private-notes.ts'
import { stateAsLive } from './state-of.ts'
import { tellError } from './tell-error.ts'
import { untilAborted } from './until-aborted.ts'
import type { WebhookType } from './webhook-type.ts'

type ImportRequest = { readonly id: string } | { readonly identity: CtyObject }

/** Finds a live webhook by its id, wherever in the account it is, and makes a state of it. Writes nothing. */
export async function importWebhook(type: WebhookType, request: ImportRequest, signal: AbortSignal): Promise<Imported> {
  const answer = type.account()
  if (answer.state !== 'ready') {
    return { ...nothing(answer.diagnostics), isTooEarly: answer.state === 'unknown' }
  }
  const { account } = answer
  const foreign = 'identity' in request ? otherAccount(type, account, request.identity) : []
  if (foreign.length > 0) return nothing(foreign)
  const id = 'identity' in request ? textOf(request.identity['id']) : request.id
  try {
    const { objects } = await untilAborted(account.listAll(), signal)
    return take(type, account, { id, isIdentity: 'identity' in request }, objects)
  } catch (error) {
    return nothing([tellError(error)])
  }
}

interface Asked {
  readonly id: string
  /** An identity comes back as it was given: it is what the engine knows the webhook by. */
  readonly isIdentity: boolean
}

/** Ids are taken as a data source shows them, too: without what looks like a credential. */
function take(
  type: WebhookType,
  account: VendorAccount,
  { id: text, isIdentity }: Asked,
  live: readonly LiveObject[],
): Imported {
  const { definition } = type
  const wanted = new Set(parseId(definition, text))
  const found = live.filter(({ id }) => wanted.has(id) || wanted.has(maskCredentials(id)))
  const missing = [...wanted].filter(
    (id) => !found.some((object) => object.id === id || maskCredentials(object.id) === id),
  )
  if (wanted.size === 0 || missing.length > 0) return nothing([notFound(type, text, missing)])
  const parts = new Set(found.map(({ part }) => part))
  if (parts.size < found.length) return nothing([sameParts(type)])
  const objects = found.map(({ id, part, scope }) => ({ id, part, scope }))
  account.own(objects)
  const identity = isIdentity ? text : renderId(definition, objects)
  return {
    state: stateAsLive(type, null, { objects, live: found }),
    private: writeNotes({ identity }),
    identity: identityBlock(type, identity),
    diagnostics: [],
  }
}

function nothing(diagnostics: readonly ProviderDiagnostic[]): Imported {
  return { state: null, private: new Uint8Array(), diagnostics }
}

function notFound({ definition }: WebhookType, text: string, missing: readonly string[]): ProviderDiagnostic {
  const { title, fanOut, partInId } = definition
  const shape =
    fanOut === undefined
      ? 'The id is the one that the vendor gave.'
      : partInId === true
        ? `The id is one or more of ${fanOut}, joined by commas, then | and the URL.`
        : `The id is those of one or more of ${fanOut}, joined by commas.`
  const which = missing.length === 0 || missing.length > 3 ? text : missing.join(', ')
  return fault(
    `${title} has no webhook ${which}.`,
    `${shape} The data source hooks_${definition.type}_webhooks lists them.`,
  )
}

function sameParts({ definition }: WebhookType): ProviderDiagnostic {
  return fault(
    `Two of these ids are for the same of ${definition.fanOut ?? 'its parts'}.`,
    'One resource has one of each; import the others as resources of their own.',
  )
}

/** An identity may name the account it belongs to. */
function otherAccount(
  { definition }: WebhookType,
  { account }: VendorAccount,
  identity: CtyObject,
): readonly ProviderDiagnostic[] {
  return definition.accountIdentity.flatMap((name) => {
    const wanted = textOf(identity[name])
    const configured = account.settings[name]
    if (wanted === '' || wanted === configured) return []
    const ours = typeof configured === 'string' ? configured : 'one without it'
    return [
      fault(
        `The identity is of another ${definition.title} account: ${name} ${wanted}, not ${ours}.`,
        'Import it with the provider block of that account.',
        [name],
      ),
    ]
  })
}
