import type { BirdFilter, BirdWebhook } from './bird-account.ts'
import type { Happening } from './stand-in.ts'

/** Finds who gets an event: a filter that matches keeps it from the subscriptions without filters. */
export function findBirdReceivers(live: readonly BirdWebhook[], happening: Happening): readonly string[] {
  const { event, facts = {} } = happening
  const matching = live.filter(
    (webhook) =>
      webhook.event === event &&
      webhook.service === facts.service &&
      (facts.workspace_id === undefined || webhook.workspaceId === facts.workspace_id) &&
      isLetThrough(webhook.eventFilters, facts),
  )
  const filtered = matching.filter(({ eventFilters }) => eventFilters.length > 0)
  return (filtered.length > 0 ? filtered : matching).map(({ url }) => url)
}

// Several values of one key are alternatives; different keys must all match.
function isLetThrough(filters: readonly BirdFilter[], facts: Readonly<Record<string, string>>): boolean {
  return filters.every(({ key }) => filters.some((other) => other.key === key && other.value === facts[key]))
}
