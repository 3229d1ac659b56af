import { randomBytes } from 'node:crypto'
import { emptyAnswer, isJsonObject, jsonAnswer, parseJsonObject } from './answer.ts'
import { authorizeSinch, issueToken } from './sinch-access.ts'
import {
  makeSinchApps,
  makeSinchId,
  type SinchApp,
  type SinchCall,
  type SinchSettings,
  type SinchWebhook,
  sandboxAppId,
  sandboxKey,
} from './sinch-account.ts'
import { sinchFailure, sinchRetryInfo } from './sinch-failure.ts'
import {
  parseWrite,
  renderSinchWebhook,
  type SinchWrite,
  setFields,
  type WritableField,
  writableFields,
} from './sinch-fields.ts'
import { sinchSwitches } from './sinch-switches.ts'
import type { Account, Answer, StandIn } from './stand-in.ts'

type Body = Readonly<Record<string, unknown>>

function findApp(call: SinchCall, appId: string): SinchApp | undefined {
  const { apps } = call.account.settings
  const app = Object.hasOwn(apps, appId) ? apps[appId] : undefined
  return app?.project_id === call.param('project') && call.switches.wrong_region !== true ? app : undefined
}

function listApps(call: SinchCall): Answer {
  const ids = Object.keys(call.account.settings.apps).filter((id) => findApp(call, id) !== undefined)
  return jsonAnswer(200, { apps: ids.map((id) => renderApp(call, id)) })
}

function getApp(call: SinchCall): Answer {
  const id = call.param('app')
  return findApp(call, id) === undefined ? sinchFailure(404, call.switches) : jsonAnswer(200, renderApp(call, id))
}

function renderApp(call: SinchCall, id: string): object {
  const { display_name } = call.account.settings.apps[id] ?? {}
  return { id, display_name, processing_mode: 'DISPATCH', channel_credentials: [], rate_limits: { webhooks: 25 } }
}

function listWebhooks(call: SinchCall): Answer {
  const app = call.param('app')
  if (findApp(call, app) === undefined) return sinchFailure(404, call.switches)
  const webhooks = call
    .listed(call.account.webhooks.inScope(app))
    .map((webhook) => renderSinchWebhook(webhook, call.switches))
  return jsonAnswer(200, webhooks.length === 0 && call.switches.list_empty === 'object' ? {} : { webhooks })
}

function findWebhook(call: SinchCall): SinchWebhook | undefined {
  const webhook = call.account.webhooks.get(call.param('id'))
  return webhook !== undefined && findApp(call, webhook.app_id) !== undefined ? webhook : undefined
}

function withWebhook(call: SinchCall, answer: (webhook: SinchWebhook) => Answer): Answer {
  const webhook = findWebhook(call)
  return webhook === undefined ? sinchFailure(404, call.switches) : answer(webhook)
}

function readBody(call: SinchCall): Body | undefined {
  const type = call.headers['content-type'] ?? ''
  if (call.switches.content_type === 'required' && !type.startsWith('application/json')) return undefined
  return parseJsonObject(call.text)
}

function refuse(call: SinchCall, message: string, name?: string): Answer {
  return sinchFailure(400, call.switches, { message, ...(name === undefined ? {} : { name }) })
}

function createWebhook(call: SinchCall): Answer {
  const body = readBody(call)
  if (body === undefined) return refuse(call, 'The body must be a JSON object sent as application/json')
  const { app_id } = body
  if (!isUlid(app_id)) return refuse(call, 'app_id: must be a ULID')
  if (findApp(call, app_id) === undefined) return sinchFailure(404, call.switches)
  const parsed = parseWrite(body, writableFields, call.switches)
  if ('fault' in parsed) return refuse(call, parsed.fault)
  return createInApp(call, app_id, parsed.write)
}

function createInApp(call: SinchCall, app_id: string, write: SinchWrite): Answer {
  const { target, triggers = [] } = write
  if (target === undefined) return refuse(call, 'target: required')
  if (call.switches.triggers_required === true && triggers.length === 0) return refuse(call, 'triggers: required')
  const bare = { id: makeSinchId(), app_id, target, target_type: '', triggers, client_credentials: null }
  const refusal = refuseTwin(call, bare) ?? refuseAboveQuota(call, app_id)
  return refusal ?? keep(call, setFields(bare, write, writableFields, call.switches))
}

function isUlid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9A-Z]{26}$/i.test(value)
}

function refuseTwin(call: SinchCall, { id, app_id, target }: SinchWebhook): Answer | undefined {
  const isTwin = (other: SinchWebhook): boolean =>
    other.id !== id && normalize(call, other.target) === normalize(call, target)
  if (!call.account.webhooks.inScope(app_id).some(isTwin)) return undefined
  return refuse(call, 'target: the app has a webhook with this target', 'INVALID_ARGUMENT')
}

function refuseAboveQuota(call: SinchCall, appId: string): Answer | undefined {
  const quota = Number(call.switches.quota)
  if (call.account.webhooks.inScope(appId).length < quota) return undefined
  const message = `The app has the maximum of ${quota} webhooks`
  return sinchFailure(Number(call.switches.quota_status), call.switches, { message })
}

function normalize(call: SinchCall, target: string): string {
  if (call.switches.target_uniqueness === 'exact') return target
  return new URL(target).href.replace(/\/$/, '')
}

function keep(call: SinchCall, webhook: SinchWebhook): Answer {
  return jsonAnswer(200, renderSinchWebhook(call.account.webhooks.put(webhook), call.switches))
}

/** Which fields a PATCH sets, or why it is refused. */
type Mask = { readonly fields: readonly WritableField[]; readonly app: boolean } | { readonly fault: string }

function readMask(call: SinchCall, body: Body): Mask {
  const named = call.query
    .getAll('update_mask')
    .flatMap((value) => value.split(','))
    .filter((name) => name !== '')
  if (named.length === 0) return readMissingMask(call, body)
  const known: readonly string[] = [...writableFields, 'app_id']
  const unknown = named.find((name) => !known.includes(name))
  if (unknown !== undefined) return { fault: `update_mask: unknown ${unknown}` }
  return { fields: writableFields.filter((field) => named.includes(field)), app: named.includes('app_id') }
}

function readMissingMask(call: SinchCall, body: Body): Mask {
  if (call.switches.patch_without_mask === 'refused') return { fault: 'update_mask: required' }
  const app = body.app_id !== undefined
  if (call.switches.patch_without_mask === 'replace') return { fields: writableFields, app }
  return { fields: writableFields.filter((field) => body[field] !== undefined), app }
}

function updateWebhook(call: SinchCall): Answer {
  return withWebhook(call, (webhook) => {
    const body = readBody(call)
    if (body === undefined) return refuse(call, 'The body must be a JSON object sent as application/json')
    const mask = readMask(call, body)
    if ('fault' in mask) return refuse(call, mask.fault)
    if (mask.fields.includes('target') && body.target === undefined) return refuse(call, 'target: required')
    const parsed = parseWrite(body, mask.fields, call.switches)
    if ('fault' in parsed) return refuse(call, parsed.fault)
    const next = setFields(webhook, parsed.write, mask.fields, call.switches)
    return mask.app && body.app_id !== webhook.app_id
      ? move(call, next, body.app_id)
      : (refuseTwin(call, next) ?? keep(call, next))
  })
}

function move(call: SinchCall, webhook: SinchWebhook, app_id: unknown): Answer {
  if (call.switches.app_id_patch === 'refused') return refuse(call, 'app_id: cannot be changed')
  if (call.switches.app_id_patch === 'ignored') return refuseTwin(call, webhook) ?? keep(call, webhook)
  if (!isUlid(app_id)) return refuse(call, 'app_id: must be a ULID')
  if (findApp(call, app_id) === undefined) return sinchFailure(404, call.switches)
  const moved = { ...webhook, app_id }
  return refuseTwin(call, moved) ?? refuseAboveQuota(call, app_id) ?? keep(call, moved)
}

const deleteAnswers: Readonly<Record<string, Answer>> = {
  '200-empty': emptyAnswer(200),
  '200-object': jsonAnswer(200, {}),
  '204': emptyAnswer(204),
}

function deleteWebhook(call: SinchCall): Answer {
  return withWebhook(call, ({ id }) => {
    call.account.webhooks.remove(id)
    return deleteAnswers[String(call.switches.delete_answer)] ?? emptyAnswer(200)
  })
}

type SinchAccount = Account<SinchWebhook, SinchSettings>

function addApps(account: SinchAccount, body: unknown): object {
  const count = isJsonObject(body) ? Number(body.count) : Number.NaN
  if (!Number.isInteger(count) || count < 1) throw new Error('The control "add-apps" takes {"count": N}.')
  account.configure({ apps: { ...account.settings.apps, ...makeSinchApps(count) } })
  return { apps: Object.keys(account.settings.apps).length }
}

function expireTokens(account: SinchAccount): object {
  account.configure({ token_epoch: account.settings.token_epoch + 1 })
  return {}
}

const webhookPath = '/v1/projects/:project/webhooks/:id'

/** Stands in for the webhook part of the Sinch Conversation API and its token endpoint. */
export const sinch: StandIn<SinchWebhook, SinchSettings> = {
  name: 'sinch',
  basePath: '',
  credentials: { ...sandboxKey, app_id: sandboxAppId(1), other_app_id: sandboxAppId(2) },
  settings: {
    keys: [sandboxKey],
    apps: makeSinchApps(2),
    signing_key: randomBytes(32).toString('hex'),
    token_epoch: 0,
  },
  switches: sinchSwitches,
  routes: [
    { method: 'POST', path: '/oauth2/token', open: true, handle: issueToken },
    { method: 'GET', path: '/v1/projects/:project/apps', handle: listApps },
    { method: 'GET', path: '/v1/projects/:project/apps/:app', handle: getApp },
    { method: 'GET', path: '/v1/projects/:project/apps/:app/webhooks', handle: listWebhooks },
    { method: 'POST', path: '/v1/projects/:project/webhooks', handle: createWebhook },
    {
      method: 'GET',
      path: webhookPath,
      handle: (call) => withWebhook(call, (webhook) => jsonAnswer(200, renderSinchWebhook(webhook, call.switches))),
    },
    { method: 'PATCH', path: webhookPath, handle: updateWebhook },
    { method: 'DELETE', path: webhookPath, handle: deleteWebhook },
  ],
  controls: {
    'add-apps': { run: addApps },
    'expire-tokens': { run: expireTokens },
  },
  isLive: ({ target_type }) => target_type === 'HTTP',
  receivers: (live, { event, facts = {} }) =>
    live
      .filter(({ app_id, triggers }) => app_id === facts.app_id && triggers.includes(event))
      .map(({ target }) => target),
  scopeOf: ({ app_id }) => app_id,
  authorize: authorizeSinch,
  unrouted: ({ switches }, allowed) => sinchFailure(allowed.length > 0 ? 405 : 404, switches),
  failure: (status, switches) => sinchFailure(status, switches),
  rateLimited: sinchRetryInfo,
}
