import { replacesName } from '../../schema/terraform-schema.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import { type CtyObject, type CtyValue, Unknown } from '../cty/value.ts'
import { fault } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import type { Declared } from '../values/declared.ts'
import { findTwins, tellExisting, warnOfExisting } from './exists-already.ts'
import { scopeOf } from './object-ids.ts'
import type { PrivateNotes } from './private-notes.ts'
import { identitiesOf } from './replacing.ts'
import { tellError } from './tell-error.ts'
import type { WebhookType } from './webhook-type.ts'

/** What stands where a webhook is planned to be. */
export interface PlaceFound {
  /** What `replaces` is planned to be, where the type has it. */
  readonly replaces: CtyValue
  readonly diagnostics: readonly ProviderDiagnostic[]
}

interface PlaceQuestion {
  readonly type: WebhookType
  readonly account: VendorAccount | undefined
  readonly declared: Declared
  readonly config: CtyObject
  readonly notes: PrivateNotes
  readonly prior: CtyObject | null
}

/** A webhook that stays what it is keeps what it replaced. */
export function inPlace(prior: CtyObject | null): PlaceFound {
  return { replaces: prior?.[replacesName] ?? null, diagnostics: [] }
}

/** Finds what is certain to fail. Whatever something else of the same plan may turn is left to the apply. */
export async function findPlace(question: PlaceQuestion): Promise<PlaceFound> {
  const { type, account, declared, config, notes, prior } = question
  const isReplacement = prior === null && notes.was !== undefined
  const free: PlaceFound = isReplacement ? { replaces: Unknown.value, diagnostics: [] } : inPlace(prior)
  const identities = identitiesOf(type.definition, declared)
  if (account === undefined || identities === undefined) return free
  const impossible = account.planned.add(notes.was ?? [], identities)
  if (impossible !== undefined) {
    const isTwin = impossible.kind === 'twin'
    const detail = isTwin ? 'Merge them, or give one of them another URL.' : 'Remove webhooks, or merge some of them.'
    return { ...free, diagnostics: [fault(impossible.message, detail)] }
  }
  const mayAdopt = config['adopt_existing'] === true || config['adopt_existing'] instanceof Unknown
  if (prior !== null || mayAdopt) return free
  try {
    const { objects } = await account.list(scopeOf(type.definition, config))
    const twins = findTwins(type, identities, objects)
    const ours = new Set(notes.was)
    const foreign = twins.filter(({ id }) => !ours.has(id) && !account.owns(id))
    if (foreign.length === 0) return twins.length > 0 ? { ...free, replaces: Unknown.value } : free
    return type.definition.update === 'none'
      ? beside(type, foreign)
      : { ...free, diagnostics: [tellExisting(type, foreign)] }
  } catch (error) {
    return { ...free, diagnostics: [tellError(error)] }
  }
}

/**
 * The plan that is made again within an apply is told nothing of the webhook that is being replaced. So this value has a
 * time in it: where the first plan knew of a replacement it left it open, and any will do; where it did not, it was null
 * or had another time, and the engine stops.
 */
function beside(type: WebhookType, twins: WebhookTwins): PlaceFound {
  const now = new Date(type.clock.now()).toISOString()
  const replaces = `${twins.map(({ id }) => id).join(', ')} at ${now}`
  return { replaces, diagnostics: [warnOfExisting(type, twins)] }
}

type WebhookTwins = ReturnType<typeof findTwins>
