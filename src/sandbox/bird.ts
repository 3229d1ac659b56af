import { randomUUID } from 'node:crypto'
import { emptyAnswer, jsonAnswer } from './answer.ts'
import {
  authorizeBird,
  type BirdCall,
  type BirdFilter,
  type BirdSettings,
  type BirdWebhook,
  birdFailure,
} from './bird-account.ts'
import { type PatchFields, parseCreate, parsePatch } from './bird-bodies.ts'
import { readPage } from './bird-pages.ts'
import { findBirdReceivers } from './bird-receivers.ts'
import { birdSwitches } from './bird-switches.ts'
import type { Answer, Route, StandIn } from './stand-in.ts'
import type { SwitchValue } from './switches.ts'

type SwitchValues = Readonly<Record<string, SwitchValue>>

const workspaceId = '0b1d0000-0000-4000-8000-000000000001'
const otherWorkspaceId = '0b1d0000-0000-4000-8000-000000000002'
const organizationId = '0b1d0000-0000-4000-8000-00000000000f'
const accessKey = 'SandboxAccessKey0123456789abcdef'
const readOnlyKey = 'SandboxReadOnlyKey0123456789abcd'

function list(call: BirdCall): Answer {
  const page = readPage(call, call.listed(call.account.webhooks.inScope(call.param('workspace'))))
  if ('fault' in page) return birdFailure(400, { message: page.fault })
  const { rows, next } = page
  const token = next ?? (call.switches.last_page_token === 'empty' ? '' : undefined)
  const results = rows.map((webhook) => renderRead(webhook, call))
  return jsonAnswer(200, { results, ...(token === undefined ? {} : { nextPageToken: token }) })
}

const leanFields = ['id', 'service', 'event', 'eventFilters', 'url', 'status', 'createdAt', 'updatedAt']

function renderRead(webhook: BirdWebhook, call: BirdCall): object {
  const full = renderWebhook(webhook, call, call.switches.signing_key_in_reads !== 'writes')
  if (call.switches.read_fields === 'full') return full
  return Object.fromEntries(Object.entries(full).filter(([name]) => leanFields.includes(name)))
}

function renderWebhook(webhook: BirdWebhook, call: BirdCall, isKeyShown: boolean): Readonly<Record<string, unknown>> {
  const { switches } = call
  const { eventFilters, signingKey, statusReason, ...plain } = webhook
  const { status_reason: reason } = switches
  return {
    ...plain,
    organizationId: call.account.settings.organization_id,
    ...(eventFilters.length === 0
      ? unsetFilters[String(switches.unset_filters)]
      : { eventFilters: orderFilters(eventFilters, switches) }),
    ...(signingKey === undefined || !isKeyShown ? {} : showKey(signingKey, switches)),
    ...(reason === 'absent' ? {} : { [String(reason)]: statusReason }),
  }
}

const unsetFilters: Readonly<Record<string, object>> = {
  absent: {},
  null: { eventFilters: null },
  empty: { eventFilters: [] },
}

function orderFilters(filters: readonly BirdFilter[], { filter_order: order }: SwitchValues): readonly BirdFilter[] {
  if (order === 'kept') return filters
  return order === 'reversed' ? filters.toReversed() : filters.toSorted(compareFilters)
}

function compareFilters(a: BirdFilter, b: BirdFilter): number {
  return a.key.localeCompare(b.key) || a.value.localeCompare(b.value)
}

function showKey(signingKey: string, { signing_key_in_reads: mode }: SwitchValues): object {
  if (mode === 'hidden') return {}
  return { signingKey: mode === 'masked' ? `${signingKey.slice(0, 3)}***` : signingKey }
}

function withWebhook(call: BirdCall, answer: (webhook: BirdWebhook) => Answer): Answer {
  const webhook = call.account.webhooks.get(call.param('id'))
  return webhook?.workspaceId === call.param('workspace') ? answer(webhook) : birdFailure(404)
}

function create(call: BirdCall): Answer {
  const read = parseCreate(call)
  if ('refusal' in read) return read.refusal
  const { service, event, url, eventFilters, template, signingKey } = read.fields
  const now = new Date().toISOString()
  const webhook: BirdWebhook = {
    id: randomUUID(),
    workspaceId: call.param('workspace'),
    service,
    event,
    eventFilters: eventFilters ?? [],
    ...(template === undefined ? {} : { template }),
    url,
    ...(signingKey === undefined || signingKey === '' ? {} : { signingKey }),
    status: 'active',
    statusReason: statusReasons.active,
    createdAt: now,
    updatedAt: now,
  }
  const refusal = refuseAboveQuota(call, webhook)
  if (refusal !== undefined) return refusal
  return jsonAnswer(201, renderWebhook(call.account.webhooks.put(webhook), call, true))
}

const statusReasons = {
  active: 'The webhook subscription is active.',
  inactive: 'The webhook subscription was deactivated.',
}

function refuseAboveQuota(call: BirdCall, webhook: BirdWebhook): Answer | undefined {
  const { quota, quota_scope: scope, quota_unfiltered: isUnfilteredCounted, quota_status: status } = call.switches
  if (quota === 0 || (webhook.eventFilters.length === 0 && isUnfilteredCounted === false)) return undefined
  const isSame = makeSame(webhook, scope)
  const same = call.account.webhooks
    .inScope(webhook.workspaceId)
    .filter((other) => other.id !== webhook.id && isSame(other))
  if (same.length < Number(quota)) return undefined
  const message = `There are ${same.length} webhook subscriptions with the same filters already`
  return birdFailure(Number(status), { code: 'LimitExceeded', message })
}

function makeSame(
  { service, event, eventFilters }: BirdWebhook,
  scope: SwitchValue | undefined,
): (other: BirdWebhook) => boolean {
  const filterSet = renderFilterSet(eventFilters)
  return (other) =>
    (scope === 'workspace' || (other.service === service && other.event === event)) &&
    other.eventFilters.length === eventFilters.length &&
    renderFilterSet(other.eventFilters) === filterSet
}

function renderFilterSet(filters: readonly BirdFilter[]): string {
  return JSON.stringify(filters.toSorted(compareFilters).map(({ key, value }) => [key, value]))
}

function update(call: BirdCall): Answer {
  return withWebhook(call, (webhook) => {
    const read = parsePatch(call, webhook.service)
    if ('refusal' in read) return read.refusal
    const next = setFields(webhook, read.fields, call)
    const isRegrouped = renderFilterSet(next.eventFilters) !== renderFilterSet(webhook.eventFilters)
    const refusal = isRegrouped ? refuseAboveQuota(call, next) : undefined
    return refusal ?? jsonAnswer(200, renderWebhook(call.account.webhooks.put(next), call, true))
  })
}

function setFields(webhook: BirdWebhook, fields: PatchFields, { switches }: BirdCall): BirdWebhook {
  const { signingKey: before, ...rest } = webhook
  const { url, status, template, signingKey = before, eventFilters } = fields
  return {
    ...rest,
    ...(url === undefined ? {} : { url }),
    ...(status === undefined ? {} : { status, statusReason: statusReasons[status] }),
    ...(template === undefined ? {} : { template }),
    ...(signingKey === undefined || signingKey === '' ? {} : { signingKey }),
    ...(eventFilters === undefined || isIdle(eventFilters, switches) ? {} : { eventFilters: eventFilters ?? [] }),
    updatedAt: new Date().toISOString(),
  }
}

// Whether null and [] both clear the filters is not documented.
function isIdle(filters: readonly BirdFilter[] | null, { cleared_by: mode }: SwitchValues): boolean {
  if (filters === null) return mode === 'empty'
  return filters.length === 0 && mode === 'null'
}

function remove(call: BirdCall): Answer {
  return withWebhook(call, ({ id }) => {
    call.account.webhooks.remove(id)
    return emptyAnswer(Number(call.switches.delete_status))
  })
}

type BirdRoute = Route<BirdWebhook, BirdSettings>

const root = '/workspaces/:workspace/webhook-subscriptions'

const routes: readonly BirdRoute[] = [
  { method: 'GET', path: root, handle: list },
  { method: 'POST', path: root, handle: create },
  {
    method: 'GET',
    path: `${root}/:id`,
    handle: (call) => withWebhook(call, (webhook) => jsonAnswer(200, renderRead(webhook, call))),
  },
  { method: 'PATCH', path: `${root}/:id`, handle: update },
  { method: 'DELETE', path: `${root}/:id`, handle: remove },
]

function onPaths(route: BirdRoute, shape: string, prefix: string): BirdRoute {
  return {
    method: route.method,
    path: `${prefix}${route.path}`,
    handle: (call) =>
      [shape, 'both'].includes(String(call.switches.path_shape)) ? route.handle(call) : birdFailure(404),
  }
}

// A live report names these as 403 and not as 404.
function unrouted({ path }: BirdCall, allowed: readonly string[]): Answer {
  if (/\/(channels\/[^/]+\/webhook-subscriptions|event-subscriptions)$/.test(path)) return birdFailure(403)
  return birdFailure(allowed.length > 0 ? 405 : 404)
}

const workspaces = [workspaceId, otherWorkspaceId]

/** Stands in for the webhook subscriptions of Bird's Notifications API: one event each, and a key that is not read back. */
export const bird: StandIn<BirdWebhook, BirdSettings> = {
  name: 'bird',
  basePath: '',
  credentials: {
    access_key: accessKey,
    read_only_access_key: readOnlyKey,
    workspace_id: workspaceId,
    other_workspace_id: otherWorkspaceId,
    organization_id: organizationId,
  },
  settings: {
    keys: [
      { access_key: accessKey, actions: ['View', 'Create', 'Update', 'Delete'], workspaces },
      { access_key: readOnlyKey, actions: ['View'], workspaces },
    ],
    organization_id: organizationId,
  },
  switches: birdSwitches,
  routes: [
    ...routes.map((route) => onPaths(route, 'workspaces', '')),
    ...routes.map((route) => onPaths(route, 'organizations', '/organizations/:organization')),
  ],
  isLive: ({ status }) => status === 'active',
  receivers: findBirdReceivers,
  scopeOf: (webhook) => webhook.workspaceId,
  authorize: authorizeBird,
  unrouted,
  failure: (status) => birdFailure(status),
}
