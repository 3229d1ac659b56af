import { readReceiver } from '../../providers/receiver-url.ts'
import { replacesName } from '../../schema/terraform-schema.ts'
import type { PlannedObject } from '../account/planned-webhooks.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import { type CtyObject, type CtyValue, Unknown } from '../cty/value.ts'
import { fault } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import { type Declared, readDeclared } from '../values/declared.ts'
import { warnOfCrowd } from './crowded.ts'
import { findTwins, tellExisting, tellPartTaken, tellTaken, warnOfExisting } from './exists-already.ts'
import { objectsOf, scopeOf } from './object-ids.ts'
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
  const { type, account, declared, notes, prior } = question
  const wanted = identitiesOf(type.definition, declared)
  if (account === undefined || wanted === undefined) return untaken(question)
  const impossible = account.planned.add(notes.was ?? [], wanted)
  if (impossible !== undefined) {
    const isTwin = impossible.kind === 'twin'
    const detail = isTwin ? 'Merge them, or give one of them another URL.' : 'Remove webhooks, or merge some of them.'
    return { ...untaken(question), diagnostics: [fault(impossible.message, detail)] }
  }
  try {
    return prior === null
      ? await placeOfNew(question, account, wanted)
      : { ...inPlace(prior), diagnostics: await checkMoves(question, account, prior, wanted) }
  } catch (error) {
    return { ...untaken(question), diagnostics: [tellError(error)] }
  }
}

/** What replaces a webhook says so, as far as the plan can know of it. */
function untaken({ prior, notes }: PlaceQuestion): PlaceFound {
  return prior === null && notes.was !== undefined ? { replaces: Unknown.value, diagnostics: [] } : inPlace(prior)
}

async function placeOfNew(
  question: PlaceQuestion,
  account: VendorAccount,
  wanted: readonly PlannedObject[],
): Promise<PlaceFound> {
  const { type, notes, config } = question
  const free = untaken(question)
  if (mayAdopt(question)) return free
  const { objects } = await account.list(scopeOf(type.definition, config))
  const twins = findTwins(type, wanted, objects)
  const isReplacement = notes.was !== undefined
  if (twins.length === 0) {
    return { ...free, diagnostics: isReplacement ? [] : await warnOfCrowd(type, account, wanted, objects) }
  }
  const foreign = await account.unclaimed(type.clock, withoutIds(twins, new Set(notes.was)))
  if (foreign.length === 0) return { replaces: Unknown.value, diagnostics: [] }
  return type.definition.update === 'none'
    ? beside(type, foreign)
    : { ...free, diagnostics: [tellExisting(type, foreign)] }
}

/** A change in place must not lead to where somebody else's webhook is; a part that is added may take one over. */
async function checkMoves(
  question: PlaceQuestion,
  account: VendorAccount,
  prior: CtyObject,
  wanted: readonly PlannedObject[],
): Promise<readonly ProviderDiagnostic[]> {
  const { type, notes } = question
  const { definition } = type
  const held = new Set(objectsOf(definition, prior).map(({ part }) => part))
  const identities = new Set(formerIdentities(question, account, prior))
  const added = mayAdopt(question) ? [] : wanted.filter(({ object }) => !held.has(object.part))
  const moved = wanted.filter(({ object, identity }) => held.has(object.part) && !identities.has(identity))
  const ours = new Set(notes.was)
  const foreign = async (objects: readonly PlannedObject[]) =>
    account.unclaimed(type.clock, withoutIds(await twinsOf(question, account, objects), ours))
  const [beside, onto] = [await foreign(added), await foreign(moved)]
  return [
    ...(beside.length > 0 ? [tellPartTaken(type, beside)] : []),
    ...(onto.length > 0 ? [tellTaken(type, onto)] : []),
  ]
}

/** An import has the whole URL in its state, with parameters that are declared to be secret since. */
function formerIdentities(
  { type: { definition } }: PlaceQuestion,
  { receivers }: VendorAccount,
  prior: CtyObject,
): readonly string[] {
  const { fields } = readDeclared(definition.fields, prior)
  const url = typeof fields['url'] === 'string' ? readReceiver(fields['url'], receivers)['url'] : undefined
  const shown = typeof url === 'string' ? { ...fields, url } : fields
  return identitiesOf(definition, { fields: shown, unknown: new Set() })?.map(({ identity }) => identity) ?? []
}

function mayAdopt({ config }: PlaceQuestion): boolean {
  return config['adopt_existing'] === true || config['adopt_existing'] instanceof Unknown
}

async function twinsOf(
  { type, config }: PlaceQuestion,
  account: VendorAccount,
  wanted: readonly PlannedObject[],
): Promise<WebhookTwins> {
  if (wanted.length === 0) return []
  const { objects } = await account.list(scopeOf(type.definition, config))
  return findTwins(type, wanted, objects)
}

function withoutIds(twins: WebhookTwins, ids: ReadonlySet<string>): WebhookTwins {
  return twins.filter(({ id }) => !ids.has(id))
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
