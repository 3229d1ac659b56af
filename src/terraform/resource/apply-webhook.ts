import type { AccountPlan } from '../../core/plan.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { LiveObject } from '../../core/webhook.ts'
import { replacesName } from '../../schema/terraform-schema.ts'
import { yielded } from '../account/turns.ts'
import { type CtyObject, Unknown } from '../cty/value.ts'
import { fault, hasErrors } from '../diagnostics.ts'
import type { Applied, ApplyRequest, ProviderDiagnostic } from '../provider.ts'
import { type Declared, readDeclared } from '../values/declared.ts'
import { type CarriedOut, carryOut, type Work } from './carry-out.ts'
import { deadlineOf } from './deadline.ts'
import { tellExisting } from './exists-already.ts'
import { type Former, recall } from './former.ts'
import { identityBlock } from './identity-block.ts'
import { objectsOf, scopeOf } from './object-ids.ts'
import { paramsOf } from './plan-webhook.ts'
import { type PrivateNotes, readNotes, writeNotes } from './private-notes.ts'
import { markApplied, stateAsLive, stateAsPlanned } from './state-of.ts'
import type { WebhookType } from './webhook-type.ts'

/** Brings one webhook to what was planned for it; one after the other within a scope. */
export async function applyWebhook(type: WebhookType, request: ApplyRequest, stop: AbortSignal): Promise<Applied> {
  const { prior, planned, config } = request
  const answer = type.account()
  if (answer.state !== 'ready') return kept(request, answer.diagnostics)
  const { account } = answer
  if (prior !== null) account.own(objectsOf(type.definition, prior))
  const scope = scopeOf(type.definition, planned ?? prior ?? {})
  return account.turns.take(scope, type.clock, ({ mayYield }) => {
    const work = { account, scope, stop, mayYield }
    if (planned === null || config === null) return remove(type, work, request)
    return prior === null
      ? create(type, work, { ...request, planned, config })
      : update(type, work, { ...request, planned, config, prior })
  })
}

type Place = Pick<Work, 'account' | 'scope' | 'stop' | 'mayYield'>
/** What came of it, or nothing yet: others go first. */
type Outcome = Applied | typeof yielded
type Wanted<T extends 'planned' | 'config' | 'prior'> = ApplyRequest & { readonly [K in T]: CtyObject }

const nothingKnown = { fingerprints: {}, declared: [] }

async function create(type: WebhookType, place: Place, request: Wanted<'planned' | 'config'>): Promise<Outcome> {
  const { planned, config } = request
  const declared = readDeclared(type.definition.fields, config)
  const unlisted = type.receivers(type.definition, declared.fields)
  if (unlisted.length > 0) return kept(request, unlisted)
  place.account.learn(declared.fields)
  const adopts = config['adopt_existing'] === true
  const was = new Set(readNotes(request.plannedPrivate).was)
  const done = await carryOut(type, {
    ...place,
    objects: [],
    remembered: nothingKnown,
    desired: declared.fields,
    allows: allowances(config),
    beside: (live) => (adopts ? was : besides(planned, live, was)),
    judge: (plan) => judgeCreate(type, plan, adopts),
    deadline: deadlineOf(type.clock, config, 'create'),
  })
  if (done === yielded) return done
  if (done.objects.length === 0) return { state: null, private: new Uint8Array(), diagnostics: done.diagnostics }
  if (adopts) place.account.adopt(done.objects.map(({ id }) => id))
  return applied(type, stateAsPlanned(type, planned, done), done, notesFor(type, request, declared))
}

/** Where the plan says that it replaces one of the same identity, that one may still live beside it. */
function besides(planned: CtyObject, live: readonly LiveObject[], was: ReadonlySet<string>): ReadonlySet<string> {
  if ((planned[replacesName] ?? null) === null) return was
  return new Set([...was, ...live.map(({ id }) => id)])
}

function judgeCreate(type: WebhookType, plan: AccountPlan, adopts: boolean): readonly ProviderDiagnostic[] {
  const changes = plan.actions.flatMap((action) => action.objects)
  const live = changes.flatMap((change) => ('live' in change ? [change.live] : []))
  if (live.length === 0) return []
  if (!adopts) return [tellExisting(type, live)]
  const replaced = changes.filter((change) => change.op === 'replace')
  if (replaced.length === 0) return []
  const paths = plan.actions.flatMap((action) => action.changes.map(({ path }) => path))
  return [
    fault(
      `${type.definition.title} has this webhook already, and it differs in ${[...new Set(paths)].join(', ')}.`,
      'That cannot be changed in place, so it cannot be taken over as it is. If this resource is to replace its own, leave `adopt_existing` out. Otherwise import it; the plan then shows the replacement.',
    ),
  ]
}

async function update(
  type: WebhookType,
  place: Place,
  request: Wanted<'planned' | 'config' | 'prior'>,
): Promise<Outcome> {
  const { planned, config, prior } = request
  const declared = readDeclared(type.definition.fields, config)
  const unlisted = type.receivers(type.definition, declared.fields)
  if (unlisted.length > 0) return kept(request, unlisted)
  const notes = readNotes(request.plannedPrivate)
  place.account.learn(declared.fields, notes.params)
  const former = recall(type, declared, config, prior)
  const done = await carryOut(type, {
    ...place,
    objects: objectsOf(type.definition, prior),
    remembered: { fingerprints: former.fingerprints, declared: Object.keys(former.fields) },
    desired: declared.fields,
    quiet: withoutKept(type, declared.fields, former),
    allows: allowances(config),
    beside: () => new Set(),
    judge: (plan) => judgeUpdate(type, plan, planned),
    deadline: deadlineOf(type.clock, config, 'update'),
  })
  if (done === yielded) return done
  if (hasErrors(done.diagnostics)) {
    const noted = notesFor(type, request, declared)
    const state = done.live.length === 0 ? prior : stateAsLive(type, prior, done, noted)
    return applied(type, state, done, noted)
  }
  return applied(type, stateAsPlanned(type, planned, done), done, notesFor(type, request, declared))
}

/** Leaves out the secrets whose version is the one that was written, where leaving out means leaving alone. */
function withoutKept({ definition }: WebhookType, fields: DesiredValues, { writeOnly }: Former): DesiredValues {
  const kept = writeOnly.filter(
    ({ path, state }) => state === 'kept' && definition.fields[path]?.absence?.means === 'left-alone',
  )
  const names = new Set(kept.map(({ path }) => path))
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)))
}

/** What was planned to keep its objects must not lose them because the vendor has changed since. */
function judgeUpdate(type: WebhookType, plan: AccountPlan, planned: CtyObject): readonly ProviderDiagnostic[] {
  const ops = new Set(plan.actions.flatMap((action) => action.objects.map(({ op }) => op)))
  const isMoved = ops.has('create') || ops.has('delete')
  const mayMove = planned['id'] instanceof Unknown
  if (!ops.has('replace') && (!isMoved || mayMove)) return []
  return [
    fault(
      `This webhook has changed at ${type.definition.title} since it was planned.`,
      'Nothing was written. Plan again to see what is to be done now.',
    ),
  ]
}

async function remove(type: WebhookType, place: Place, request: ApplyRequest): Promise<Outcome> {
  const { prior } = request
  if (prior === null) return { state: null, private: new Uint8Array(), diagnostics: [] }
  const mine = objectsOf(type.definition, prior).filter(({ id }) => !place.account.isAdopted(id))
  if (mine.length === 0) return { state: null, private: new Uint8Array(), diagnostics: [] }
  // No configuration names its secret parameters any more, and its URL at the vendor holds them.
  place.account.learn({}, readNotes(request.plannedPrivate).params)
  const done = await carryOut(type, {
    ...place,
    objects: mine,
    remembered: nothingKnown,
    allows: allowances(prior),
    beside: () => new Set(),
    judge: () => [],
    deadline: deadlineOf(type.clock, prior, 'delete'),
  })
  if (done === yielded) return done
  if (!hasErrors(done.diagnostics)) return { state: null, private: new Uint8Array(), diagnostics: done.diagnostics }
  const state = done.live.length === 0 ? prior : stateAsLive(type, prior, done)
  return applied(type, state, done, readNotes(request.plannedPrivate))
}

function allowances(block: CtyObject): Work['allows'] {
  return { gap: block['allow_gap'] === true, shadow: block['allow_shadow'] === true }
}

function notesFor({ definition }: WebhookType, request: ApplyRequest, declared: Declared): PrivateNotes {
  const { was: _, ...notes } = readNotes(request.plannedPrivate)
  return { ...notes, params: paramsOf(declared, notes), applied: markApplied(definition, declared.fields) }
}

function applied(type: WebhookType, state: CtyObject, done: CarriedOut, notes: PrivateNotes): Applied {
  const identity = notes.identity ?? (typeof state['id'] === 'string' ? state['id'] : '')
  return {
    state,
    private: writeNotes({ ...notes, identity }),
    identity: identityBlock(type, identity),
    diagnostics: done.diagnostics,
  }
}

/** Nothing was begun: what was there stays in the state. */
function kept({ prior, plannedPrivate }: ApplyRequest, diagnostics: readonly ProviderDiagnostic[]): Applied {
  return { state: prior, private: plannedPrivate, diagnostics }
}
