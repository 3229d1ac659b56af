import type { Action } from '../../core/action.ts'
import { hasErrors } from '../../core/diagnostic.ts'
import { identityOfObject } from '../../core/identity.ts'
import { entryId, type LedgerAccount, type LedgerObject, ledgerAccountId } from '../../core/ledger.ts'
import type { Failure } from '../../core/outcome.ts'
import type { AccountInput, AccountPlan, Refusal } from '../../core/plan.ts'
import { planAccount } from '../../core/plan-account.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { LiveAccount, LiveObject } from '../../core/webhook.ts'
import { applyAccount } from '../../engine/apply-account.ts'
import { fetchLive } from '../../engine/fetch-live.ts'
import { type LedgerDraft, makeDraft, makeLedger } from '../../engine/ledger/ledger-change.ts'
import { yielded } from '../account/turns.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import { hasErrors as hasFaults, tell } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import { eitherOf } from './deadline.ts'
import { makePorts } from './engine-ports.ts'
import { ObservedApi } from './observed-api.ts'
import { asWebhook, identitiesOf, webhookFile, webhookKey } from './replacing.ts'
import { tellError } from './tell-error.ts'
import type { WebhookType } from './webhook-type.ts'

/** What shall become of the vendor objects of one resource. */
export interface Work {
  readonly account: VendorAccount
  readonly scope: string
  /** What its state says it has. */
  readonly objects: readonly LedgerObject[]
  readonly remembered: { readonly fingerprints: Readonly<Record<string, string>>; readonly declared: readonly string[] }
  /** Absent where it shall go. */
  readonly desired?: DesiredValues
  /** The same without secrets that are not to be written to what is there already. */
  readonly quiet?: DesiredValues
  readonly allows: { readonly gap: boolean; readonly shadow: boolean }
  /** Live objects of the same identity that it shall live beside, and not take over. */
  readonly beside: (live: readonly LiveObject[]) => ReadonlySet<string>
  /** Whether others may go first where they may be in its way. */
  readonly mayYield: boolean
  /** Looks at the plan before anything is written; an error stops it. */
  readonly judge: (plan: AccountPlan) => readonly ProviderDiagnostic[]
  /** Nothing new is begun once it is aborted. */
  readonly stop: AbortSignal
  /** Nothing is waited for once it is aborted. */
  readonly deadline: AbortSignal | undefined
}

/** What a resource has now, and what went wrong on the way there. */
export interface CarriedOut {
  readonly diagnostics: readonly ProviderDiagnostic[]
  readonly objects: readonly LedgerObject[]
  readonly live: readonly LiveObject[]
}

const others = 'others'

/** Plans and carries out the work of one resource, as the engine does it for a whole account. */
export async function carryOut(type: WebhookType, work: Work): Promise<CarriedOut | typeof yielded> {
  const { account } = work
  const draft = makeDraft(makeLedger('terraform'))
  const opened = await account.api().catch(tellError)
  if ('severity' in opened) return { diagnostics: [opened], objects: work.objects, live: [] }
  const api = new ObservedApi(opened, work.deadline)
  const diagnostics = await attempt(type, work, api, draft).catch((error: unknown) => [tellError(error)])
  if (diagnostics === yielded) return yielded
  if (api.wrote) account.forgetLists()
  const ledger = draft.accounts[accountId(account)]
  const objects =
    ledger === undefined ? work.objects : (ledger.webhooks[entryId(webhookFile, webhookKey)]?.objects ?? [])
  const live = objects.flatMap(({ id }) => api.seen.get(id) ?? [])
  account.disown(work.objects.map(({ id }) => id))
  account.own(objects)
  return { diagnostics, objects, live }
}

async function attempt(
  type: WebhookType,
  work: Work,
  api: ObservedApi,
  draft: LedgerDraft,
): Promise<readonly ProviderDiagnostic[] | typeof yielded> {
  const { account } = work
  const mine = ledgerOf(account, work, [])
  draft.accounts[accountId(account)] = { ...mine, webhooks: { ...mine.webhooks }, intents: {} }
  if (work.stop.aborted) return [tell({ code: 'HS6005', message: 'The run was interrupted before this was begun.' })]
  const wanted = work.desired === undefined ? [] : [webhookOf(type, work, work.desired)]
  const read = await fetchLive(
    api,
    { account: account.account, definition: type.definition, desired: wanted, ledger: mine, allScopes: false },
    type.clock,
    eitherOf(work.stop, work.deadline),
  )
  if (hasErrors(read.diagnostics)) return read.diagnostics.map((found) => tell(found))
  const plan = planQuietly(type, work, read.live)
  const refused = [...work.judge(plan), ...plan.refusals.map((refusal) => tellRefusal(plan, refusal))]
  if (work.mayYield && (hasFaults(refused) || isTaken(type, work, read.live))) return yielded
  if (hasFaults(refused)) return refused
  const apply = { plan, live: read.live, ledger: ledgerOf(account, work, othersOf(work)), gapAllowed: work.allows.gap }
  const warnings: ProviderDiagnostic[] = []
  const ports = makePorts({
    api,
    draft,
    clock: type.clock,
    fingerprints: type.fingerprints,
    stop: eitherOf(work.stop, work.deadline),
    warn: (found) => warnings.push(tell(found, { action: actionId(plan) })),
  })
  const outcome = await applyAccount(ports, apply)
  const failures = outcome.failed.map(({ failure }) => failure)
  const skipped = outcome.skipped.length > 0 && failures.length === 0 ? [interrupted(work)] : []
  return [
    ...refused,
    ...warnings,
    ...[...failures, ...skipped].map((failure) => tell(failure, { action: actionId(plan) })),
  ]
}

/** The attribute that allows what a guard refuses; its own hint names some of them. */
const allowedBy: Readonly<Record<string, string>> = { HS3007: 'allow_gap', HS3011: 'allow_shadow' }

function tellRefusal(plan: AccountPlan, refusal: Refusal): ProviderDiagnostic {
  const { hint = '', code } = refusal
  const attribute = allowedBy[code]
  const isNamed = attribute === undefined || hint.includes(attribute)
  const way = isNamed ? hint : `${hint} To have it so all the same, set \`${attribute} = true\` on the resource.`
  return tell({ ...refusal, hint: way }, { action: actionId(plan) })
}

/** Whether another resource of this run still has the identity that this one shall have. */
function isTaken({ definition }: WebhookType, work: Work, { objects }: LiveAccount): boolean {
  if (work.desired === undefined || definition.uniqueIdentity === 'no') return false
  const wanted = identitiesOf(definition, { fields: work.desired, unknown: new Set() }) ?? []
  const identities = new Set(wanted.map(({ identity }) => identity))
  const others = new Set(othersOf(work).map(({ id }) => id))
  return objects.some((live) => others.has(live.id) && identities.has(identityOfObject(definition, live)))
}

function interrupted({ deadline }: Work): Failure {
  return deadline?.aborted === true
    ? {
        code: 'HS6005',
        message: 'The time that `timeouts` allows is over.',
        hint: 'What was done by then is in the state.',
      }
    : { code: 'HS6005', message: 'The run was interrupted.', hint: 'What was done by then is in the state.' }
}

/** A secret that is not new goes only into what is made anew. */
function planQuietly(type: WebhookType, work: Work, live: LiveAccount): AccountPlan {
  const { desired, quiet } = work
  const plan = planAccount(inputOf(type, work, live, quiet ?? desired))
  if (quiet === undefined || !plan.actions.some(makesAnew)) return plan
  return planAccount(inputOf(type, work, live, desired))
}

function makesAnew({ objects }: Action): boolean {
  return objects.some(({ op }) => op === 'create' || op === 'replace')
}

function inputOf(type: WebhookType, work: Work, live: LiveAccount, desired: DesiredValues | undefined): AccountInput {
  const { account, allows } = work
  const webhooks = desired === undefined ? [] : [webhookOf(type, work, desired)]
  return {
    account: { ...account.account, prune: 'owned' },
    definition: type.definition,
    desired: webhooks,
    desiredFields: {},
    live: { ...live, objects: visible(type, work, live, desired) },
    ledger: ledgerOf(account, work, othersOf(work)),
    files: new Set([webhookFile]),
    options: {
      allow: {
        maxDeletes: { percent: 100 },
        empty: true,
        gap: allows.gap,
        takeover: true,
        recreate: true,
        http: true,
        shadow: allows.shadow,
        repoint: true,
      },
      selects: () => true,
      writesSecrets: () => true,
      dedupe: false,
      now: type.clock.now(),
    },
  }
}

/** What other resources have of the same identity, and what it shall live beside, is not there to be taken over. */
function visible(
  { definition }: WebhookType,
  work: Work,
  { objects }: LiveAccount,
  desired: DesiredValues | undefined,
): readonly LiveObject[] {
  if (desired === undefined) return objects
  const wanted = identitiesOf(definition, { fields: desired, unknown: new Set() }) ?? []
  const identities = new Set(wanted.map(({ identity }) => identity))
  const foreign = new Set([...othersOf(work).map(({ id }) => id), ...work.beside(objects)])
  return objects.filter((live) => !foreign.has(live.id) || !identities.has(identityOfObject(definition, live)))
}

function othersOf({ account, objects }: Work): readonly LedgerObject[] {
  return account.ownedByOthers(new Set(objects.map(({ id }) => id)))
}

function webhookOf(type: WebhookType, { allows }: Work, fields: DesiredValues) {
  return asWebhook(type.definition, fields, { allowGap: allows.gap, fingerprints: type.fingerprints(fields) })
}

function ledgerOf({ account }: VendorAccount, work: Work, foreign: readonly LedgerObject[]): LedgerAccount {
  const mine = { objects: work.objects, file: webhookFile, ...work.remembered }
  const theirs = { objects: foreign, file: others, fingerprints: {} }
  return {
    identity: account.identity,
    webhooks: {
      ...(work.objects.length === 0 ? {} : { [entryId(webhookFile, webhookKey)]: mine }),
      ...(foreign.length === 0 ? {} : { [entryId(others, others)]: theirs }),
    },
    intents: {},
  }
}

function accountId({ account }: VendorAccount): string {
  return ledgerAccountId(account.name, account.identity)
}

function actionId({ account }: AccountPlan): string {
  return `${account.name}/${webhookKey}`
}
