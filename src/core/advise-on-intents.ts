import type { Diagnostic } from './diagnostic.ts'
import { groupByIdentity } from './identity.ts'
import { type Intent, isAwaited, patienceEnd } from './ledger.ts'
import type { AccountInput } from './plan.ts'

/** Tells what runs before this one left open. */
export function adviseOnIntents(input: AccountInput): readonly Diagnostic[] {
  return [...unclearIntents(input), ...awaitedIntents(input), ...owedRepairs(input)]
}

function warning(input: AccountInput, intent: Intent, rest: Pick<Diagnostic, 'code' | 'message' | 'hint'>): Diagnostic {
  const key = intent.key === '' ? {} : { key: intent.key }
  return { severity: 'warning', provider: input.account.name, ...key, ...rest }
}

function unclearIntents(input: AccountInput): readonly Diagnostic[] {
  return (input.unclear ?? []).map((intent) =>
    warning(input, intent, {
      code: 'HS4006',
      message: `${input.account.name}/${intent.key}: an interrupted create may have made any of several live webhooks, so none is taken as ours.`,
      hint: 'Delete those that are not wanted by hand, then plan again.',
    }),
  )
}

/** What the vendor accepted and does not show yet would be made a second time. */
function awaitedIntents(input: AccountInput): readonly Diagnostic[] {
  const { definition, ledger, live, options } = input
  const awaited = Object.values(ledger?.intents ?? {}).filter((intent) => isAwaited(intent, options.now))
  if (awaited.length === 0) return []
  const byIdentity = groupByIdentity(definition, live.objects)
  return awaited
    .filter(({ identity, seen }) => (byIdentity.get(identity) ?? []).every(({ id }) => seen.includes(id)))
    .map((intent) =>
      warning(input, intent, {
        code: 'HS4007',
        message: `${input.account.name}/${intent.key}: ${definition.title} accepted it at ${intent.at} and does not list it yet.`,
        hint: `It is not made a second time before ${patienceEnd(intent)}.`,
      }),
    )
}

function owedRepairs(input: AccountInput): readonly Diagnostic[] {
  return Object.values(input.ledger?.intents ?? {}).flatMap((intent) =>
    intent.repair === undefined
      ? []
      : [
          warning(input, intent, {
            code: 'HS3028',
            message: `${input.account.name}: an interrupted run took something off the webhook ${intent.repair.target} for a moment and did not put it back.`,
            hint: 'The next apply does that first, whatever else it does.',
          }),
        ],
  )
}
