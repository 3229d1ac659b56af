import type { ProviderApi, StepResult } from '../../core/provider.ts'
import type { Secret } from '../../core/secret.ts'
import type { CreateStep, UpdateStep, WriteStep } from '../../core/step.ts'
import type { LiveAccount } from '../../core/webhook.ts'
import { type HttpClient, makeHttpClient } from '../../http/client.ts'
import { HttpError } from '../../http/http-error.ts'
import { ask, isNotFound, remove, send } from '../ask.ts'
import { bearer, type Connection, credential } from '../connection.ts'
import { byId } from '../live-order.ts'
import { readMadeSecret } from '../live-secret.ts'
import { AnswerError } from '../parse-answer.ts'
import type { Receivers } from '../receiver-url.ts'
import { unexpectedStep } from '../unexpected-step.ts'
import { changeAgent, isBusyAgent } from './agent-api.ts'
import type { AgentCall, CreateCall } from './calls.ts'
import {
  AtomsCreated,
  type AtomsWebhook,
  AtomsWebhooks,
  readRetryAfter,
  readWebhook,
  renderCreate,
  renderPatch,
} from './wire.ts'

const webhooksPath = '/webhook'
const webhookPath = '/webhook/{id}'

interface Atoms {
  readonly client: HttpClient
  readonly receivers: Receivers
}

/** Opens the webhook API of a smallest.ai Atoms organization. */
export function connect({ http, receivers, credentials, account }: Connection): ProviderApi {
  const headers = bearer(credential({ credentials, account }, 'api_key'))
  const client = makeHttpClient({ ...http, headers, parseRetryAfter: readRetryAfter })
  const atoms = { client, receivers }
  return {
    list: (_, signal) => list(atoms, signal),
    execute: async (step, signal) => {
      switch (step.does) {
        case 'create':
          return await create(client, step, signal)
        case 'update':
          return await update(client, step, signal)
        case 'delete':
          await remove(client, { path: webhookPath, params: { id: step.target } }, signal)
          return {}
        case 'write':
          return await write(client, step, signal)
        case 'follow':
        case 'capture':
        case 'retire':
          return unexpectedStep('smallest', step)
      }
    },
    reread: async (objects, signal) => {
      const found = await Promise.all(objects.map(({ id }) => read(atoms, id, signal)))
      return found.flatMap((webhook) => (webhook === undefined ? [] : [readWebhook(webhook, receivers)]))
    },
    readSecret: ({ id }, signal) => readSecret(atoms, id, signal),
    close: () => client.close(),
  }
}

async function list({ client, receivers }: Atoms, signal?: AbortSignal): Promise<LiveAccount> {
  const { data } = await ask(client, AtomsWebhooks, { method: 'GET', path: webhooksPath, retry: 'idempotent' }, signal)
  return {
    objects: data.map((webhook) => readWebhook(webhook, receivers)).toSorted(byId),
    scopes: [{ scope: '', state: 'listed' }],
    fields: {},
  }
}

/** Reads one webhook; undefined where there is none of that id. There is no `GET /webhook/{id}`. */
async function read({ client }: Atoms, id: string, signal?: AbortSignal): Promise<AtomsWebhook | undefined> {
  const request = { method: 'GET', path: webhooksPath, query: { webhookId: id }, retry: 'idempotent' } as const
  try {
    const { data } = await ask(client, AtomsWebhooks, request, signal)
    return data.find((webhook) => webhook._id === id)
  } catch (error) {
    if (isNotFound(error) || isMalformedId(error)) return undefined
    throw error
  }
}

/** What is no id of theirs is refused with 400, not with 404. */
function isMalformedId(error: unknown): boolean {
  return error instanceof HttpError && error.status === 400 && /webhook id is invalid/iu.test(error.vendorMessage ?? '')
}

async function readSecret(atoms: Atoms, id: string, signal?: AbortSignal): Promise<Secret> {
  const webhook = await read(atoms, id, signal)
  const secret = readMadeSecret(webhook?.decryptedSecretKey)
  if (secret === undefined) throw new AnswerError('GET /webhook', ['it does not show the secret of the webhook'])
  return secret
}

async function create(client: HttpClient, step: CreateStep, signal?: AbortSignal): Promise<StepResult> {
  // Made by our own `steps`, which makes no other kind.
  const call = step.call as CreateCall | undefined
  const post = (busy?: readonly string[]) => {
    const body = renderCreate(step.object, call, busy)
    return ask(client, AtomsCreated, { method: 'POST', path: webhooksPath, body, retry: 'only-unprocessed' }, signal)
  }
  try {
    return { id: (await post()).data }
  } catch (error) {
    // Until May 2026 an agent had to be free; those that are moved here later need not come along now.
    if (call === undefined || call.joining.length === 0 || !isBusyAgent(error)) throw error
    return { id: (await post(call.joining)).data }
  }
}

async function update(client: HttpClient, step: UpdateStep, signal?: AbortSignal): Promise<StepResult> {
  const body = renderPatch(step.object, step.paths)
  if (body === undefined) return {}
  const request = {
    method: 'PATCH',
    path: webhookPath,
    params: { id: step.target },
    body,
    retry: 'idempotent',
  } as const
  await send(client, request, signal)
  return {}
}

async function write(client: HttpClient, step: WriteStep, signal?: AbortSignal): Promise<StepResult> {
  // Made by our own `steps`, which makes no other kind.
  await changeAgent(client, step.call as AgentCall, step.target, signal)
  return {}
}
