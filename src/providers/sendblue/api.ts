import type { ProviderApi, StepResult } from '../../core/provider.ts'
import { Secret } from '../../core/secret.ts'
import type { CreateStep, DeleteStep, WriteStep } from '../../core/step.ts'
import type { LiveAccount } from '../../core/webhook.ts'
import { makeHttpClient } from '../../http/client.ts'
import { ask, remove } from '../ask.ts'
import { type Connection, credential } from '../connection.ts'
import { readText } from '../desired-fields.ts'
import { byId } from '../live-order.ts'
import { unexpectedStep } from '../unexpected-step.ts'
import { entryAdded, entryChanged } from './conflict.ts'
import { type Entry, identityOfDesired, isSameSecret, type RawEntry, renderEntry } from './entry.ts'
import { entryToRemove, type WriteCall } from './steps.ts'
import { isRefusal, readAccountFields, readLive, SendblueDone } from './wire.ts'
import { path, readNow, type Session, writeDocument } from './write-document.ts'

/** Opens the webhook document of a Sendblue account. */
export function connect(connection: Connection): ProviderApi {
  const { http, receivers } = connection
  const headers = {
    'sb-api-key-id': credential(connection, 'api_key'),
    'sb-api-secret-key': credential(connection, 'api_secret'),
  }
  const session: Session = { client: makeHttpClient({ ...http, headers, isRefusal }), receivers, added: new Set() }
  return {
    list: (_, signal) => list(session, signal),
    execute: async (step, signal) => {
      switch (step.does) {
        case 'create':
          return await create(session, step, signal)
        case 'delete':
          return await removeEntry(session, step, signal)
        case 'write':
          return await write(session, step, signal)
        case 'update':
        case 'follow':
        case 'capture':
        case 'retire':
          return unexpectedStep('sendblue', step)
      }
    },
    close: () => session.client.close(),
  }
}

async function list(session: Session, signal?: AbortSignal): Promise<LiveAccount> {
  const document = await readNow(session, signal)
  return {
    objects: document.entries.map((entry) => readLive(entry, session.receivers)).toSorted(byId),
    scopes: [{ scope: '', state: 'listed' }],
    fields: readAccountFields(document),
    document,
  }
}

/** Appends one entry to one type. Where the type has the URL already, only the whole document can say what is meant. */
async function create(session: Session, { object }: CreateStep, signal?: AbortSignal): Promise<StepResult> {
  const id = identityOfDesired(object)
  const document = await readNow(session, signal)
  if (document.find(id) !== undefined) throw entryAdded(id)
  const type = object.part
  const raw = renderEntry(object)
  if (document.sharing(type, readText(object.fields, 'url') ?? '').length > 0) {
    await writeDocument(session, { edits: [], additions: [{ type, raw }] }, signal)
  } else {
    // Without `type` Sendblue appends to `receive`; `globalSecret` would change every webhook.
    const body = { type, webhooks: [raw] }
    await ask(session.client, SendblueDone, { method: 'POST', path, body, retry: 'only-unprocessed' }, signal)
  }
  session.added.add(id)
  return { id }
}

async function removeEntry(session: Session, step: DeleteStep, signal?: AbortSignal): Promise<StepResult> {
  const document = await readNow(session, signal)
  const planned = entryToRemove(step)
  const entry = planned === undefined ? document.find(step.target) : document.findSame(planned)
  if (entry === undefined) {
    if (planned !== undefined && document.find(planned.identity) !== undefined) throw entryChanged(step.target)
    session.added.delete(step.target)
    return {}
  }
  session.added.delete(entry.id)
  if (document.sharing(entry.type, entry.url, entry).length > 0) {
    const { renamed } = await writeDocument(session, { edits: [{ before: entry, after: undefined }] }, signal)
    return { renamed }
  }
  await remove(session.client, { path, body: { type: entry.type, webhooks: [urlOf(entry)] } }, signal)
  return {}
}

/** Sendblue compares whole URLs, so it gets the one that it shows. */
function urlOf({ raw, url }: Entry): unknown {
  if (typeof raw === 'string' || raw instanceof Secret) return raw
  return raw['url'] ?? url
}

async function write(session: Session, step: WriteStep, signal?: AbortSignal): Promise<StepResult> {
  const { change } = step.call as WriteCall
  const { document, renamed } = await writeDocument(session, change, signal)
  const ids = new Map(renamed)
  const left = new Set(document.entries)
  for (const [at, { target, object }] of (step.changes ?? []).entries()) {
    const secret = secretOf(change.edits[at]?.after)
    const wanted = identityOfDesired(object)
    const twins = [...left].filter(({ identity }) => identity === wanted)
    const now = twins.find((entry) => isSameSecret(entry.secret, secret)) ?? twins[0]
    if (now !== undefined) left.delete(now)
    // What does not show yet will show under this name.
    const id = now?.id ?? wanted
    if (id !== target) ids.set(target, id)
  }
  return { renamed: ids }
}

function secretOf(raw: RawEntry | undefined): Secret | undefined {
  if (typeof raw !== 'object' || raw instanceof Secret) return undefined
  const { secret } = raw
  return secret instanceof Secret ? secret : undefined
}
