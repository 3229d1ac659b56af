import type { Action, ObjectChange } from '../../core/action.ts'
import { isEnabled } from '../../core/deliveries.ts'
import { compareText } from '../../core/diagnostic.ts'
import type { Work } from '../../core/provider.ts'
import type { DesiredValue, LiveValue } from '../../core/value.ts'
import type { DesiredObject, LiveObject } from '../../core/webhook.ts'

/** The events of each agent that is subscribed to one webhook. */
type Agents = ReadonlyMap<string, readonly string[]>

/** A webhook as agents see it: one that is live, or one that an action makes. */
export interface Place {
  /** Id of the live webhook, or of the action that makes it. */
  readonly id: string
  readonly url: string
  readonly isMade: boolean
  readonly isEnabled: boolean
  readonly before: Agents
  /** Undefined where the webhook goes. */
  readonly after: Agents | undefined
  /** What is about to happen to it; absent where nothing is. */
  readonly action?: Action
  /** What is declared for it now. */
  readonly object?: DesiredObject
  /** Its create waits for nothing, so that agents can be moved there. */
  readonly isFree: boolean
}

/** One agent at one webhook. */
export interface Attachment {
  readonly place: Place
  readonly events: readonly string[]
}

/**
 * The one call that brings an agent from where it is to where it shall be, as far as webhooks go that exist by then:
 * setting an agent replaces all it has, so it can lead to one webhook or to none.
 */
export type Move =
  | { readonly does: 'nothing' | 'detach' | 'impossible' }
  | { readonly does: 'attach'; readonly to: Attachment }

/** Where an agent is, and where it shall be. */
export interface AgentPlan {
  readonly agent: string
  readonly before: readonly Attachment[]
  /** At webhooks that are live already. */
  readonly kept: readonly Attachment[]
  /** At webhooks that are about to be made. */
  readonly fresh: readonly Attachment[]
  readonly move: Move
}

/** Computes for each agent of an account how it gets to where it shall be; what is not ours stays as it is. */
export function planAgents(work: Work): readonly AgentPlan[] {
  const places = placesOf(work)
  const agents = new Set(places.flatMap(({ before, after }) => [...before.keys(), ...(after?.keys() ?? [])]))
  return [...agents].toSorted(compareText).map((agent) => planAgent(agent, places))
}

/** Reads who is subscribed from a `subscriptions` value. */
export function readAgents(value: DesiredValue | LiveValue | undefined): Agents {
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  return new Map(items.flatMap(readSubscription))
}

/** Lists the actions that change where an agent is. */
export function actionsOf({ before, kept, fresh }: AgentPlan): readonly Action[] {
  const lost = before.filter((was) => !kept.some((is) => isSame([was], [is])))
  const gained = kept.filter((is) => !before.some((was) => isSame([was], [is])))
  return [...new Set([...lost, ...gained, ...fresh].flatMap(({ place }) => place.action ?? []))]
}

function readSubscription(item: unknown): readonly (readonly [string, readonly string[]])[] {
  if (typeof item !== 'object' || item === null || !('agent_id' in item) || !('events' in item)) return []
  const { agent_id: agent, events } = item
  if (typeof agent !== 'string' || !Array.isArray(events)) return []
  return [[agent, [...new Set(events.map(String))].toSorted(compareText)]]
}

function placesOf({ actions, live }: Work): readonly Place[] {
  const changes = new Map(
    actions.flatMap((action) =>
      action.objects.flatMap((change) =>
        change.op === 'create' ? [] : [[change.live.id, { action, change }] as const],
      ),
    ),
  )
  const made = actions.flatMap((action) => action.objects.flatMap((change) => madePlace(action, change)))
  return [...live.objects.map((object) => livePlace(object, changes.get(object.id))), ...made]
}

function livePlace(
  live: LiveObject,
  about: { readonly action: Action; readonly change: ObjectChange } | undefined,
): Place {
  const before = readAgents(live.fields['subscriptions'])
  const place = {
    id: live.id,
    url: textOf(live.fields['url'], live.id),
    isMade: false,
    isEnabled: isEnabled(live),
    before,
    after: before,
    isFree: false,
  }
  if (about === undefined) return place
  const { action, change } = about
  switch (change.op) {
    case 'delete':
      return { ...place, after: undefined, action }
    case 'replace':
      return staysLive(change) ? place : { ...place, after: undefined, action }
    case 'update':
      return { ...place, after: updatedAgents(change, before), action, object: change.object }
    case 'create':
    case 'keep':
    case 'adopt':
    case 'retire':
      return place
  }
}

/** What must go before its successor is there cannot overlap with it. */
function staysLive({ order, overlap }: ObjectChange & { readonly op: 'replace' }): boolean {
  return order === 'create-first' && overlap !== undefined
}

function updatedAgents({ object, paths }: ObjectChange & { readonly op: 'update' }, before: Agents): Agents {
  return paths.includes('subscriptions') ? readAgents(object.fields['subscriptions']) : before
}

function madePlace(action: Action, change: ObjectChange): readonly Place[] {
  if (change.op !== 'create' && change.op !== 'replace') return []
  const { object } = change
  return [
    {
      id: action.id,
      url: textOf(object.fields['url'], action.key),
      isMade: true,
      isEnabled: true,
      before: new Map(),
      after: readAgents(object.fields['subscriptions']),
      action,
      object,
      isFree: action.after.length === 0 && !(change.op === 'replace' && change.order === 'delete-first'),
    },
  ]
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

function planAgent(agent: string, places: readonly Place[]): AgentPlan {
  const before = places.flatMap((place) => attachment(place, place.before.get(agent)))
  const after = places.flatMap((place) => attachment(place, place.after?.get(agent)))
  const kept = after.filter(({ place }) => !place.isMade)
  const fresh = after.filter(({ place }) => place.isMade)
  return { agent, before, kept, fresh, move: chooseMove(before, kept, fresh) }
}

function chooseMove(before: readonly Attachment[], kept: readonly Attachment[], fresh: readonly Attachment[]): Move {
  if (isSame(before, kept)) return { does: 'nothing' }
  const [only, ...others] = kept
  if (others.length > 0) return { does: 'impossible' }
  // One webhook to lead to is one call, in which the agent is never without a receiver.
  const to = only ?? fresh.find(({ place }) => place.isFree)
  return to === undefined ? { does: 'detach' } : { does: 'attach', to }
}

function attachment(place: Place, events: readonly string[] | undefined): readonly Attachment[] {
  return events === undefined || events.length === 0 ? [] : [{ place, events }]
}

function isSame(a: readonly Attachment[], b: readonly Attachment[]): boolean {
  return renderAttachments(a) === renderAttachments(b)
}

function renderAttachments(attachments: readonly Attachment[]): string {
  return JSON.stringify(attachments.map(({ place, events }) => [place.id, events]))
}
