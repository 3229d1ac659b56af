import { canonical, isList } from './canonical.ts'
import type { ProviderDefinition } from './provider.ts'
import type { DesiredValues, LiveValues } from './value.ts'
import type { DesiredObject, LiveObject } from './webhook.ts'

/** Whether the vendor delivers to this object at all. */
export function isEnabled(live: LiveObject): boolean {
  return live.fields['enabled'] !== false
}

/** Lists the events an object receives; an object without a list of events stands for all it may get. */
export function eventsOf(definition: ProviderDefinition, live: LiveObject): readonly string[] {
  return listEvents(definition, live.fields)
}

/** Lists the events a declared object asks for, in the same terms as `eventsOf`. */
export function desiredEvents(definition: ProviderDefinition, object: DesiredObject): readonly string[] {
  return listEvents(definition, object.fields)
}

/** Names what a scope receives: an event and where it comes from. */
export function deliveries(scope: string, events: readonly string[]): readonly string[] {
  return events.map((event) => `${scope} ${event}`)
}

/** Takes the event out of such a name. */
export function eventOfDelivery(delivery: string): string {
  return delivery.slice(delivery.lastIndexOf(' ') + 1)
}

/** Lists the events of declared or live fields, in their main spelling and in one order. */
export function listEvents(definition: ProviderDefinition, fields: DesiredValues | LiveValues): readonly string[] {
  const name = eventField(definition)
  const field = name === undefined ? undefined : definition.fields[name]
  if (name === undefined || field === undefined || fields[name] === undefined) return ['*']
  const events = canonical(field, fields[name])
  return isList(events) ? events.map(String) : ['*']
}

/** Names the field that lists the events, where the vendor has one. */
function eventField(definition: ProviderDefinition): string | undefined {
  return Object.keys(definition.fields).find((name) => {
    const field = definition.fields[name]
    return (field?.kind === 'set' || field?.kind === 'bag') && field.of.kind === 'event'
  })
}
