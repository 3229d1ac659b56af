import { identityOfObject } from '../../core/identity.ts'
import type { LiveObject } from '../../core/webhook.ts'
import type { PlannedObject } from '../account/planned-webhooks.ts'
import { fault } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import { renderId } from './object-ids.ts'
import type { WebhookType } from './webhook-type.ts'

/** Tells of live webhooks of the same identity that are not ours, with the command that imports them. */
export function existsAlready(
  type: WebhookType,
  wanted: readonly PlannedObject[],
  live: readonly LiveObject[],
  isOurs: (id: string) => boolean,
): readonly ProviderDiagnostic[] {
  const { definition } = type
  const identities = new Set(wanted.map(({ identity }) => identity))
  const twins = live.filter((object) => identities.has(identityOfObject(definition, object)) && !isOurs(object.id))
  return twins.length === 0 ? [] : [tellExisting(type, onePerIdentity(type, twins))]
}

function onePerIdentity({ definition }: WebhookType, twins: readonly LiveObject[]): readonly LiveObject[] {
  return [...new Map(twins.toReversed().map((live) => [identityOfObject(definition, live), live])).values()]
}

/** Words the way out where a webhook exists. */
export function tellExisting(
  { definition, name }: WebhookType,
  twins: readonly { readonly id: string }[],
): ProviderDiagnostic {
  const id = renderId(definition, twins)
  const quoted = `'${id.replaceAll("'", `'\\''`)}'`
  return fault(
    `${definition.title} has this webhook already, and this state does not.`,
    [
      `Import it: terraform import ${name}.NAME ${quoted}`,
      `or with a block: import { to = ${name}.NAME, id = ${JSON.stringify(id)} }`,
      'or take it over as it is with `adopt_existing = true`.',
      'If the resource was renamed, a moved block keeps it.',
    ].join('\n'),
  )
}
