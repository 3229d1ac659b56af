import { compareText } from '../../core/diagnostic.ts'
import type { Hazard, Work } from '../../core/provider.ts'
import { type AgentPlan, type Attachment, actionsOf, planAgents } from './agents.ts'

/** Finds agents that the API cannot bring to where they shall be, and those that would miss events on the way. */
export function hazards(work: Work): readonly Hazard[] {
  return planAgents(work).flatMap((plan) => [...refuseImpossible(plan), ...warnOfGap(plan)])
}

function refuseImpossible(plan: AgentPlan): readonly Hazard[] {
  const { agent, before, kept, move } = plan
  const [action] = actionsOf(plan)
  if (move.does !== 'impossible' || action === undefined) return []
  const urls = kept
    .map(({ place }) => place.url)
    .toSorted(compareText)
    .join(', ')
  const isGained = kept.some(({ place }) => before.every((attachment) => attachment.place.id !== place.id))
  return [
    {
      guard: 'impossible',
      action: action.id,
      message: `${action.id}: the agent ${agent} would have to be set on ${kept.length} webhooks (${urls}), and smallest.ai sets it on one only.`,
      hint: isGained
        ? 'An agent gets a second webhook only when that webhook is created. Declare it on one of them.'
        : 'Take the agent off all but one of them first, or leave it on this webhook.',
    },
  ]
}

function warnOfGap(plan: AgentPlan): readonly Hazard[] {
  const lost = lostEvents(plan)
  const [action] = plan.fresh.flatMap(({ place }) => place.action ?? [])
  if (lost.length === 0 || action === undefined) return []
  return [
    {
      guard: 'gap',
      action: action.id,
      message: `${action.id}: ${lost.join(', ')} of the agent ${plan.agent} would be lost until its new webhook is there.`,
      hint: 'Set `allow_gap: true` on the webhook, or allow it for this run.',
      allowed: action.desired?.allowGap === true,
    },
  ]
}

/** Events that are received before and in the end, but not while the agent has been moved and its webhooks are not made. */
function lostEvents({ before, kept, fresh, move }: AgentPlan): readonly string[] {
  if (move.does === 'nothing' || move.does === 'impossible') return []
  const meanwhile = new Set(move.does === 'attach' ? move.to.events : [])
  const wanted = new Set(eventsOf([...kept, ...fresh]))
  const received = eventsOf(before.filter(({ place }) => place.isEnabled))
  return [...new Set(received)].filter((event) => wanted.has(event) && !meanwhile.has(event))
}

function eventsOf(attachments: readonly Attachment[]): readonly string[] {
  return attachments.flatMap(({ events }) => events)
}
