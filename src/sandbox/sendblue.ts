import { randomUUID } from 'node:crypto'
import { jsonAnswer } from './answer.ts'
import {
  authorizeSendblue,
  refuseSendblue,
  type SendblueCall,
  type SendblueSettings,
  type SendblueWebhook,
  sendblueFailure,
  sendblueKey,
  sendblueTypes,
} from './sendblue-account.ts'
import { parseAdd, parseDelete, parseDocument } from './sendblue-bodies.ts'
import { entryIdentity, renderEntry, type SendblueDraft, showSecret, upgradeUrl } from './sendblue-entries.ts'
import { sendblueSwitches } from './sendblue-switches.ts'
import type { Answer, StandIn } from './stand-in.ts'

const path = '/api/account/webhooks'

function list(call: SendblueCall): Answer {
  return answerOk(call, { webhooks: renderDocument(call, call.listed(call.account.webhooks.all())) })
}

function answerOk({ switches }: SendblueCall, body: object): Answer {
  return jsonAnswer(200, { ...(switches.status_field === 'present' ? { status: 'OK' } : {}), ...body })
}

function renderDocument(call: SendblueCall, rows: readonly SendblueWebhook[]): object {
  const { account, switches } = call
  const { types, global_secret: globalSecret, legacy_secret: legacySecret } = account.settings
  const always = switches.empty_types === 'all' ? sendblueTypes : []
  const byType = new Map<string, SendblueWebhook[]>([...always, ...types].map((type) => [type, []]))
  for (const row of rows) {
    const entries = byType.get(row.type) ?? []
    entries.push(row)
    byType.set(row.type, entries)
  }
  const shown = [...byType].filter(([, entries]) => entries.length > 0 || switches.empty_types !== 'absent')
  return {
    ...Object.fromEntries(shown.map(([type, entries]) => [type, renderEntries(entries, call)])),
    ...(globalSecret === null ? {} : showSecret('globalSecret', globalSecret, switches)),
    ...(legacySecret === null || switches.legacy_secret === 'absent'
      ? {}
      : showSecret('secret', legacySecret, switches)),
  }
}

function renderEntries(rows: readonly SendblueWebhook[], { switches }: SendblueCall): readonly unknown[] {
  const ranks: Readonly<Record<string, (row: SendblueWebhook, index: number) => number | string>> = {
    sorted: ({ url }) => url,
    shuffled: () => Math.random(),
  }
  const rank = ranks[String(switches.array_order)] ?? ((_row, index): number => index)
  return rows
    .map((row, index) => ({ row, rank: rank(row, index) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)))
    .map(({ row }) => renderEntry(row, switches))
}

function answerWrite(call: SendblueCall, message: string, types: readonly string[]): Answer {
  if (call.switches.write_answer === 'none') return answerOk(call, { message })
  const document = renderDocument(call, call.account.webhooks.all())
  const isTold = ([type]: readonly [string, unknown]): boolean =>
    call.switches.write_answer === 'whole' || types.includes(type)
  return answerOk(call, { message, webhooks: Object.fromEntries(Object.entries(document).filter(isTold)) })
}

function add(call: SendblueCall): Answer {
  const body = parseAdd(call)
  if ('fault' in body) return refuseSendblue(call, body.fault)
  const { type, entries, globalSecret } = body.parsed
  const rows = makeAppended(call, type, entries)
  if (rows === undefined) {
    return refuseSendblue(call, 'The webhook exists already', Number(call.switches.duplicate_append))
  }
  const { account } = call
  for (const row of rows) account.webhooks.put(row)
  const { types, global_secret } = account.settings
  const isTyped = types.includes(type)
  account.configure({
    types: isTyped ? types : [...types, type],
    global_secret: globalSecret === undefined ? global_secret : keepSecret(globalSecret),
  })
  return answerWrite(call, 'Webhooks added successfully', [
    type,
    ...(globalSecret === undefined ? [] : ['globalSecret']),
  ])
}

function keepSecret(secret: string): string | null {
  return secret === '' ? null : secret
}

/** The rows that an append writes, or nothing when it is refused for a duplicate. */
function makeAppended(
  { account, switches }: SendblueCall,
  type: string,
  entries: readonly SendblueDraft[],
): readonly SendblueWebhook[] | undefined {
  const { duplicate_append: mode, duplicate_by: by } = switches
  const known = new Map(account.webhooks.inScope(type).map((row) => [entryIdentity(row, by), row.id]))
  const rows: SendblueWebhook[] = []
  for (const entry of entries) {
    const identity = entryIdentity(entry, by)
    const twin = known.get(identity)
    const id = twin !== undefined && mode === 'replaced' ? twin : randomUUID()
    if (twin !== undefined && (mode === '400' || mode === '409')) return undefined
    if (twin === undefined || mode !== 'ignored') rows.push({ ...entry, id })
    known.set(identity, id)
  }
  return rows
}

function replaceAll(call: SendblueCall): Answer {
  const document = parseDocument(call)
  if ('fault' in document) return refuseSendblue(call, document.fault)
  const { types, entries, secrets } = document.parsed
  storeEntries(call, entries)
  const { global_secret, legacy_secret } = call.account.settings
  const isKeeping = call.switches.put_without_global_secret === 'keeps'
  const settle = (given: string | undefined, before: string | null): string | null => {
    if (given !== undefined) return keepSecret(given)
    return isKeeping ? before : null
  }
  call.account.configure({
    types,
    global_secret: settle(secrets.globalSecret, global_secret),
    legacy_secret: call.switches.legacy_secret === 'shown' ? settle(secrets.secret, legacy_secret) : legacy_secret,
  })
  return answerWrite(call, 'Webhooks updated successfully', [...types, ...Object.keys(secrets)])
}

function identify(entry: SendblueDraft): string {
  return `${entry.type} ${entryIdentity(entry, 'url-and-numbers')}`
}

// An entry that stays keeps its place, so that `list_lag_*` hides what is new and nothing else.
function storeEntries({ account: { webhooks } }: SendblueCall, entries: readonly SendblueDraft[]): void {
  const ids = new Map<string, string[]>()
  for (const row of webhooks.all()) {
    const twins = ids.get(identify(row)) ?? []
    twins.push(row.id)
    ids.set(identify(row), twins)
  }
  for (const entry of entries) webhooks.put({ ...entry, id: ids.get(identify(entry))?.shift() ?? randomUUID() })
  for (const id of [...ids.values()].flat()) webhooks.remove(id)
}

function remove(call: SendblueCall): Answer {
  const body = parseDelete(call)
  if ('fault' in body) return refuseSendblue(call, body.fault)
  const { webhooks } = call.account
  const rows = webhooks.inScope(body.parsed.type)
  const matches = body.parsed.urls
    .map((url) => upgradeUrl(url, call.switches))
    .map((url) => rows.filter((row) => upgradeUrl(row.url, call.switches) === url))
  if (call.switches.delete_absent === '404' && matches.some((found) => found.length === 0)) {
    return refuseSendblue(call, 'Webhook not found', 404)
  }
  const gone = call.switches.delete_twins === 'first' ? matches.map((found) => found.slice(0, 1)) : matches
  for (const { id } of gone.flat()) webhooks.remove(id)
  return answerOk(call, { message: 'Webhooks deleted successfully' })
}

/** Stands in for the account webhooks of Sendblue: one document without ids, append, replace and remove. */
export const sendblue: StandIn<SendblueWebhook, SendblueSettings> = {
  name: 'sendblue',
  basePath: '',
  credentials: { ...sendblueKey },
  settings: { keys: [sendblueKey], types: [], global_secret: null, legacy_secret: 'sb_sandbox_legacy_secret' },
  switches: sendblueSwitches,
  routes: [
    { method: 'GET', path, handle: list },
    { method: 'POST', path, handle: add },
    { method: 'PUT', path, handle: replaceAll },
    { method: 'DELETE', path, handle: remove },
  ],
  isLive: () => true,
  receivers: (live, { event, facts = {} }) =>
    live
      .filter(
        ({ type, sendblue_numbers: numbers }) => type === event && numbers?.includes(facts.number ?? '') !== false,
      )
      .map(({ url }) => url),
  scopeOf: ({ type }) => type,
  authorize: authorizeSendblue,
  unrouted: ({ switches }, allowed) => sendblueFailure(allowed.length > 0 ? 405 : 404, switches),
  failure: (status, switches) => sendblueFailure(status, switches),
}
