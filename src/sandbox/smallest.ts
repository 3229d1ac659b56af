import { randomBytes } from 'node:crypto'
import { isJsonObject } from './answer.ts'
import {
  authorizeSmallest,
  findAgent,
  isObjectId,
  makeObjectId,
  makeSmallestAgents,
  type SmallestCall,
  type SmallestSettings,
  type SmallestSubscription,
  type SmallestWebhook,
  sandboxAgentId,
  smallestFailure,
  smallestOk,
  smallestRateLimited,
} from './smallest-account.ts'
import {
  attachAgents,
  busyAgent,
  deleteAgentSubscriptions,
  detachAgents,
  isBusy,
  listAgentSubscriptions,
  listAgents,
  setAgentSubscriptions,
} from './smallest-agents.ts'
import { type CreateBody, parseCreate, parsePatch } from './smallest-bodies.ts'
import { smallestSwitches } from './smallest-switches.ts'
import type { Account, Answer, Route, StandIn } from './stand-in.ts'

const apiKey = 'sk_sandbox_0123456789abcdef'

function readWebhooks(call: SmallestCall): Answer {
  const id = call.query.get('webhookId')
  if (id !== null) return readWebhook(call, id)
  const data = call.listed(call.account.webhooks.all()).map((webhook) => {
    const { decryptedSecretKey, ...rest } = renderWebhook(webhook, call)
    return call.switches.secret_in_list === true ? { ...rest, decryptedSecretKey } : rest
  })
  const [only] = data
  return smallestOk(200, call.switches.list_shape === 'object-when-one' && data.length === 1 ? only : data)
}

function readWebhook(call: SmallestCall, id: string): Answer {
  return withWebhook(call, id, (webhook) => {
    const data = renderWebhook(webhook, call)
    return smallestOk(200, call.switches.single_shape === 'array' ? [data] : data)
  })
}

function withWebhook(call: SmallestCall, id: string, answer: (webhook: SmallestWebhook) => Answer): Answer {
  if (!isObjectId(id)) return smallestFailure(400, call.switches, 'The provided Webhook ID is invalid.')
  const webhook = call.account.webhooks.get(id)
  return webhook === undefined ? smallestFailure(404, call.switches, 'Webhook not found') : answer(webhook)
}

const unsetDescriptions: Readonly<Record<string, object>> = {
  absent: {},
  empty: { description: '' },
  null: { description: null },
}

function renderWebhook(webhook: SmallestWebhook, call: SmallestCall): Readonly<Record<string, unknown>> {
  const { switches } = call
  const { id, url, description, status, secret, headers, subscriptions, created_at, updated_at } = webhook
  const { organization_id: organizationId, user_id: createdBy } = call.account.settings
  return {
    _id: id,
    url,
    ...(description === undefined ? unsetDescriptions[String(switches.unset_description)] : { description }),
    status,
    organizationId,
    createdBy,
    subscriptions: subscriptions.map((subscription) => renderSubscription(subscription, id, call)),
    decryptedSecretKey: secret,
    ...(headers === undefined || switches.headers_in_reads === 'absent' ? {} : { headers }),
    createdAt: created_at,
    updatedAt: updated_at,
  }
}

function renderSubscription(subscription: SmallestSubscription, webhookId: string, call: SmallestCall): object {
  const { id, agent_id, event_type: eventType, created_at: createdAt, updated_at: updatedAt } = subscription
  const agent = findAgent(call, agent_id)
  const agentId = agent === undefined ? null : { _id: agent_id, name: agent.name, description: agent.description }
  return { _id: id, webhookId, agentId, eventType, createdAt, updatedAt }
}

function createWebhook(call: SmallestCall): Answer {
  const body = parseCreate(call)
  if ('fault' in body) return smallestFailure(400, call.switches, body.fault)
  const { endpoint, events } = body.parsed
  const agents = [...new Set(events.map(({ agentId }) => agentId))]
  const refusal = refuseTwin(call, endpoint) ?? refuseAgents(call, agents)
  if (refusal !== undefined) return refusal
  if (call.switches.create_for_busy_agent === 'replaces') detachAgents(call, agents)
  const { id } = call.account.webhooks.put(makeWebhook(body.parsed))
  attachAgents(call, id, events)
  return smallestOk(201, id)
}

function refuseTwin(call: SmallestCall, url: string, id?: string): Answer | undefined {
  const isTwin = (other: SmallestWebhook): boolean =>
    other.id !== id && normalize(call, other.url) === normalize(call, url)
  if (!call.account.webhooks.all().some(isTwin)) return undefined
  return smallestFailure(400, call.switches, 'A webhook with this URL has already been registered')
}

function normalize({ switches }: SmallestCall, url: string): string {
  return switches.url_uniqueness === 'exact' ? url : new URL(url).href.replace(/\/$/, '')
}

function refuseAgents(call: SmallestCall, agents: readonly string[]): Answer | undefined {
  if (agents.some((agent) => findAgent(call, agent) === undefined)) {
    return smallestFailure(404, call.switches, 'Agent not found')
  }
  const isRefused = call.switches.create_for_busy_agent === 'refused' && agents.some((agent) => isBusy(call, agent))
  return isRefused ? smallestFailure(400, call.switches, busyAgent) : undefined
}

function makeWebhook({ endpoint, description, headers }: CreateBody): SmallestWebhook {
  const now = new Date().toISOString()
  return {
    id: makeObjectId(),
    url: endpoint,
    ...(description === undefined ? {} : { description }),
    status: 'enabled',
    secret: randomBytes(32).toString('hex'),
    ...(headers === undefined ? {} : { headers }),
    subscriptions: [],
    created_at: now,
    updated_at: now,
  }
}

function updateWebhook(call: SmallestCall): Answer {
  return withWebhook(call, call.param('id'), ({ id }) => {
    const body = parsePatch(call)
    if ('fault' in body) return smallestFailure(400, call.switches, body.fault)
    const { endpoint, ...rest } = body.parsed
    const isGuarded = endpoint !== undefined && call.switches.patch_duplicate_url === '400'
    const refusal = isGuarded ? refuseTwin(call, endpoint, id) : undefined
    if (refusal !== undefined) return refusal
    const url = endpoint === undefined ? {} : { url: endpoint }
    call.account.webhooks.edit(id, { ...url, ...rest, updated_at: new Date().toISOString() })
    return smallestOk(200, id)
  })
}

function deleteWebhook(call: SmallestCall): Answer {
  return withWebhook(call, call.param('id'), ({ id, subscriptions }) => {
    const isBlocking = ({ agent_id }: SmallestSubscription): boolean =>
      call.switches.orphans_block_delete === true || findAgent(call, agent_id) !== undefined
    if (subscriptions.some(isBlocking)) {
      const message =
        'Cannot delete webhook: It is currently assigned to one or more agents. Please remove it from all agents first.'
      return smallestFailure(400, call.switches, message)
    }
    call.account.webhooks.remove(id)
    return smallestOk(200, 'Webhook deleted successfully')
  })
}

type SmallestAccount = Account<SmallestWebhook, SmallestSettings>

function addAgents(account: SmallestAccount, body: unknown): object {
  const count = isJsonObject(body) ? Number(body.count) : Number.NaN
  if (!Number.isInteger(count) || count < 1) throw new Error('The control "add-agents" takes {"count": N}.')
  account.configure({ agents: { ...makeSmallestAgents(count), ...account.settings.agents } })
  return { agents: Object.keys(account.settings.agents) }
}

function removeAgent(account: SmallestAccount, body: unknown): object {
  const { agents } = account.settings
  const id = isJsonObject(body) ? String(body.id) : ''
  if (!Object.hasOwn(agents, id)) throw new Error('The control "remove-agent" takes {"id": "…"} of an agent.')
  account.configure({ agents: Object.fromEntries(Object.entries(agents).filter(([known]) => known !== id)) })
  return { agents: Object.keys(account.settings.agents) }
}

type SmallestRoute = Route<SmallestWebhook, SmallestSettings>

const routes: readonly SmallestRoute[] = [
  { method: 'GET', path: '/webhook', handle: readWebhooks },
  { method: 'POST', path: '/webhook', handle: createWebhook },
  { method: 'PATCH', path: '/webhook/:id', handle: updateWebhook },
  { method: 'DELETE', path: '/webhook/:id', handle: deleteWebhook },
  { method: 'GET', path: '/agent', handle: listAgents },
  { method: 'GET', path: '/agent/:agent/webhook-subscriptions', handle: listAgentSubscriptions },
  { method: 'POST', path: '/agent/:agent/webhook-subscriptions', handle: setAgentSubscriptions },
  { method: 'DELETE', path: '/agent/:agent/webhook-subscriptions', handle: deleteAgentSubscriptions },
]

function onOldPath(route: SmallestRoute): SmallestRoute {
  return {
    method: route.method,
    path: `/api/v1${route.path}`,
    handle: (call) => (call.switches.old_path === 'gone' ? smallestFailure(404, call.switches) : route.handle(call)),
  }
}

/** Stands in for the webhooks of smallest.ai Atoms: subscriptions belong to agents, and the vendor makes the secret. */
export const smallest: StandIn<SmallestWebhook, SmallestSettings> = {
  name: 'smallest',
  basePath: '/atoms/v1',
  credentials: { api_key: apiKey, agent_id: sandboxAgentId(1), other_agent_id: sandboxAgentId(2) },
  settings: {
    api_keys: [apiKey],
    organization_id: '0c0ffee000000000000000a1',
    user_id: '0c0ffee000000000000000b2',
    agents: makeSmallestAgents(4),
  },
  switches: smallestSwitches,
  routes: [...routes.map((route) => ({ ...route, path: `/atoms/v1${route.path}` })), ...routes.map(onOldPath)],
  controls: {
    'add-agents': { run: addAgents },
    'remove-agent': { run: removeAgent },
  },
  isLive: ({ status, subscriptions }) => status === 'enabled' && subscriptions.length > 0,
  receivers: (live, { event, facts = {} }) => {
    const isMeant = ({ agent_id, event_type }: SmallestSubscription): boolean =>
      agent_id === facts.agent_id && event_type === event
    return live.filter(({ subscriptions }) => subscriptions.some(isMeant)).map(({ url }) => url)
  },
  authorize: authorizeSmallest,
  unrouted: ({ switches }) => smallestFailure(404, switches),
  failure: (status, switches) => smallestFailure(status, switches),
  rateLimited: smallestRateLimited,
}
