import type { Change, SecretGround } from './action.ts'
import { adviseOnIntents } from './advise-on-intents.ts'
import { desiredEvents, eventsOf, isEnabled } from './deliveries.ts'
import type { Diagnostic } from './diagnostic.ts'
import { compareText } from './diagnostic.ts'
import { findHazards, hazardGuards } from './guard.ts'
import { haveUnlikeKeys } from './key-id.ts'
import { entryId } from './ledger.ts'
import { adviseOnReceivers } from './new-receivers.ts'
import type { AccountInput, AccountPlan } from './plan.ts'
import { adviseOnRotations } from './rotation.ts'

type Told = Omit<AccountPlan, 'diagnostics'>

/** Lists what a person should know about a plan although nothing forbids it. */
export function adviseOnAccount(input: AccountInput, plan: Told): readonly Diagnostic[] {
  return [
    ...unknownSecrets(plan),
    ...newFingerprintKey(input, plan),
    ...forgottenLedger(input, plan),
    ...outOfScope(input, plan),
    ...lostReceivers(input, plan),
    ...switchingReceivers(plan),
    ...exchangedEvents(plan),
    ...undeclaredFields(input),
    ...adviseOnIntents(input),
    ...adviseOnRotations(input),
    ...harmlessHazards(input, plan),
    ...adviseOnReceivers(input, plan),
  ]
}

function warning(
  input: { readonly provider: string; readonly key?: string },
  rest: Pick<Diagnostic, 'code' | 'message' | 'hint' | 'at'>,
): Diagnostic {
  return { severity: 'warning', ...input, ...rest }
}

/** Why what the vendor hides cannot be compared, in words; in the order in which they are told. */
const unknownBecause: readonly (readonly [SecretGround, string])[] = [
  ['no-key', 'there is no fingerprint key (hooks-sync secrets init makes one)'],
  ['other-key', 'its fingerprint in the ledger was made with another key'],
  ['no-fingerprint', 'the ledger has no fingerprint of it'],
]

function unknownSecrets(plan: Told): readonly Diagnostic[] {
  return unknownBecause.flatMap(([ground, because]) => {
    const unknown = plan.actions.flatMap((action) => {
      const paths = action.changes.filter((change) => isUnknown(change, ground)).map((change) => change.path)
      return paths.length === 0 ? [] : [{ id: action.id, paths }]
    })
    if (unknown.length === 0) return []
    const names = unknown.map(({ id, paths }) => `${id} (${paths.join(', ')})`)
    const glob = unknown.length === 1 ? unknown[0]?.id : `${plan.account.name}/*`
    return [
      warning(
        { provider: plan.account.name },
        {
          code: 'HS3001',
          message: `${unknown.length} ${unknown.length === 1 ? 'webhook has a value' : 'webhooks have values'} that cannot be compared: ${shorten(names)}.`,
          hint: `The vendor does not show it and ${because}; --write-secrets '${glob}' writes it.`,
        },
      ),
    ]
  })
}

/** What can be compared without its fingerprint gets one of the new key; nobody should wonder why the ledger changes. */
function newFingerprintKey(input: AccountInput, plan: Told): readonly Diagnostic[] {
  const restamped = plan.actions.filter(({ desired, changes }) => {
    const known = desired && input.ledger?.webhooks[entryId(desired.file, desired.key)]?.fingerprints
    const unknown = new Set(
      changes.flatMap((change) => ('secret' in change && change.secret === 'unknown' ? [change.path] : [])),
    )
    return Object.entries(desired?.fingerprints ?? {}).some(
      ([path, print]) =>
        !unknown.has(path) && !unknown.has(path.split('.', 1)[0] ?? '') && haveUnlikeKeys(print, known?.[path] ?? ''),
    )
  })
  if (restamped.length === 0) return []
  return [
    warning(
      { provider: plan.account.name },
      {
        code: 'HS2010',
        message: `The fingerprint key is another one than before; the next apply makes fingerprints of ${restamped.length} webhooks of ${plan.account.name} anew.`,
        hint: 'If the former key was lost, nothing has to be done. If it was not, put it back where fingerprint_key names it.',
      },
    ),
  ]
}

function isUnknown(change: Change, ground: SecretGround): boolean {
  return 'secret' in change && change.secret === 'unknown' && change.ground === ground
}

function forgottenLedger(input: AccountInput, plan: Told): readonly Diagnostic[] {
  if (input.ledger === undefined || plan.unmanaged.length === 0) return []
  if (Object.keys(input.ledger.webhooks).length > 0) return []
  return [
    warning(
      { provider: plan.account.name },
      {
        code: 'HS3002',
        message: `${plan.account.name} has ${plan.unmanaged.length} live webhooks that nobody declares, and the ledger knows nothing of this account.`,
        hint: 'If it was managed before, the ledger is lost: what is no longer declared stays live. In CI, keep the ledger outside the checkout.',
      },
    ),
  ]
}

function outOfScope(input: AccountInput, plan: Told): readonly Diagnostic[] {
  if (plan.outOfScope.length === 0 || input.desired === undefined) return []
  return [
    warning(
      { provider: plan.account.name },
      {
        code: 'HS3020',
        message: `${plan.outOfScope.length} owned webhooks of ${plan.account.name} are kept, because the file that declared them is not loaded: ${shorten(plan.outOfScope)}.`,
        hint: 'If that file is gone for good: --prune-file PATH deletes them, `hooks-sync forget` lets them live.',
      },
    ),
  ]
}

/** No order of two calls lets each webhook have the other's events before it gives up its own. */
function exchangedEvents({ actions }: Told): readonly Diagnostic[] {
  return actions.flatMap(({ provider, key, id, exchanges }) => {
    if (exchanges === undefined) return []
    const message = `${id}: ${exchanges} have no receiver between two calls, until the webhook that takes them on has them.`
    const hint = 'To lose nothing, apply once with the events on both webhooks, then with each in its place.'
    return [warning({ provider, key }, { code: 'HS3007', message, hint })]
  })
}

/** An explicit edit may take away the last receiver of an event; nothing forbids it, but nobody should overlook it. */
function lostReceivers(input: AccountInput, plan: Told): readonly Diagnostic[] {
  const before = new Map<string, string>()
  for (const live of input.live.objects.filter(isEnabled)) {
    for (const event of eventsOf(input.definition, live)) before.set(`${live.scope} ${event}`, event)
  }
  const gone = new Set(
    plan.actions.flatMap((action) =>
      action.objects.flatMap((change) =>
        'live' in change && change.op !== 'keep' && change.op !== 'adopt' && change.op !== 'retire'
          ? [change.live.id]
          : [],
      ),
    ),
  )
  if (gone.size === 0) return []
  for (const live of input.live.objects.filter((object) => !gone.has(object.id) && isEnabled(object))) {
    for (const event of eventsOf(input.definition, live)) before.delete(`${live.scope} ${event}`)
  }
  for (const change of plan.actions.flatMap((action) => action.objects)) {
    if (!('object' in change) || change.object.fields['enabled'] === false) continue
    for (const event of desiredEvents(input.definition, change.object)) before.delete(`${change.object.scope} ${event}`)
  }
  const events = [...new Set([...before.values()].filter((event) => event !== '*'))].toSorted(compareText)
  if (events.length === 0) return []
  return [
    warning(
      { provider: plan.account.name },
      {
        code: 'HS3015',
        message: `${plan.account.name}: nobody receives ${shorten(events)} any more after this.`,
      },
    ),
  ]
}

function switchingReceivers(plan: Told): readonly Diagnostic[] {
  return plan.actions
    .filter((action) => action.kind === 'replace' && action.capture !== undefined)
    .map((action) =>
      action.objects.every((change) => change.op !== 'replace' || change.overlap === undefined)
        ? warning(
            { provider: action.provider, key: action.key },
            {
              code: 'HS3018',
              message: `${action.id}: the vendor makes a new secret; receivers must switch to it at once.`,
              ...(action.objects.some((change) => change.op === 'replace' && change.order === 'delete-first')
                ? {}
                : { hint: 'Set `overlap: 30m` to keep the old webhook and its secret alive meanwhile.' }),
            },
          )
        : warning(
            { provider: action.provider, key: action.key },
            {
              code: 'HS3022',
              message: `${action.id}: deliveries double until the old webhook is removed by an apply after the overlap.`,
            },
          ),
    )
}

/** A field that was applied once and is now left out keeps its value at the vendor. */
function undeclaredFields(input: AccountInput): readonly Diagnostic[] {
  return (input.desired ?? []).flatMap((webhook) => {
    const entry = input.ledger?.webhooks[`${webhook.file}#${webhook.key}`]
    const dropped = (entry?.declared ?? []).filter(
      (name) => webhook.fields[name] === undefined && input.definition.fields[name]?.absence?.means === 'left-alone',
    )
    return dropped.map((name) =>
      warning(
        { provider: webhook.provider, key: webhook.key },
        {
          code: 'HS1016',
          message: `${webhook.provider}/${webhook.key}: ${name} is no longer declared and stays at the vendor as it is.`,
          hint:
            input.definition.fields[name]?.clearable === true
              ? `Write \`${name}: null\` to clear it.`
              : 'The vendor cannot clear it.',
          ...(webhook.at === undefined ? {} : { at: webhook.at }),
        },
      ),
    )
  })
}

function harmlessHazards(input: AccountInput, plan: Told): readonly Diagnostic[] {
  return findHazards(input, plan.actions)
    .filter((hazard) => hazard.only === 'warning')
    .map(({ guard, action, message, hint }) =>
      warning(
        { provider: input.account.name, key: action.slice(action.indexOf('/') + 1) },
        { code: hazardGuards[guard].code, message, ...(hint === undefined ? {} : { hint }) },
      ),
    )
}

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}
