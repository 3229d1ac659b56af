import { randomUUID } from 'node:crypto'
import type { DesiredValues } from '../../src/core/value.ts'
import { smallest } from '../../src/providers/smallest/declaration.ts'
import type { Sandbox, VendorSandbox } from '../../src/sandbox/index.ts'
import { ManagedAccount } from './managed-account.ts'

export type StandIn = Sandbox['vendors']['smallest']
export type Stored = StandIn extends VendorSandbox<infer Webhook, infer _> ? Webhook : never

/** Who is subscribed to a webhook: agents and their events. */
export type Subscribers = Readonly<Record<string, readonly string[]>>

/** An organization at the stand-in, of which some webhooks are ours and some are not. */
export class SmallestWorld extends ManagedAccount {
  readonly standIn: StandIn

  constructor(standIn: StandIn) {
    super({ definition: smallest, load: () => import('../../src/providers/smallest/api.ts') }, standIn)
    this.standIn = standIn
  }

  /** Makes a webhook as somebody else would; with a key, the ledger owns it. */
  put(url: string, subscribers: Subscribers, parts: Partial<Stored> & { readonly key?: string } = {}): Stored {
    const { key, ...more } = parts
    const at = new Date().toISOString()
    const stored = this.standIn.webhooks.put({
      id: anId(),
      url,
      status: 'enabled',
      secret: 'made-by-the-vendor-0123456789',
      subscriptions: Object.entries(subscribers).flatMap(([agent_id, events]) =>
        events.map((event_type) => ({ id: anId(), agent_id, event_type, created_at: at, updated_at: at })),
      ),
      created_at: at,
      updated_at: at,
      ...more,
    })
    if (key !== undefined) this.own(key, { id: stored.id, part: '', scope: '' })
    return stored
  }

  /** Who is subscribed to the webhook of a URL. */
  subscribers(url: string): Subscribers | undefined {
    const webhook = this.standIn.webhooks.all().find((one) => one.url === url)
    return webhook === undefined ? undefined : subscribersOf(webhook)
  }
}

function anId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 24)
}

/** Reads who is subscribed to a stored webhook, in one order. */
export function subscribersOf({ subscriptions }: Stored): Subscribers {
  const agents: Record<string, string[]> = {}
  for (const { agent_id, event_type } of subscriptions) (agents[agent_id] ??= []).push(event_type)
  const sorted = Object.entries(agents).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([agent, events]) => [agent, events.toSorted()]))
}

/** Declares subscribers as `subscriptions`. */
export function subscribe(subscribers: Subscribers): DesiredValues[string] {
  return Object.entries(subscribers).map(([agent_id, events]) => ({ agent_id, events }))
}
