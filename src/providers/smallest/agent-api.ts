import { type Diagnostic, DiagnosticError } from '../../core/diagnostic.ts'
import type { HttpClient } from '../../http/client.ts'
import { HttpError } from '../../http/http-error.ts'
import { ask, remove, send } from '../ask.ts'
import type { AgentCall, AgentEvent } from './calls.ts'
import { AtomsAgentSubscriptions, readAgentEvents } from './wire.ts'

const path = '/agent/{agent}/webhook-subscriptions'

/** Changes what one agent is subscribed to; `webhook` is the one to set it on. */
export async function changeAgent(
  client: HttpClient,
  call: AgentCall,
  webhook: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (call.does === 'refuse') throw impossible(call.agent)
  const live = await readAgent(client, call.agent, signal)
  if (call.does === 'detach') {
    refuseUnseen(call.agent, live, call.before)
    if (live.length > 0) await detach(client, call.agent, signal)
    return
  }
  if (webhook === undefined) throw new TypeError(`Nothing says where to set the agent ${call.agent}.`)
  const wanted = call.events.map((event) => ({ webhook, event }))
  if (call.does === 'keep') {
    if (wanted.every((one) => includes(live, one))) return
    await attach(client, call.agent, webhook, call.events, signal)
    throw takenAway(call.agent)
  }
  if (wanted.length === live.length && wanted.every((one) => includes(live, one))) return
  if (call.does === 'restore') {
    if (live.length === 0) await attach(client, call.agent, webhook, call.events, signal)
    return
  }
  // What the target holds of this agent is ours to replace, unless it was there before and must be as it was.
  const isKnown = call.before.some((one) => one.webhook === webhook)
  refuseUnseen(
    call.agent,
    live.filter((one) => isKnown || one.webhook !== webhook),
    call.before,
  )
  await attach(client, call.agent, webhook, call.events, signal)
}

/** Tells the refusal of the API before May 2026, which did not replace subscriptions, from others. */
export function isBusyAgent(error: unknown): boolean {
  return (
    error instanceof HttpError &&
    error.status === 400 &&
    /already has webhook subscriptions/iu.test(error.vendorMessage ?? '')
  )
}

async function readAgent(client: HttpClient, agent: string, signal?: AbortSignal): Promise<readonly AgentEvent[]> {
  const request = { method: 'GET', path, params: { agent }, retry: 'idempotent' } as const
  return readAgentEvents(await ask(client, AtomsAgentSubscriptions, request, signal))
}

async function attach(
  client: HttpClient,
  agent: string,
  webhookId: string,
  eventTypes: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const body = { webhookId, eventTypes }
  const post = () => send(client, { method: 'POST', path, params: { agent }, body, retry: 'idempotent' }, signal)
  try {
    await post()
  } catch (error) {
    if (!isBusyAgent(error)) throw error
    await detach(client, agent, signal)
    await post()
  }
}

async function detach(client: HttpClient, agent: string, signal?: AbortSignal): Promise<void> {
  await remove(client, { path, params: { agent } }, signal)
}

/** One call replaces all an agent has, so nothing may be there that the plan did not see. */
function refuseUnseen(agent: string, live: readonly AgentEvent[], before: readonly AgentEvent[]): void {
  const unseen = live.filter((one) => !includes(before, one))
  if (unseen.length === 0) return
  throw failure(
    'HS4008',
    `The agent ${agent} was subscribed to ${unseen.map(({ event }) => event).join(', ')} of ${unseen.map(({ webhook }) => webhook).join(', ')} since the plan was made, and would lose that.`,
    'Run the command again; the new plan takes it into account.',
  )
}

function includes(events: readonly AgentEvent[], one: AgentEvent): boolean {
  return events.some(({ webhook, event }) => webhook === one.webhook && event === one.event)
}

function takenAway(agent: string): DiagnosticError {
  return failure(
    'HS4007',
    `Creating the webhook took the agent ${agent} from another one, which was given it back.`,
    'smallest.ai keeps an agent on one webhook only: declare it on one of them.',
  )
}

function impossible(agent: string): DiagnosticError {
  return failure(
    'HS3019',
    `The agent ${agent} cannot be set on several webhooks at once.`,
    'What else failed in this run left it there; mend that and run the command again.',
  )
}

function failure(code: Diagnostic['code'], message: string, hint: string): DiagnosticError {
  return new DiagnosticError([{ code, severity: 'error', message, hint }])
}
