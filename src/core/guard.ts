import type { Action, ObjectChange } from './action.ts'
import { findCycle } from './order.ts'
import type { AccountInput, Allowances, Refusal } from './plan.ts'
import type { Hazard } from './provider.ts'
import { measureQuota } from './quota.ts'
import type { LiveObject } from './webhook.ts'

/** Asks every guard about the ordered actions of one account; what is not allowed by name comes back as a refusal. */
export function guardActions(input: AccountInput, actions: readonly Action[], duplicates: number): readonly Refusal[] {
  const selected = actions.filter((action) => action.kind !== 'keep')
  return [
    ...selected.flatMap((action) => guardAction(input, action)),
    ...guardDeletes(input, selected),
    ...guardEmpty(input, selected),
    ...guardQuota(input, selected, duplicates),
    ...guardHazards(input, actions),
    ...guardRepoint(input),
    ...guardCycle(input, selected),
  ]
}

/** No order exists where each needs a place that the other one still has. */
function guardCycle(input: AccountInput, actions: readonly Action[]): readonly Refusal[] {
  const circling = findCycle(actions)
  if (circling.length === 0) return []
  return [
    {
      code: 'HS3019',
      message: `${circling.join(', ')} each need a place at the vendor that another of them still holds.`,
      hint: 'Change one of them at a time.',
      provider: input.account.name,
    },
  ]
}

function guardAction(input: AccountInput, action: Action): readonly Refusal[] {
  return [
    ...guardGap(input, action),
    ...guardTakeover(input, action),
    ...guardRecreate(input, action),
    ...guardHttp(input, action),
    ...guardProtected(input, action),
  ]
}

function refusal(
  allow: Allowances,
  whom: Pick<Refusal, 'provider' | 'key'>,
  rest: Omit<Refusal, 'provider' | 'key'> & { readonly allowedBy?: keyof Allowances },
): readonly Refusal[] {
  const { allowedBy, ...told } = rest
  return allowedBy !== undefined && allow[allowedBy] === true ? [] : [{ ...whom, ...told }]
}

function about(action: Action): Pick<Refusal, 'provider' | 'key'> {
  return { provider: action.provider, key: action.key }
}

function guardGap(input: AccountInput, action: Action): readonly Refusal[] {
  if (action.gap === undefined || action.desired?.allowGap === true) return []
  return refusal(input.options.allow, about(action), {
    code: 'HS3007',
    message: `${action.id}: ${action.gap} would be lost between the delete and the create.`,
    hint: 'Set `allow_gap: true` on the webhook, or allow it for this run.',
    flag: '--allow-gap',
    allowedBy: 'gap',
  })
}

function guardTakeover(input: AccountInput, action: Action): readonly Refusal[] {
  if (action.kind !== 'replace' || action.takesOver !== true) return []
  return refusal(input.options.allow, about(action), {
    code: 'HS3008',
    message: `${action.id}: the live webhook is not owned by the ledger and would be replaced.`,
    hint: 'Someone else may rely on its id or secret; look at it before you allow this.',
    flag: '--allow-takeover',
    allowedBy: 'takeover',
  })
}

/** A replace makes a new secret at the vendor; without `capture` every receiver would refuse deliveries from then on. */
function guardRecreate(input: AccountInput, action: Action): readonly Refusal[] {
  if (action.kind !== 'replace') return []
  const secret = input.definition.serverSecret
  const isDisabled = action.changes.some((change) => change.path === 'enabled')
  if (!isDisabled && (secret === undefined || action.capture !== undefined)) return []
  const why = isDisabled
    ? `the vendor switched it off and only a new webhook is on again`
    : `the vendor makes a new ${secret ?? 'secret'} and nobody captures it`
  return refusal(input.options.allow, about(action), {
    code: 'HS3009',
    message: `${action.id}: ${why}.`,
    hint: isDisabled
      ? 'Find out why the vendor switched it off first.'
      : `Declare \`${secret ?? 'signing_secret'}: { capture: … }\`, or allow it for this run.`,
    flag: '--allow-recreate',
    allowedBy: 'recreate',
  })
}

function guardHttp(input: AccountInput, action: Action): readonly Refusal[] {
  const url = action.desired?.fields['url']
  if (typeof url !== 'string' || !url.toLowerCase().startsWith('http:')) return []
  const isWritten = action.kind === 'create' || action.changes.some((change) => change.path === 'url')
  if (!isWritten) return []
  return refusal(input.options.allow, about(action), {
    code: 'HS3010',
    message: `${action.id}: deliveries would travel unencrypted to ${url.split('?')[0] ?? url}.`,
    hint: 'Use an https:// receiver.',
    flag: '--allow-http',
    allowedBy: 'http',
  })
}

function guardProtected(input: AccountInput, action: Action): readonly Refusal[] {
  if (action.desired?.protected !== true) return []
  const isHarmed = action.objects.some((change) => change.op === 'replace' || isLoss(change))
  if (!isHarmed) return []
  return [
    {
      code: 'HS3013',
      message: `${action.id} is protected and would be ${action.kind === 'replace' ? 'replaced' : 'deleted in part'}.`,
      hint: 'Remove `protected: true` in the file to go ahead.',
      provider: input.account.name,
      key: action.key,
    },
  ]
}

/** The number of deletes that is never refused. */
const alwaysAllowedDeletes = 3
const allowedDeletePercent = 30

function guardDeletes(input: AccountInput, actions: readonly Action[]): readonly Refusal[] {
  const count = removedObjects(actions).length
  const live = input.live.objects.length
  const limit = deleteLimit(input.options.allow, live)
  if (count <= limit) return []
  return [
    {
      code: 'HS3004',
      message: `${input.account.name}: ${count} of ${live} live webhooks would be deleted; ${limit} are allowed.`,
      hint: 'Check that no file or webhook went missing by accident.',
      count,
      limit,
      flag: '--max-deletes',
      provider: input.account.name,
    },
  ]
}

function deleteLimit(allow: Allowances, live: number): number {
  const { maxDeletes } = allow
  if (maxDeletes === undefined) {
    return Math.max(alwaysAllowedDeletes, Math.floor((live * allowedDeletePercent) / 100))
  }
  return 'count' in maxDeletes ? maxDeletes.count : Math.floor((live * maxDeletes.percent) / 100)
}

/** What was replaced before and goes now has its successor. */
function isLoss(change: ObjectChange): change is Extract<ObjectChange, { readonly op: 'delete' }> {
  return change.op === 'delete' && change.isRetired !== true
}

function removedObjects(actions: readonly Action[]): readonly LiveObject[] {
  return actions.flatMap((action) => action.objects.flatMap((change) => (isLoss(change) ? [change.live] : [])))
}

/** Refuses to leave a scope that has webhooks without any. */
function guardEmpty(input: AccountInput, actions: readonly Action[]): readonly Refusal[] {
  const remaining = new Map<string, number>()
  const add = (scope: string, by: number) => remaining.set(scope, (remaining.get(scope) ?? 0) + by)
  for (const live of input.live.objects) add(live.scope, 1)
  const removed = removedObjects(actions)
  for (const live of removed) add(live.scope, -1)
  for (const change of actions.flatMap((action) => action.objects)) {
    if (change.op === 'create') add(change.object.scope, 1)
    if (change.op !== 'replace' && change.op !== 'update') continue
    add(change.live.scope, -1)
    add(change.object.scope, 1)
  }
  const emptied = new Set(removed.map((live) => live.scope).filter((scope) => (remaining.get(scope) ?? 0) <= 0))
  return [...emptied].flatMap((scope) =>
    refusal(
      input.options.allow,
      { provider: input.account.name },
      {
        code: 'HS3005',
        message: `${scope === '' ? `The account ${input.account.name}` : `${scope} of ${input.account.name}`} would be left without a webhook.`,
        hint: 'Check that the file is complete.',
        count: removed.filter((live) => live.scope === scope).length,
        limit: 0,
        flag: '--allow-empty',
        allowedBy: 'empty',
      },
    ),
  )
}

function guardQuota(input: AccountInput, actions: readonly Action[], duplicates: number): readonly Refusal[] {
  const { quota, title } = input.definition
  if (quota === undefined) return []
  return measureQuota(input.definition, input.live.objects, actions)
    .filter((use) => use.final > use.limit && use.made > 0)
    .map((use) => ({
      code: 'HS3014' as const,
      message: `${input.account.name}: needs ${use.final}, limit ${use.limit} ${quota.words} (${groupWords(use.group)}).`,
      hint:
        duplicates > 0
          ? `${duplicates} live duplicates could go: --dedupe.`
          : `${title} allows no more; delete or merge webhooks, unmanaged ones included.`,
      count: use.final,
      limit: use.limit,
      provider: input.account.name,
    }))
}

function groupWords(group: string): string {
  const values: unknown = JSON.parse(group)
  return Array.isArray(values)
    ? values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')
    : group
}

/** Asks the provider's own rules about a plan. */
export function findHazards(input: AccountInput, actions: readonly Action[]): readonly Hazard[] {
  const { account, definition, live, ledger } = input
  return definition.hazards?.({ account, actions, live, ledger }) ?? []
}

/** What each kind of hazard is refused with. */
export const hazardGuards = {
  shadow: { code: 'HS3011', flag: '--allow-shadow', allowedBy: 'shadow' },
  impossible: { code: 'HS3019' },
  gap: { code: 'HS3007', flag: '--allow-gap', allowedBy: 'gap' },
} as const

function guardHazards(input: AccountInput, actions: readonly Action[]): readonly Refusal[] {
  return findHazards(input, actions)
    .filter((hazard) => hazard.allowed !== true && hazard.only === undefined)
    .flatMap((hazard) =>
      refusal(
        input.options.allow,
        { provider: input.account.name, key: keyOf(hazard.action) },
        {
          message: hazard.message,
          ...(hazard.hint === undefined ? {} : { hint: hazard.hint }),
          ...hazardGuards[hazard.guard],
        },
      ),
    )
}

function guardRepoint(input: AccountInput): readonly Refusal[] {
  const from = input.repointedFrom
  if (from === undefined) return []
  const differing = Object.keys({ ...from, ...input.account.identity })
    .toSorted()
    .filter((name) => from[name] !== input.account.identity[name])
    .map((name) => `${name} ${from[name] ?? '(none)'} → ${input.account.identity[name] ?? '(none)'}`)
  return refusal(
    input.options.allow,
    { provider: input.account.name },
    {
      code: 'HS3012',
      message: `${input.account.name} is another account than the one the ledger knows: ${differing.join(', ')}.`,
      hint: 'Webhooks of the former account would stay live there, unmanaged. If the account is really new, give it a new name.',
      flag: '--allow-repoint',
      allowedBy: 'repoint',
    },
  )
}

function keyOf(actionId: string): string {
  return actionId.slice(actionId.indexOf('/') + 1)
}
