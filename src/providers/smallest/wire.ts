import * as z from 'zod'
import { compareText } from '../../core/diagnostic.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { DesiredObject, LiveObject } from '../../core/webhook.ts'
import { readRecord, readSecret, readText } from '../desired-fields.ts'
import { readLiveSecret } from '../live-secret.ts'
import { isText } from '../maybe-text.ts'
import { buildReceiver, type Receivers, readReceiver } from '../receiver-url.ts'
import { readAgents } from './agents.ts'
import type { AgentEvent, CreateCall } from './calls.ts'

/** A webhook as list and single reads answer it. */
export interface AtomsWebhook {
  readonly _id: string
  readonly url: string
  readonly description?: string | null | undefined
  readonly status?: string | null | undefined
  readonly subscriptions?: readonly AtomsSubscription[] | null | undefined
  readonly decryptedSecretKey?: string | null | undefined
  readonly createdAt?: string | null | undefined
  readonly updatedAt?: string | null | undefined
}

/** The agent is an object here, a text elsewhere, and null once it is gone. */
interface AtomsSubscription {
  readonly agentId?: string | { readonly _id: string } | null | undefined
  readonly eventType: string
}

const Agent = z.union([z.string().min(1), z.object({ _id: z.string().min(1) })])

const Webhook: z.ZodType<AtomsWebhook> = z.object({
  _id: z.string().min(1),
  url: z.string(),
  description: z.string().nullish(),
  status: z.string().nullish(),
  subscriptions: z.array(z.object({ agentId: Agent.nullish(), eventType: z.string() })).nullish(),
  decryptedSecretKey: z.string().nullish(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
})

/** Webhooks, several or one: the vendor's pages show a list as an object and a single one as an object too. */
export const AtomsWebhooks: z.ZodType<{ readonly data: readonly AtomsWebhook[] }> = z.object({
  data: z.union([z.array(Webhook), Webhook.transform((webhook) => [webhook])]),
})

/** What a create answers: the id and nothing more. */
export const AtomsCreated: z.ZodType<{ readonly data: string }> = z.object({ data: z.string().min(1) })

/** What one agent is subscribed to. */
export const AtomsAgentSubscriptions: z.ZodType<{
  readonly data: readonly { readonly webhookId: string; readonly eventType: string }[]
}> = z.object({ data: z.array(z.object({ webhookId: z.string().min(1), eventType: z.string() })) })

/** Reads what one agent is subscribed to. */
export function readAgentEvents(answer: z.infer<typeof AtomsAgentSubscriptions>): readonly AgentEvent[] {
  return answer.data.map(({ webhookId: webhook, eventType: event }) => ({ webhook, event }))
}

/** Reads a webhook into our field names. */
export function readWebhook(answer: AtomsWebhook, receivers: Receivers): LiveObject {
  const { _id: id, url, description, status, createdAt, updatedAt } = answer
  const secret = readLiveSecret(answer.decryptedSecretKey)
  return {
    id,
    part: '',
    scope: '',
    fields: {
      ...readReceiver(url, receivers),
      ...(isText(description) ? { description } : {}),
      subscriptions: readSubscriptions(answer),
      enabled: !isText(status) || status === 'enabled',
      ...(secret === undefined ? {} : { signing_secret: secret }),
    },
    ...(isText(createdAt) ? { createdAt } : {}),
    ...(isText(updatedAt) ? { updatedAt } : {}),
    ...(isText(status) && status !== 'enabled' ? { statusReason: status } : {}),
  }
}

/** Groups subscriptions by agent; those of agents that are gone deliver nothing and belong to nobody. */
function readSubscriptions({ subscriptions }: AtomsWebhook): LiveSubscriptions {
  const byAgent = new Map<string, string[]>()
  for (const { agentId, eventType } of subscriptions ?? []) {
    const agent = typeof agentId === 'string' ? agentId : agentId?._id
    if (agent === undefined) continue
    const events = byAgent.get(agent)
    if (events === undefined) byAgent.set(agent, [eventType])
    else events.push(eventType)
  }
  return [...byAgent]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([agent, events]) => ({ agent_id: agent, events: [...new Set(events)].toSorted(compareText) }))
}

type LiveSubscriptions = readonly { readonly agent_id: string; readonly events: readonly string[] }[]

/** Makes the body of a create, without the agents in `busy`. */
export function renderCreate(
  { key, fields }: DesiredObject,
  call: CreateCall | undefined,
  busy: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const declared = [...readAgents(fields['subscriptions'])].map(([agent, events]) => ({ agent, events }))
  const subscriptions = (call?.subscriptions ?? declared).filter(({ agent }) => !busy.includes(agent))
  return {
    endpoint: buildReceiver(fields),
    // The API wants one.
    description: readText(fields, 'description') ?? key,
    events: subscriptions.flatMap(({ agent, events }) => events.map((eventType) => ({ agentId: agent, eventType }))),
  }
}

type WireName = 'endpoint' | 'description' | 'headers'

const wireNames: Readonly<Record<string, WireName>> = {
  url: 'endpoint',
  url_params: 'endpoint',
  description: 'description',
  headers: 'headers',
}

/** What to send under each wire name. */
const render: Readonly<Record<WireName, (fields: DesiredValues) => unknown>> = {
  endpoint: buildReceiver,
  description: (fields) => readText(fields, 'description'),
  headers: (fields) => renderHeaders(readRecord(fields, 'headers') ?? {}),
}

/** A map replaces what was there; an empty one clears. */
function renderHeaders(headers: DesiredValues): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.keys(headers).map((name) => [name, readText(headers, name) ?? readSecret(headers, name)]),
  )
}

/** Makes the body of a PATCH that changes just these fields of ours; undefined where none of them goes into one. */
export function renderPatch(
  { fields }: DesiredObject,
  paths: readonly string[],
): Readonly<Record<string, unknown>> | undefined {
  const names = [...new Set(paths.filter((path) => path !== 'subscriptions').map(wireName))]
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, render[name](fields)]))
}

function wireName(path: string): WireName {
  const name = wireNames[path]
  if (name === undefined) throw new TypeError(`smallest.ai cannot change ${path} in place.`)
  return name
}

/** Reads how long to wait from the two forms of a 429 that tell it. */
export function readRetryAfter(body: unknown): number | undefined {
  const told = RateLimited.safeParse(body)
  return told.success ? (told.data.retry_after ?? told.data.rateLimit?.retryAfterSec) : undefined
}

const RateLimited = z.object({
  retry_after: z.number().nonnegative().optional(),
  rateLimit: z.object({ retryAfterSec: z.number().nonnegative() }).optional(),
})
