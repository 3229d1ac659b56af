import { jsonAnswer } from './answer.ts'
import {
  findAgent,
  isObjectId,
  makeObjectId,
  type SmallestCall,
  type SmallestSubscription,
  smallestFailure,
  smallestOk,
} from './smallest-account.ts'
import { type AgentEvent, parseSubscribe } from './smallest-bodies.ts'
import type { Answer } from './stand-in.ts'

/** The text that the API used until May 2026. */
export const busyAgent: string =
  'Agent already has webhook subscriptions. Please remove existing subscriptions before adding new ones.'

/** Answers a page of the agents: `page` counts from 1 and `offset` is the size of a page. */
export function listAgents({ account, query }: SmallestCall): Answer {
  const search = (query.get('search') ?? '').toLowerCase()
  const isArchived = query.get('archived') === 'true'
  const agents = Object.entries(account.settings.agents)
    .filter(([, agent]) => (agent.archived === true) === isArchived && agent.name.toLowerCase().includes(search))
    .map(([_id, { name, description, created_at: createdAt }]) => ({ _id, name, description, createdAt }))
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
  const sorted = query.get('sortOrder') === 'asc' ? agents : agents.toReversed()
  const size = countOf(query.get('offset'), 10)
  const start = (countOf(query.get('page'), 1) - 1) * size
  return smallestOk(200, { agents: sorted.slice(start, start + size), total: agents.length })
}

function countOf(text: string | null, fallback: number): number {
  const count = Number(text ?? fallback)
  return Number.isInteger(count) && count > 0 ? count : fallback
}

function withAgent(call: SmallestCall, answer: (id: string) => Answer): Answer {
  const id = call.param('agent')
  if (!isObjectId(id)) return smallestFailure(400, call.switches, 'The provided Agent ID is invalid.')
  return findAgent(call, id) === undefined ? smallestFailure(404, call.switches, 'Agent not found') : answer(id)
}

/** Answers the subscriptions of one agent. */
export function listAgentSubscriptions(call: SmallestCall): Answer {
  return withAgent(call, (agent) => {
    const found = call.account.webhooks
      .all()
      .flatMap(({ id, subscriptions }) =>
        subscriptions.filter(({ agent_id }) => agent_id === agent).map((subscription) => ({ id, subscription })),
      )
    const data = found.map(({ id, subscription }) => ({
      _id: subscription.id,
      webhookId: id,
      agentId: agent,
      eventType: subscription.event_type,
      createdAt: subscription.created_at,
      updatedAt: subscription.updated_at,
    }))
    return smallestOk(200, data)
  })
}

/** Takes an agent off every webhook and sets it on one. */
export function setAgentSubscriptions(call: SmallestCall): Answer {
  return withUnfrozenAgent(call, (agent) => {
    const { account, switches } = call
    const body = parseSubscribe(call)
    if ('fault' in body) return smallestFailure(400, switches, body.fault)
    const { webhookId, eventTypes } = body.parsed
    if (account.webhooks.get(webhookId) === undefined) return smallestFailure(404, switches, 'Webhook not found')
    if (switches.agent_replace === 'refused' && isBusy(call, agent)) return smallestFailure(400, switches, busyAgent)
    detachAgents(call, [agent])
    attachAgents(
      call,
      webhookId,
      eventTypes.map((eventType) => ({ agentId: agent, eventType })),
    )
    return smallestOk(201, 'Subscriptions created successfully')
  })
}

/** Takes an agent off every webhook. */
export function deleteAgentSubscriptions(call: SmallestCall): Answer {
  return withUnfrozenAgent(call, (agent) => {
    detachAgents(call, [agent])
    return smallestOk(200, 'Subscriptions deleted successfully')
  })
}

function withUnfrozenAgent(call: SmallestCall, answer: (id: string) => Answer): Answer {
  if (call.switches.config_freeze === true) {
    return jsonAnswer(423, { status: false, error_type: 'config_freeze_active', errors: [] })
  }
  return withAgent(call, answer)
}

/** Tells whether an agent is subscribed to anything. */
export function isBusy({ account }: SmallestCall, agent: string): boolean {
  return account.webhooks.all().some(({ subscriptions }) => subscriptions.some(({ agent_id }) => agent_id === agent))
}

/** Removes the subscriptions of some agents from all webhooks. */
export function detachAgents({ account: { webhooks } }: SmallestCall, agents: readonly string[]): void {
  for (const { id, subscriptions } of webhooks.all()) {
    const kept = subscriptions.filter(({ agent_id }) => !agents.includes(agent_id))
    if (kept.length < subscriptions.length) webhooks.edit(id, { subscriptions: kept })
  }
}

/** Subscribes agents to one webhook; a subscription that is there stays as it is. */
export function attachAgents({ account: { webhooks } }: SmallestCall, id: string, events: readonly AgentEvent[]): void {
  const before = webhooks.get(id)?.subscriptions ?? []
  webhooks.edit(id, { subscriptions: events.reduce(addSubscription, before) })
}

function addSubscription(
  subscriptions: readonly SmallestSubscription[],
  { agentId: agent_id, eventType: event_type }: AgentEvent,
): readonly SmallestSubscription[] {
  if (subscriptions.some((known) => known.agent_id === agent_id && known.event_type === event_type)) {
    return subscriptions
  }
  const now = new Date().toISOString()
  return [...subscriptions, { id: makeObjectId(), agent_id, event_type, created_at: now, updated_at: now }]
}
