import type { TerraformAttributes } from '../../schema/terraform-type.ts'
import type { CtyObject, CtyValue } from '../cty/value.ts'
import type { ManagedResource } from '../provider.ts'
import { applyWebhook } from './apply-webhook.ts'
import { importWebhook } from './import-webhook.ts'
import { objectsOf } from './object-ids.ts'
import { planWebhook } from './plan-webhook.ts'
import { readWebhook } from './read-webhook.ts'
import { validateWebhook } from './validate-webhook.ts'
import type { WebhookType } from './webhook-type.ts'

/** Answers what the engine asks about one kind of webhook. */
export function managedWebhook(type: WebhookType): ManagedResource {
  return {
    validate: async (config, engine) => validateWebhook(type, config, engine),
    plan: (request) => planWebhook(type, request),
    apply: (request, signal) => applyWebhook(type, request, signal),
    read: (request, signal) => readWebhook(type, request, signal),
    import: (request, signal) => importWebhook(type, request, signal),
    note: (state) => own(type, state),
    upgrade: async ({ state }) => ({ state: decodeState(type.block.attributes, state), diagnostics: [] }),
  }
}

/** What stands in a state is ours, also where nothing is asked about it: a tainted resource, or a run without a refresh. */
function own(type: WebhookType, state: CtyObject): void {
  const answer = type.account()
  if (answer.state === 'ready') answer.account.own(objectsOf(type.definition, state))
}

/** Reads a state of the one version there is: what it lacks is null, and what is no attribute any more is let go. */
export function decodeState(attributes: TerraformAttributes, state: unknown): CtyObject {
  const values = isRecord(state) ? state : {}
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => {
      const value = values[name] ?? null
      if (!('nested' in attribute)) return [name, asCty(value)] as const
      const { nesting, attributes: inner } = attribute.nested
      if (nesting === 'single') return [name, isRecord(value) ? decodeState(inner, value) : null] as const
      return [name, Array.isArray(value) ? value.map((item: unknown) => decodeState(inner, item)) : null] as const
    }),
  )
}

function asCty(value: unknown): CtyValue {
  if (Array.isArray(value)) return value.map(asCty)
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asCty(item)]))
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isPlain ? value : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
