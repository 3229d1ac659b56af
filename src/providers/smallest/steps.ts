import type { Work } from '../../core/provider.ts'
import type { CreateStep, DeleteStep, FollowStep, Step, UpdateStep, WriteStep } from '../../core/step.ts'
import type { DesiredObject } from '../../core/webhook.ts'
import { isRecord } from '../desired-fields.ts'
import { type AgentPlan, actionsOf, type Place, planAgents } from './agents.ts'
import type { AgentCall, CreateCall } from './calls.ts'

/**
 * Compiles the actions of one account: each agent that has to move is moved by one call, deletes wait until their
 * agents are gone, creates carry the agents that are free to come, and what shares an agent is read again at the end.
 */
export function steps(work: Work, plain: readonly Step[]): readonly Step[] {
  const layout = layOut(work, plain)
  const adapted = plain.flatMap((step) => adaptStep(layout, step))
  const moves = layout.plans.flatMap((plan) => moveStep(layout, plan))
  const keeps = layout.plans.flatMap((plan) => keepSteps(layout, plan))
  const verifications = [...layout.watched.values()].map((place) => verification(layout, place))
  return [...adapted, ...moves, ...keeps, ...verifications]
}

interface Layout {
  readonly provider: string
  readonly plans: readonly AgentPlan[]
  /** Ids of the steps that make webhooks, by action. */
  readonly creations: ReadonlyMap<string, string>
  /** Ids of the steps that change live webhooks, by webhook. */
  readonly updates: ReadonlyMap<string, string>
  /** Webhooks that share a moving agent, or an agent of a new webhook: what one call does, another may undo. */
  readonly watched: ReadonlyMap<string, Place>
}

function layOut(work: Work, plain: readonly Step[]): Layout {
  const plans = planAgents(work)
  const shared = plans.flatMap((plan) => (isShared(plan) ? placesOf(plan) : []))
  return {
    provider: work.account.name,
    plans,
    creations: new Map(
      plain.flatMap((step) => (step.does === 'create' ? step.serves.map((action) => [action, step.id] as const) : [])),
    ),
    updates: new Map(plain.flatMap((step) => (step.does === 'update' ? [[step.target, step.id] as const] : []))),
    watched: new Map(shared.flatMap((place) => (place.after === undefined ? [] : [[place.id, place] as const]))),
  }
}

function isShared({ kept, fresh, move }: AgentPlan): boolean {
  return move.does !== 'nothing' || (fresh.length > 0 && kept.length + fresh.length > 1)
}

function placesOf({ before, kept, fresh }: AgentPlan): readonly Place[] {
  return [...before, ...kept, ...fresh].map(({ place }) => place)
}

function adaptStep(layout: Layout, step: Step): readonly Step[] {
  switch (step.does) {
    case 'create':
      return adaptCreate(layout, step)
    case 'update':
      return adaptUpdate(layout, step)
    case 'delete':
      return [adaptDelete(layout, step)]
    case 'follow':
    case 'write':
    case 'capture':
    case 'retire':
      return [step]
  }
}

/** A create waits for the agents it names to be let go, save for those that are moved to it once it is there. */
function adaptCreate(layout: Layout, step: CreateStep): readonly Step[] {
  const place = step.serves.map((action) => layout.watched.get(action)).find((found) => found !== undefined)
  const creation = place === undefined ? step : sharedCreation(layout, step, place)
  const { headers } = step.object.fields
  if (!isRecord(headers) || Object.keys(headers).length === 0) return [creation]
  // A create is not documented to take headers.
  const follow: FollowStep = {
    does: 'follow',
    id: `${step.id} headers`,
    serves: step.serves,
    after: [step.id],
    of: { step: step.id },
    object: creation.object,
    paths: ['headers'],
  }
  return [{ ...creation, later: ['headers'] }, follow]
}

function sharedCreation(layout: Layout, step: CreateStep, place: Place): CreateStep {
  const mine = layout.plans.filter(({ fresh }) => fresh.some((attachment) => attachment.place.id === place.id))
  const joining = mine.filter(({ move }) => move.does === 'attach' && move.to.place.id === place.id)
  const waits = mine.filter((plan) => plan.move.does !== 'nothing' && !joining.includes(plan)).map(moveId)
  const call: CreateCall = {
    subscriptions: [...(place.after ?? [])].map(([agent, events]) => ({ agent, events })),
    joining: joining.map(({ agent }) => agent),
  }
  return { ...step, after: [...step.after, ...waits], object: withoutAgents(step.object), call }
}

/** Leaves to a PATCH what a PATCH can do. */
function adaptUpdate(layout: Layout, step: UpdateStep): readonly Step[] {
  if (!layout.watched.has(step.target)) return [step]
  const paths = step.paths.filter((path) => path !== 'subscriptions')
  return paths.length === 0 ? [] : [{ ...step, paths, object: withoutAgents(step.object) }]
}

function adaptDelete(layout: Layout, step: DeleteStep): DeleteStep {
  const attached = layout.plans.filter(({ before }) => before.some(({ place }) => place.id === step.target))
  const moves = attached.filter(({ move }) => move.does !== 'nothing').map(moveId)
  return { ...step, after: [...step.after, ...moves] }
}

function moveStep(layout: Layout, plan: AgentPlan): readonly Step[] {
  const { agent, move } = plan
  const about = { does: 'write', id: moveId(plan), serves: servedBy(plan) } as const
  const before = plan.before.flatMap(({ place, events }) => events.map((event) => ({ webhook: place.id, event })))
  switch (move.does) {
    case 'nothing':
      return []
    case 'impossible':
      return [{ ...about, after: [], call: { does: 'refuse', agent } satisfies AgentCall }]
    case 'detach':
      return [{ ...about, after: [], call: { does: 'detach', agent, before } satisfies AgentCall }]
    case 'attach': {
      const { place, events } = move.to
      const call: AgentCall = { does: 'attach', agent, events, before }
      const restore: AgentCall = { does: 'restore', agent, events }
      const isThere = before.some(({ webhook }) => webhook === place.id)
      const owed = isThere ? { repair: { target: place.id, call: restore } } : {}
      return [{ ...about, ...aim(layout, place), call, ...owed }]
    }
  }
}

/** Whoever waits for another action must not make others wait through the agents it shares with them. */
function servedBy(plan: AgentPlan): readonly string[] {
  const actions = actionsOf(plan)
  const free = actions.filter(({ after }) => after.length === 0)
  return (free.length > 0 ? free : actions).map(({ id }) => id)
}

/** Names a webhook in a write, whether it is live or about to be made. */
function aim(layout: Layout, place: Place): Pick<WriteStep, 'after' | 'of' | 'target'> {
  if (!place.isMade) return { after: [], target: place.id }
  const creation = creationOf(layout, place)
  return { after: [creation], of: { step: creation } }
}

/**
 * A create is expected to add to what its agents have elsewhere. Should it have taken an agent away from the one other
 * webhook it is on, that one gets it back.
 */
function keepSteps(layout: Layout, plan: AgentPlan): readonly WriteStep[] {
  const [only, ...others] = plan.kept
  if (only === undefined || others.length > 0) return []
  const call: AgentCall = { does: 'keep', agent: plan.agent, events: only.events }
  return plan.fresh.map(({ place }) => ({
    does: 'write',
    id: keepId(plan, place),
    serves: place.action === undefined ? [] : [place.action.id],
    after: [creationOf(layout, place)],
    last: true as const,
    target: only.place.id,
    call,
  }))
}

/** Reads a webhook again once all calls are through that could have changed who is subscribed to it. */
function verification(layout: Layout, place: Place): UpdateStep | FollowStep {
  const sharing = layout.plans.filter((plan) => isShared(plan) && placesOf(plan).some(({ id }) => id === place.id))
  const made = sharing.flatMap(({ fresh }) => fresh.map((attachment) => attachment.place))
  const own = place.action === undefined ? sharing.flatMap(actionsOf) : [place.action]
  const update = layout.updates.get(place.id)
  const about = {
    id: `${place.id} agents`,
    serves: [...new Set(own.map(({ id }) => id))],
    last: true as const,
    after: [
      ...new Set([
        ...sharing.flatMap((plan) => [moveId(plan), ...plan.fresh.map((one) => keepId(plan, one.place))]),
        ...made.map((one) => creationOf(layout, one)),
        ...(update === undefined ? [] : [update]),
      ]),
    ],
    object: place.object ?? liveObject(layout, place),
    paths: ['subscriptions'],
  }
  if (!place.isMade) return { does: 'update', ...about, target: place.id }
  return { does: 'follow', ...about, of: { step: creationOf(layout, place) } }
}

/** What must stay true of a webhook that nobody changes. */
function liveObject({ provider }: Layout, { id, after }: Place): DesiredObject {
  const subscriptions = [...(after ?? [])].map(([agent, events]) => ({ agent_id: agent, events }))
  return { provider, key: id, part: '', scope: '', fields: { subscriptions } }
}

function creationOf({ creations }: Layout, place: Place): string {
  const creation = creations.get(place.id)
  if (creation === undefined) throw new TypeError(`Nothing makes the webhook of ${place.id}.`)
  return creation
}

function withoutAgents(object: DesiredObject): DesiredObject {
  const { subscriptions: _, ...fields } = object.fields
  return { ...object, fields }
}

function moveId({ agent }: AgentPlan): string {
  return `agent ${agent} move`
}

function keepId({ agent }: AgentPlan, made: Place): string {
  return `agent ${agent} keep ${made.id}`
}
