import type { Diagnostic } from '../core/diagnostic.ts'
import type { LedgerEntry, Rotation } from '../core/ledger.ts'
import type { Failure } from '../core/outcome.ts'
import type { HeldSecrets, RotationPhase } from '../core/rotation-phase.ts'
import type { PlannedRotation, RotationOutcome } from '../core/rotation-plan.ts'
import type { Acceptance, RotationStep } from '../core/rotation-step.ts'
import type { Secret } from '../core/secret.ts'
import type { Ports } from './ports.ts'

/** A webhook, or an account, that shares the secret. */
export interface RotatingMember {
  /** `provider/key`. */
  readonly id: string
  readonly path: string
  /** The reference as it declares it. */
  readonly ref: string
  readonly place: { readonly account: string; readonly key: string }
  readonly identity: Readonly<Record<string, string>>
  readonly file: string
}

/** The place of one secret in the vault, and those beside it. Each call says what went wrong, if anything. */
export interface RotatingPlace {
  proveWritable(): Promise<Diagnostic | undefined>
  stage(value: Secret): Promise<Diagnostic | undefined>
  promote(held: HeldSecrets & Required<Pick<HeldSecrets, 'current' | 'pending'>>): Promise<Diagnostic | undefined>
  settle(pending: Secret): Promise<Diagnostic | undefined>
  retire(): Promise<Diagnostic | undefined>
}

/** A secret that is rotated, and how far that has come. */
export interface RotatingSecret extends Pick<PlannedRotation, 'ref' | 'kind' | 'webhooks' | 'isResumed' | 'overlap'> {
  readonly members: readonly RotatingMember[]
  readonly phase: RotationPhase
  readonly begins: RotationStep
  readonly held: HeldSecrets
  /** The value that the webhooks are to have, where we choose it. */
  readonly next?: Secret
  readonly records: readonly Rotation[]
  readonly place: RotatingPlace
  readonly accepts: (step: RotationStep, until?: string) => readonly Acceptance[]
}

export type RotatePorts = Pick<Ports, 'ledger' | 'emit'> & {
  readonly clock: Pick<Ports['clock'], 'now'>
  /** Brings the new secrets to the vendors; answers with what failed, by `provider/key`. */
  readonly send: (secrets: readonly RotatingSecret[]) => Promise<ReadonlyMap<string, Failure>>
}

/**
 * Rotates secrets: into the vault first, then to the vendors, and into their final place last, so that at every instant
 * the vault holds whatever a vendor signs with. Each step is recorded, so that a later run goes on where this one ends.
 */
export async function rotateSecrets(
  ports: RotatePorts,
  secrets: readonly RotatingSecret[],
): Promise<readonly RotationOutcome[]> {
  const outcomes: RotationOutcome[] = []
  const staged: RotatingSecret[] = []
  for (const secret of secrets) {
    const failure = await stage(ports, secret)
    if (failure === undefined) staged.push(secret)
    else outcomes.push(fail(ports, secret, failure))
  }
  const failures = await ports.send(staged.filter(asksVendor))
  for (const secret of staged) {
    const failure = await finish(ports, secret, failures)
    outcomes.push(failure === undefined ? done(secret) : fail(ports, secret, failure))
  }
  return outcomes
}

/** Whether something is left to be done at a vendor. */
export function asksVendor({ begins, kind }: Pick<RotatingSecret, 'begins' | 'kind'>): boolean {
  return begins === 'staged' || begins === 'sent' || (begins === 'retired' && kind === 'made')
}

function done(secret: RotatingSecret): RotationOutcome {
  const { ref, webhooks, isResumed, begins } = secret
  return { ref, webhooks, isResumed, result: begins === 'retired' ? 'retired' : 'rotated' }
}

function fail(ports: RotatePorts, secret: RotatingSecret, failure: Failure): RotationOutcome {
  const { ref, webhooks, isResumed } = secret
  ports.emit({ type: 'rotation_failed', ref, webhooks, failure })
  return { ref, webhooks, isResumed, result: 'failed', failure }
}

/** Puts the new value into the vault before anything uses it, and writes down that the rotation has begun. */
async function stage(ports: RotatePorts, secret: RotatingSecret): Promise<Failure | undefined> {
  const { begins, kind, next, place } = secret
  if (begins !== 'staged' && begins !== 'sent') return undefined
  if (begins === 'staged') {
    const refusal = kind === 'made' ? await place.proveWritable() : next && (await place.stage(next))
    if (refusal !== undefined) return refusal
  }
  for (const member of secret.members) await record(ports, member, begun(ports, secret, member))
  if (begins === 'staged') tell(ports, secret, 'staged')
  return undefined
}

async function finish(
  ports: RotatePorts,
  secret: RotatingSecret,
  failures: ReadonlyMap<string, Failure>,
): Promise<Failure | undefined> {
  const failed = secret.members.flatMap(({ id }) => failures.get(id) ?? [])[0]
  if (failed !== undefined) return unfinished(secret, failed)
  if (secret.begins === 'retired') return retire(ports, secret)
  if (asksVendor(secret)) await confirmSent(ports, secret)
  const refusal = await promote(secret)
  if (refusal !== undefined) return refusal
  const until = new Date(ports.clock.now() + secret.overlap).toISOString()
  for (const member of secret.members) {
    await record(ports, member, { ...begun(ports, secret, member), step: 'promoted', until })
  }
  tell(ports, secret, 'promoted', until)
  return secret.overlap === 0 ? retire(ports, secret) : undefined
}

async function confirmSent(ports: RotatePorts, secret: RotatingSecret): Promise<void> {
  tell(ports, secret, 'sent')
  // An action counts as done once its object was read again and holds what was written, as far as the vendor shows it.
  tell(ports, secret, 'verified')
  for (const member of secret.members) await record(ports, member, { ...begun(ports, secret, member), step: 'sent' })
}

async function promote({ kind, phase, held, next, place }: RotatingSecret): Promise<Diagnostic | undefined> {
  const { current, pending } = held
  if (kind === 'made' || phase === 'unrecorded') return undefined
  if (phase === 'switching') return pending && place.settle(pending)
  return next && current && place.promote({ ...held, current, pending: next })
}

async function retire(ports: RotatePorts, secret: RotatingSecret): Promise<Failure | undefined> {
  const refusal = await secret.place.retire()
  if (refusal !== undefined) return refusal
  for (const { place } of secret.members) {
    const known = ports.ledger.entry(place.account, place.key)
    if (known === undefined) continue
    const { rotation: _, ...entry } = known
    await ports.ledger.record({ kind: 'put-entry', ...place, entry })
  }
  tell(ports, secret, 'retired')
  return undefined
}

function begun(ports: RotatePorts, secret: RotatingSecret, member: RotatingMember): Rotation {
  const { records, overlap, kind } = secret
  const open = records.find(({ step }) => step !== 'promoted')
  const known = ports.ledger.entry(member.place.account, member.place.key)
  const mine = known?.rotation?.step === 'promoted' ? undefined : known?.rotation
  const replaces = mine?.replaces ?? known?.objects.map(({ id }) => id) ?? []
  return {
    path: member.path,
    ref: member.ref,
    step: 'staged',
    started_at: mine?.started_at ?? open?.started_at ?? new Date(ports.clock.now()).toISOString(),
    overlap,
    ...(kind === 'made' ? { replaces } : {}),
  }
}

async function record(
  ports: RotatePorts,
  { place, identity, file }: RotatingMember,
  rotation: Rotation,
): Promise<void> {
  const known = ports.ledger.entry(place.account, place.key)
  if (known === undefined) await ports.ledger.record({ kind: 'set-identity', account: place.account, identity })
  const entry: LedgerEntry = { ...(known ?? { objects: [], file, fingerprints: {} }), rotation }
  await ports.ledger.record({ kind: 'put-entry', ...place, entry })
}

function tell(ports: RotatePorts, secret: RotatingSecret, step: RotationStep, until?: string): void {
  const { ref, webhooks } = secret
  ports.emit({ type: 'rotation', ref, webhooks, step, accepts: secret.accepts(step, until) })
}

function unfinished({ webhooks }: RotatingSecret, failure: Failure): Failure {
  const [id = ''] = webhooks
  return {
    ...failure,
    hint: `${failure.hint === undefined ? '' : `${failure.hint} `}Then go on with: hooks-sync rotate --resume '${id}'`,
  }
}
