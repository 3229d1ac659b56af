import type { ProviderDefinition } from '../../core/provider.ts'
import { isRecord } from '../../providers/desired-fields.ts'
import { partIdsName, replacesName } from '../../schema/terraform-schema.ts'
import { isChosenSecret, secretNames } from '../../schema/terraform-secrets.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import { type CtyObject, Unknown } from '../cty/value.ts'
import type { Planned, PlanRequest, ProviderDiagnostic } from '../provider.ts'
import { type Declared, readDeclared } from '../values/declared.ts'
import { planAttributes } from '../values/planned.ts'
import { findPlace, inPlace } from './find-place.ts'
import { recall } from './former.ts'
import { objectsOf } from './object-ids.ts'
import { type PrivateNotes, readNotes, writeNotes } from './private-notes.ts'
import { findReplacing, keepsObjects } from './replacing.ts'
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
  const attributes = prior === null ? planNew(type, config) : planChange(type, config, prior, declared)
  const was = prior === null ? notes.was : objectsOf(type.definition, prior).map(({ id }) => id)
  const kept = { ...notes, params: paramsOf(declared, notes), ...(was === undefined ? {} : { was }) }
  const isReplaced = attributes.requiresReplace.length > 0
  const place = isReplaced ? inPlace(prior) : await findPlace({ type, account, declared, config, notes: kept, prior })
  const replaces = replacesName in type.block.attributes ? { [replacesName]: place.replaces } : {}
  return {
    ...attributes,
    planned: { ...attributes.planned, ...replaces },
    private: writeNotes(kept),
    diagnostics: [
      ...tellUnusable(type),
      ...type.receivers(type.definition, declared.fields),
      ...place.diagnostics,
      ...warnOfLeaving(type.definition, config, prior),
    ],
  }
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

/** Tells what is wrong with an account that cannot be used. */
export function tellUnusable({ account }: Pick<WebhookType, 'account'>): readonly ProviderDiagnostic[] {
  const answer = account()
  return answer.state === 'unusable' ? answer.diagnostics : []
}

/** A secret that is left out is left alone: the plan shows it going, and the vendor keeps it. */
export function warnOfLeaving(
  { fields, title }: Pick<ProviderDefinition, 'fields' | 'title'>,
  config: CtyObject,
  prior: CtyObject | null,
): readonly ProviderDiagnostic[] {
  if (prior === null) return []
  return Object.entries(fields).flatMap(([name, field]): readonly ProviderDiagnostic[] => {
    if (!isChosenSecret(field) || field.absence?.means !== 'left-alone') return []
    const { writeOnly, version } = secretNames(name)
    const isGiven = [name, writeOnly].some((attribute) => (config[attribute] ?? null) !== null)
    const wasGiven = [name, version].some((attribute) => (prior[attribute] ?? null) !== null)
    if (isGiven || !wasGiven) return []
    const detail = 'It is left alone from now on. Take it away in the dashboard if it shall go.'
    return [{ severity: 'warning', summary: `${title} keeps the ${name} it has.`, detail, path: [name] }]
  })
}
