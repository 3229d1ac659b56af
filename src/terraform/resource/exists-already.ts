import { identityOfObject } from '../../core/identity.ts'
import type { LiveObject } from '../../core/webhook.ts'
import type { PlannedObject } from '../account/planned-webhooks.ts'
import { fault } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import { renderId } from './object-ids.ts'
import type { WebhookType } from './webhook-type.ts'

/** Lists the live webhooks that have the identity of one that is to be made. */
export function findTwins(
  { definition }: WebhookType,
  wanted: readonly PlannedObject[],
  live: readonly LiveObject[],
): readonly LiveObject[] {
  const identities = new Set(wanted.map(({ identity }) => identity))
  return live.filter((object) => identities.has(identityOfObject(definition, object)))
}

/** An import takes one of each identity. */
function onePerIdentity({ definition }: WebhookType, twins: readonly LiveObject[]): readonly LiveObject[] {
  return [...new Map(twins.toReversed().map((live) => [identityOfObject(definition, live), live])).values()]
}

/** Words the way out where a webhook exists. */
export function tellExisting(type: WebhookType, twins: readonly LiveObject[]): ProviderDiagnostic {
  return fault(
    `${type.definition.title} has this webhook already, and this would make it a second time.`,
    [
      ...importWords(type, twins),
      'or take it over as it is with `adopt_existing = true`.',
      'If the resource was renamed, a moved block keeps it. If it is being replaced with `create_before_destroy`, `adopt_existing = true` keeps the webhook and sets it right.',
    ].join('\n'),
  )
}

/** Words what keeps a part from being added to a webhook: no import could put it there. */
export function tellPartTaken({ definition }: WebhookType, twins: readonly LiveObject[]): ProviderDiagnostic {
  const parts = twins.map(({ part }) => part).join(', ')
  return fault(
    `${definition.title} has this webhook for ${parts} already, and no resource here has it: ${idsOf(twins)}.`,
    'Take it over as it is with `adopt_existing = true`, or delete it there first.',
  )
}

/** Words what keeps a webhook from being moved. */
export function tellTaken({ definition }: WebhookType, twins: readonly LiveObject[]): ProviderDiagnostic {
  return fault(
    `${definition.title} has another webhook where this one would be moved to: ${idsOf(twins)}.`,
    'Delete that one there first. If it is the one to be managed here, take this one out of the state with a removed block, and import it.',
  )
}

/** Tells of what may be replaced and may be somebody else's: the engine compares what is planned, and finds out which. */
export function warnOfExisting(type: WebhookType, twins: readonly LiveObject[]): ProviderDiagnostic {
  return {
    severity: 'warning',
    summary: `${type.definition.title} has a webhook for this URL already: ${idsOf(twins)}.`,
    detail: [
      'If it is the one that is being replaced, the new one is made beside it and it goes afterwards.',
      'If it is not in this state, nothing is made: the apply fails because `replaces` is not what was planned.',
      ...importWords(type, twins),
      'or take it over as it is with `adopt_existing = true`.',
    ].join('\n'),
  }
}

function idsOf(twins: readonly LiveObject[]): string {
  return twins.map(({ id }) => id).join(', ')
}

function importWords(type: WebhookType, twins: readonly LiveObject[]): readonly string[] {
  const id = renderId(type.definition, onePerIdentity(type, twins))
  const quoted = `'${id.replaceAll("'", `'\\''`)}'`
  return [
    'Import it with a block:',
    ...indent(['import {', `  to = ${type.name}.NAME`, `  id = ${JSON.stringify(id)}`, '}']),
    'or with the command:',
    ...indent([`terraform import ${type.name}.NAME ${quoted}`]),
  ]
}

/** The engine breaks no line that starts with a blank, so that it can be copied. */
function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
