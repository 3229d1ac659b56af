import { isList } from './canonical.ts'
import type { ProviderDefinition } from './provider.ts'
import type { DesiredObject, LiveObject } from './webhook.ts'

/** Whether the vendor delivers to this object at all. */
export function isEnabled(live: LiveObject): boolean {
  return live.fields['enabled'] !== false
}

/** Lists the events an object receives; an object without a list of events stands for all it may get. */
export function eventsOf(definition: ProviderDefinition, live: LiveObject): readonly string[] {
  const name = eventField(definition)
  const events = name === undefined ? undefined : live.fields[name]
  return isList(events) ? events.map(String) : ['*']
}

/** Lists the events a declared object asks for, in the same terms as `eventsOf`. */
export function desiredEvents(definition: ProviderDefinition, object: DesiredObject): readonly string[] {
  const name = eventField(definition)
  const events = name === undefined ? undefined : object.fields[name]
  return isList(events) ? events.map(String) : ['*']
}

/** Names the field that lists the events, where the vendor has one. */
export function eventField(definition: ProviderDefinition): string | undefined {
  return Object.keys(definition.fields).find((name) => {
    const field = definition.fields[name]
    return (field?.kind === 'set' || field?.kind === 'bag') && field.of.kind === 'event'
  })
}

/**
 * Lists the events that nobody receives while `removed` is gone: those it gets and no other enabled object of its
 * scope gets. An object that is switched off leaves no gap.
 */
export function uncoveredEvents(
  definition: ProviderDefinition,
  removed: LiveObject,
  others: readonly LiveObject[],
): readonly string[] {
  if (!isEnabled(removed)) return []
  const covered = new Set(
    others
      .filter((live) => live.id !== removed.id && live.scope === removed.scope && isEnabled(live))
      .flatMap((live) => eventsOf(definition, live)),
  )
  return eventsOf(definition, removed).filter((event) => event === '*' || !covered.has(event))
}
