import { isRecord } from '../../providers/desired-fields.ts'
import { partIdsName } from '../../schema/terraform-schema.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import { type CtyObject, Unknown } from '../cty/value.ts'
import { fault, hasErrors } from '../diagnostics.ts'
import type { Planned, PlanRequest, ProviderDiagnostic } from '../provider.ts'
import { type Declared, readDeclared } from '../values/declared.ts'
import { planAttributes } from '../values/planned.ts'
import { existsAlready } from './exists-already.ts'
import { recall } from './former.ts'
import { objectsOf, scopeOf } from './object-ids.ts'
import { type PrivateNotes, readNotes, writeNotes } from './private-notes.ts'
import { findReplacing, identitiesOf, keepsObjects } from './replacing.ts'
import { tellError } from './tell-error.ts'
import type { WebhookType } from './webhook-type.ts'

/** Plans one webhook: what it will be, and what only a new one brings about. Calls the vendor only for a new one. */
export async function planWebhook(type: WebhookType, request: PlanRequest): Promise<Planned> {
  const { config, prior, proposed, priorPrivate } = request
  const account = knownAccount(type)
  if (account !== undefined && prior !== null) account.own(objectsOf(type.definition, prior))
  if (config === null || proposed === null) {
    return { planned: null, requiresReplace: [], private: priorPrivate, diagnostics: [] }
  }
  const declared = readDeclared(type.definition.fields, config)
  const notes = readNotes(priorPrivate)
  account?.learn(declared.fields, notes.params)
  const planned = prior === null ? planNew(type, config) : planChange(type, config, prior, declared)
  const was = prior === null ? notes.was : objectsOf(type.definition, prior).map(({ id }) => id)
  const kept = { ...notes, params: paramsOf(declared, notes), ...(was === undefined ? {} : { was }) }
  const diagnostics = [
    ...tellUnusable(type),
    ...type.receivers(type.definition, declared.fields),
    ...(planned.requiresReplace.length > 0 ? [] : await findImpossible(type, account, declared, config, kept, prior)),
  ]
  return { ...planned, private: writeNotes(kept), diagnostics }
}

type PlannedAttributes = Pick<Planned, 'planned' | 'requiresReplace'>

function planNew({ block, definition }: WebhookType, config: CtyObject): PlannedAttributes {
  const attributes = planAttributes(block.attributes, definition.fields, config, null)
  return { planned: { ...attributes, ...unknownIds(block.attributes) }, requiresReplace: [] }
}

function planChange(type: WebhookType, config: CtyObject, prior: CtyObject, declared: Declared): PlannedAttributes {
  const { block, definition } = type
  const former = recall(type, declared, config, prior)
  const requiresReplace = findReplacing(type, declared, former, prior)
  const attributes = planAttributes(block.attributes, definition.fields, config, prior)
  const isKept = requiresReplace.length === 0 && keepsObjects(definition, declared, former)
  const ids = isKept ? formerIds(prior) : unknownIds(block.attributes)
  return { planned: { ...attributes, ...ids }, requiresReplace }
}

function unknownIds(attributes: Readonly<Record<string, unknown>>): CtyObject {
  return partIdsName in attributes ? { id: Unknown.value, [partIdsName]: Unknown.value } : { id: Unknown.value }
}

function formerIds(prior: CtyObject): CtyObject {
  const parts = prior[partIdsName]
  return { id: prior['id'] ?? null, ...(parts === undefined ? {} : { [partIdsName]: parts }) }
}

/** Names the secret parameters of a receiver; they stand in no state where their values are write-only. */
export function paramsOf({ fields, unknown }: Declared, { params = [] }: PrivateNotes): readonly string[] {
  const declared = fields['url_params']
  if (unknown.has('url_params')) return params
  return isRecord(declared) ? Object.keys(declared).toSorted() : []
}

function knownAccount({ account }: WebhookType): VendorAccount | undefined {
  const answer = account()
  return answer.state === 'ready' ? answer.account : undefined
}

function tellUnusable({ account }: WebhookType): readonly ProviderDiagnostic[] {
  const answer = account()
  return answer.state === 'unusable' ? answer.diagnostics : []
}

/** Finds what is certain to fail. Whatever something else of the same plan may turn is left to the apply. */
async function findImpossible(
  type: WebhookType,
  account: VendorAccount | undefined,
  declared: Declared,
  config: CtyObject,
  notes: PrivateNotes,
  prior: CtyObject | null,
): Promise<readonly ProviderDiagnostic[]> {
  const identities = identitiesOf(type.definition, declared)
  if (account === undefined || identities === undefined) return []
  const impossible = account.planned.add(notes.was ?? [], identities)
  if (impossible !== undefined) {
    const detail =
      impossible.kind === 'twin'
        ? 'Merge them, or give one of them another URL.'
        : 'Remove webhooks, or merge some of them.'
    return [fault(impossible.message, detail)]
  }
  const mayAdopt = config['adopt_existing'] === true || config['adopt_existing'] instanceof Unknown
  if (prior !== null || mayAdopt) return []
  try {
    const { objects } = await account.list(scopeOf(type.definition, config))
    const ours = new Set(notes.was)
    const found = existsAlready(type, identities, objects, (id) => ours.has(id) || account.owns(id))
    return hasErrors(found) ? found : []
  } catch (error) {
    return [tellError(error)]
  }
}
