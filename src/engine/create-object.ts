import { identityOfObject } from '../core/identity.ts'
import { entryId, type Intent, ledgerAccountId, patienceEnd } from '../core/ledger.ts'
import type { Failure } from '../core/outcome.ts'
import type { ProviderDefinition, StepResult } from '../core/provider.ts'
import { listSlots } from '../core/secret-paths.ts'
import { pendingFingerprint } from '../core/secret-verdict.ts'
import type { CreateStep } from '../core/step.ts'
import type { Account, DesiredObject, DesiredWebhook, LiveObject } from '../core/webhook.ts'
import { lookUntil } from './confirm-object.ts'
import type { Explained, Ports } from './ports.ts'
import { failWith } from './step-failure.ts'

/** What a create needs to know beside its step. */
export interface CreateContext {
  readonly account: Account
  readonly definition: ProviderDefinition
  readonly webhook: DesiredWebhook
  /** Ids that were live under an identity when the plan was made. */
  readonly liveIds: (identity: string) => readonly string[]
  /** By identity, what the vendor accepted in another run and does not list yet. */
  readonly awaited: ReadonlyMap<string, Intent>
}

/** How often a create is sent before it counts as failed. */
const createTries = 3

/**
 * Creates one object, exactly once. The intent is durable before the call; a lost answer is never answered by a blind
 * repeat, but by looking: what is new under this identity is ours.
 */
export async function createObject(ports: Ports, context: CreateContext, step: CreateStep): Promise<StepResult> {
  const { definition, webhook } = context
  const { place, intent, told } = intentOf(ports, context, step)
  const { identity, seen } = told
  const awaited = context.awaited.get(identity)
  if (awaited !== undefined) throw failWith(stillAwaited(definition, awaited))
  await announceSecrets(ports, context, place, step.later ?? [])
  await ports.ledger.record({ kind: 'put-intent', ...intent, intent: told })
  const made = await sendCreate(ports, definition, step, { identity, seen: new Set(seen) }).catch(
    async (error: unknown) => {
      // Only what surely made nothing may be forgotten.
      if (ports.explain(error).outcome !== 'unknown') await ports.ledger.record({ kind: 'settle-intent', ...intent })
      throw error
    },
  )
  const object = { id: made.id, part: step.object.part, scope: step.object.scope }
  await ports.ledger.record({ kind: 'own-object', ...place, file: webhook.file, object })
  await ports.ledger.record({ kind: 'settle-intent', ...intent })
  return made
}

/**
 * Writes down that the vendor accepted a create and does not list what it made: making it again soon would make a twin
 * once it appears.
 */
export async function awaitCreated(ports: Ports, context: CreateContext, step: CreateStep): Promise<void> {
  const { intent, told } = intentOf(ports, context, step)
  await ports.ledger.record({ kind: 'put-intent', ...intent, intent: { ...told, accepted: true } })
}

interface IntentPlace {
  /** The entry of the webhook. */
  readonly place: { readonly account: string; readonly key: string }
  readonly intent: { readonly account: string; readonly id: string }
  readonly told: Intent
}

function intentOf(
  { clock }: Ports,
  { account, definition, webhook, liveIds }: CreateContext,
  step: CreateStep,
): IntentPlace {
  const { part, scope } = step.object
  const { key, file } = webhook
  const identity = identityOfObject(definition, step.object)
  const place = { account: ledgerAccountId(account.name, account.identity), key: entryId(file, key) }
  const at = new Date(clock.now()).toISOString()
  return {
    place,
    intent: { account: place.account, id: step.id },
    told: { key, file, part, scope, identity, seen: liveIds(identity), at },
  }
}

function stillAwaited({ title }: ProviderDefinition, awaited: Intent): Failure {
  return {
    code: 'HS4007',
    message: `${title} accepted this webhook at ${awaited.at} and does not list it yet.`,
    hint: `It may still appear, so it is not made a second time before ${patienceEnd(awaited)}. Run the command again.`,
  }
}

/**
 * Writes down which secrets go along with a create before it is sent, so that the next run can compare them even if
 * this one is killed. Marked as not written yet: a secret that the vendor makes, what a later step writes, and, while
 * another object of the webhook may still have former secrets, all of them.
 */
async function announceSecrets(
  ports: Ports,
  { webhook }: CreateContext,
  place: { readonly account: string; readonly key: string },
  later: readonly string[],
): Promise<void> {
  const known = ports.ledger.entry(place.account, place.key) ?? { objects: [], file: webhook.file, fingerprints: {} }
  const made = listSlots(webhook.fields).filter(([, slot]) => slot.source.form === 'capture')
  const parts = Object.keys(webhook.fingerprints ?? {}).filter(
    (path) => known.objects.length > 0 || later.some((name) => isWithin(path, name)),
  )
  const unwritten = [...made.map(([path]) => path), ...later, ...parts]
  const pending = Object.fromEntries(unwritten.map((path) => [path, pendingFingerprint]))
  const fingerprints = { ...webhook.fingerprints, ...pending }
  if (Object.keys(fingerprints).length === 0) return
  await ports.ledger.record({ kind: 'put-entry', ...place, entry: { ...known, fingerprints } })
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`)
}

interface Sought {
  readonly identity: string
  readonly seen: ReadonlySet<string>
}

type Made = StepResult & { readonly id: string }

async function sendCreate(
  ports: Ports,
  definition: ProviderDefinition,
  step: CreateStep,
  sought: Sought,
): Promise<Made> {
  let wasLost = false
  for (let tries = 1; ; tries += 1) {
    await ports.ledger.confirm()
    try {
      const result = await ports.api.execute(step)
      if (result.id !== undefined) return { ...result, id: result.id }
    } catch (error) {
      const told = ports.explain(error)
      if (told.outcome === 'refused' && !wasLost) return await afterRefusal(ports, definition, step, sought, error)
      if (told.outcome === 'not-sent' && !wasLost) throw error
    }
    wasLost = true
    const found = await findNew(ports, definition, step.object, sought)
    if (found !== undefined) return { id: found.id }
    if (tries >= createTries || ports.stop.aborted)
      throw failWith({
        code: 'HS4006',
        message: `${definition.title} did not answer ${tries} creates and lists no new webhook.`,
        hint: 'Run the command again; what may still appear is recognized by its intent.',
      })
  }
}

/**
 * A vendor of which it is not known whether two of one identity may live side by side has just said no: the old one
 * goes first, if a gap is allowed.
 */
async function afterRefusal(
  ports: Ports,
  definition: ProviderDefinition,
  step: CreateStep,
  sought: Sought,
  error: unknown,
): Promise<Made> {
  const { replaces } = step
  const sameIdentity = replaces !== undefined && sought.seen.has(replaces.id)
  if (replaces === undefined || definition.uniqueIdentity !== 'unknown' || !sameIdentity) throw error
  if (!replaces.gapAllowed) throw failWith(withGapHint(ports.explain(error)))
  const { replaces: _, ...plain } = step
  await ports.ledger.confirm()
  await ports.api.execute({
    does: 'delete',
    id: `${step.id} old one first`,
    serves: step.serves,
    after: [],
    target: replaces.id,
    scope: replaces.scope,
    part: replaces.part,
  })
  return sendCreate(ports, definition, plain, sought)
}

function withGapHint(told: Explained): Explained['failure'] {
  return {
    ...told.failure,
    hint: 'The vendor seems to refuse two webhooks of one URL; with --allow-gap the old one is deleted first.',
  }
}

/** Looks for what a create whose answer was lost has made. */
async function findNew(
  ports: Ports,
  definition: ProviderDefinition,
  object: DesiredObject,
  sought: Sought,
): Promise<LiveObject | undefined> {
  const found = await lookUntil(
    ports.clock,
    async () => {
      const { objects } = await ports.api.list([object.scope])
      return objects.filter(
        (live) => !sought.seen.has(live.id) && identityOfObject(definition, live) === sought.identity,
      )
    },
    (objects) => objects.length > 0,
  )
  if (found.length < 2) return found[0]
  throw failWith({
    code: 'HS4006',
    message: `The answer to a create was lost, and ${found.length} new webhooks could be its outcome: ${found.map((live) => live.id).join(', ')}.`,
    hint: 'Delete those that are not wanted by hand, then run the command again.',
  })
}
