import type { Action, ActionKind, Capture, Change, ObjectChange } from './action.ts'
import { plain } from './canonical.ts'
import { isEnabled } from './deliveries.ts'
import type { Difference } from './diff.ts'
import { diffObject, shown } from './diff.ts'
import { partsOf } from './identity.ts'
import { entryId, entryKey } from './ledger.ts'
import type { Match, Pair, Remnant } from './match.ts'
import type { AccountInput } from './plan.ts'
import { chooseRung } from './recovery.ts'
import { planRemnant, planRetirements } from './retirements.ts'
import { unfinishedRotation, withFingerprint, withoutField } from './rotation.ts'
import { SecretSlot } from './secret.ts'
import type { Fingerprints } from './secret-verdict.ts'
import { pendingFingerprint } from './secret-verdict.ts'
import type { DesiredWebhook, LiveObject } from './webhook.ts'

/** Decides what happens to one declared webhook. Order and guards come later. */
export function planWebhook(input: AccountInput, match: Match, twins: readonly LiveObject[]): Action {
  const webhook = desiredOf(input, match)
  const judged = match.pairs.map((pair) => judgePair(input, match, pair))
  const paired = new Set(match.pairs.flatMap((pair) => (pair.live === undefined ? [] : [pair.live.id])))
  const spared = sparedRemnants(input, match, judged)
  const remnants = spared.length > 0 ? [] : match.remnants
  const kept = [...judged.map((one) => one.object), ...spared]
  const removed = [
    ...remnants.map((live) => planRemnant(input, webhook, live)),
    ...planRetirements(input, match, kept),
    ...twins.map((live) => ({ op: 'delete', live }) as const),
  ].filter(({ live }) => !paired.has(live.id))
  const objects = [...kept, ...removed]
  const capture = captureOf(
    input,
    webhook,
    judged.flatMap((one) => one.differences),
    objects,
  )
  const kind = kindOf(
    judged.map((one) => one.object),
    removed.length > 0,
    capture,
  )
  const takesOver = match.pairs.some((pair, at) => pair.owner === undefined && isWrite(judged[at]?.object))
  const reason = isReplacing(input, webhook) ? 'rotate' : reasonOf(input, kind, judged, objects)
  return {
    id: `${webhook.provider}/${webhook.key}`,
    kind,
    provider: webhook.provider,
    type: input.definition.type,
    key: webhook.key,
    changes: withCapture(mergeChanges(input, match, judged, kind), capture),
    objects,
    desired: webhook,
    entries: match.entries,
    after: [],
    ...(match.movedFrom === undefined ? {} : { movedFrom: match.movedFrom }),
    ...(takesOver ? { takesOver } : {}),
    ...(capture === undefined ? {} : { capture }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** While a secret is being rotated, what the ledger knows of it holds, and not what the vault says. */
function desiredOf(input: AccountInput, { webhook, entries }: Match): DesiredWebhook {
  const rotation = unfinishedRotation(input, webhook, entries)
  if (rotation === undefined || webhook.fingerprints === undefined) return webhook
  const own = input.ledger?.webhooks[entryId(webhook.file, webhook.key)]
  const known = own?.fingerprints[rotation.path]
  return { ...webhook, fingerprints: withFingerprint(webhook.fingerprints, rotation.path, known) }
}

/** The old and the new object of a rotation that replaces both stay until it is finished. */
function sparedRemnants(input: AccountInput, match: Match, judged: readonly Judged[]): readonly ObjectChange[] {
  const rotation = unfinishedRotation(input, match.webhook, match.entries)
  const [first] = judged
  if (rotation?.replaces === undefined || first === undefined) return []
  const { object, op } = first.object
  if (op === 'create' || op === 'replace') return []
  return match.remnants.map((live) => ({ op: 'keep', object, live }))
}

function isReplacing(input: AccountInput, { provider, key }: DesiredWebhook): boolean {
  return input.options.rotating?.(`${provider}/${key}`) === 'replacing'
}

/** Plans the deletion of an owned webhook that is no longer declared. */
export function planRemoval(input: AccountInput, remnant: Remnant): Action {
  return removal(input, remnant.key, remnant.live, [remnant.entryId])
}

/** Plans the deletion of a live webhook that nobody declares, for `prune: all`. */
export function planPrune(input: AccountInput, live: LiveObject): Action {
  return removal(input, `@unmanaged/${live.id}`, [live], [])
}

function removal(input: AccountInput, key: string, live: readonly LiveObject[], entries: readonly string[]): Action {
  return {
    id: `${input.account.name}/${key}`,
    kind: 'delete',
    provider: input.account.name,
    type: input.definition.type,
    key,
    changes: [],
    objects: live.map((object) => ({ op: 'delete', live: object })),
    entries,
    after: [],
  }
}

interface Judged {
  readonly object: Exclude<ObjectChange, { readonly op: 'delete' | 'retire' }>
  readonly differences: readonly Difference[]
}

function judgePair(input: AccountInput, match: Match, pair: Pair): Judged {
  const { object, live } = pair
  if (live === undefined) return { object: { op: 'create', object }, differences: createdSecrets(pair) }
  const rotation = unfinishedRotation(input, match.webhook, match.entries)
  const compared = rotation === undefined ? object : withoutField(object, rotation.path)
  const differences = diffObject(input.definition, compared.fields, live.fields, fingerprintsOf(input, pair))
  const writes = differences.filter((difference) => difference.effect === 'replace' || difference.effect === 'in-place')
  const isLost = isRemade(input, differences)
  if (isLost || isReplacing(input, match.webhook) || writes.some((difference) => difference.effect === 'replace')) {
    const { overlap } = match.webhook
    const replace = { op: 'replace', object, live, order: 'create-first' } as const
    // Nothing is won by keeping what is switched off or signs with a secret nobody has, and nobody would ever remove
    // what is not in its own entries.
    const isKept = overlap !== undefined && !isLost && isEnabled(live) && match.entries.includes(pair.ownerId ?? '')
    return { object: isKept ? { ...replace, overlap } : replace, differences }
  }
  if (writes.length > 0) {
    const paths = [...new Set(writes.flatMap((difference) => difference.write ?? []))]
    return { object: { op: 'update', object: compared, live, paths }, differences }
  }
  const keeps = pair.owner !== undefined || input.ledger === undefined
  return { object: { op: keeps ? 'keep' : 'adopt', object: compared, live }, differences }
}

/** What is known of a hidden value is what the owner of the live object last wrote there, under its own key. */
function fingerprintsOf(input: AccountInput, { webhook, owner, ownerId }: Pair): Fingerprints {
  const key = owner === undefined || ownerId === undefined ? webhook.key : entryKey(ownerId, owner)
  const isMoved = key !== webhook.key && input.fingerprintAs !== undefined
  return {
    desired: (isMoved ? input.fingerprintAs?.(webhook, key) : webhook.fingerprints) ?? {},
    ledger: input.ledger === undefined ? undefined : { ...announced(input, webhook), ...owner?.fingerprints },
    ...(owner?.declared === undefined ? {} : { declared: owner.declared }),
    writeUnknown: input.options.writesSecrets(`${webhook.provider}/${webhook.key}`),
  }
}

/** What an interrupted run was about to write, also where it owned nothing yet. */
function announced({ ledger }: AccountInput, { file, key }: DesiredWebhook): Readonly<Record<string, string>> {
  const prints = Object.entries(ledger?.webhooks[entryId(file, key)]?.fingerprints ?? {})
  return Object.fromEntries(prints.filter(([, print]) => print === pendingFingerprint))
}

/** Lists the secrets that go along with a create. */
function createdSecrets(pair: Pair): readonly Difference[] {
  return Object.entries(pair.object.fields).flatMap(([path, value]): readonly Difference[] => {
    if (!(value instanceof SecretSlot)) return []
    const verdict = value.source.form === 'capture' ? 'capture' : 'write'
    return [{ change: { path, secret: verdict }, effect: verdict === 'capture' ? 'capture' : 'in-place' }]
  })
}

function isWrite(change: ObjectChange | undefined): boolean {
  return change?.op === 'update' || change?.op === 'replace'
}

/** The kind of an action is that of its strongest object change; a mixture is an update. */
function kindOf(objects: readonly ObjectChange[], removes: boolean, capture: Capture | undefined): ActionKind {
  const ops = new Set(objects.map((change) => change.op))
  if (ops.has('replace')) return 'replace'
  if (ops.has('create') && ops.size === 1 && !removes) return 'create'
  if (ops.has('update') || ops.has('create') || removes || capture !== undefined) return 'update'
  return ops.has('adopt') ? 'adopt' : 'keep'
}

/** A secret the vendor makes is captured when the vault has none of it, and whenever a new object is made. */
function captureOf(
  input: AccountInput,
  webhook: DesiredWebhook,
  differences: readonly Difference[],
  objects: readonly ObjectChange[],
): Capture | undefined {
  const slot = Object.entries(webhook.fields).find(
    ([, value]) => value instanceof SecretSlot && value.source.form === 'capture',
  )
  if (slot === undefined) return undefined
  const [path, value] = slot
  if (!(value instanceof SecretSlot)) return undefined
  const isMade = objects.some((change) => change.op === 'create' || change.op === 'replace')
  const isAsked = differences.some((difference) => difference.effect === 'capture')
  if (!isMade && !isAsked) return undefined
  const isRotating = input.options.rotating?.(`${webhook.provider}/${webhook.key}`) !== undefined
  const rung = isMade ? {} : { rung: chooseRung(input.definition, differences.some(isOrphaned)) }
  return { path, ref: value.source.ref, ...rung, ...(isRotating ? { keepsFormer: true } : {}) }
}

/** Whether a secret was made by a run that ended before anybody could have it. */
function isOrphaned({ change, effect }: Difference): boolean {
  return effect === 'capture' && 'secret' in change && change.ground === 'interrupted'
}

/** Whether only a new webhook brings back a secret that an interrupted run has lost. */
function isRemade({ definition }: AccountInput, differences: readonly Difference[]): boolean {
  return differences.some(isOrphaned) && chooseRung(definition, true) === 'replace'
}

function reasonOf(
  input: AccountInput,
  kind: ActionKind,
  judged: readonly Judged[],
  objects: readonly ObjectChange[],
): string | undefined {
  if (kind === 'update' && objects.some((change) => change.op === 'delete' && change.isRetired === true))
    return 'the time is up for which the former webhook and its secret were kept'
  if (kind !== 'replace') return undefined
  if (judged.some((one) => isRemade(input, one.differences)))
    return 'an interrupted run did not store the secret the vendor made, and the vendor does not show it again'
  const forcing = judged
    .flatMap((one) => one.differences)
    .filter((difference) => difference.effect === 'replace')
    .map((difference) => difference.change.path)
  return `forced by ${[...new Set(forcing)].join(', ')}`
}

/** Shows the changes of all objects as those of the declared webhook; parts are shown as members of their field. */
function mergeChanges(
  input: AccountInput,
  match: Match,
  judged: readonly Judged[],
  kind: ActionKind,
): readonly Change[] {
  if (kind === 'create') return [...createdFields(input, match), ...secretChanges(judged)]
  const seen = new Set<string>()
  const merged = judged
    .flatMap((one) => one.differences.map((difference) => difference.change))
    .filter((change) => !('secret' in change) || change.secret !== 'same')
    .filter((change) => !seen.has(change.path) && seen.add(change.path))
  return [...partChange(input, match, judged), ...merged]
}

/** A replace makes a new secret, whatever was found of the old one. */
function withCapture(changes: readonly Change[], capture: Capture | undefined): readonly Change[] {
  if (capture === undefined) return changes
  const others = changes.filter((change) => change.path !== capture.path)
  const found = changes.find((change) => change.path === capture.path)
  const about = found !== undefined && 'secret' in found && capture.rung !== undefined ? found : { path: capture.path }
  return [...others, { ...about, secret: 'capture', ...(capture.rung === undefined ? {} : { rung: capture.rung }) }]
}

function createdFields(input: AccountInput, match: Match): readonly Change[] {
  return Object.entries(match.webhook.fields)
    .filter(([, value]) => !(value instanceof SecretSlot) && value !== null)
    .map(([path, value]) => {
      const field = input.definition.fields[path]
      return { path, before: null, after: field === undefined ? plain(value) : shown(field, value), effect: 'in-place' }
    })
}

function secretChanges(judged: readonly Judged[]): readonly Change[] {
  const seen = new Set<string>()
  return judged
    .flatMap((one) => one.differences.map((difference) => difference.change))
    .filter((change) => 'secret' in change && !seen.has(change.path) && seen.add(change.path))
}

function partChange(input: AccountInput, match: Match, judged: readonly Judged[]): readonly Change[] {
  const path = input.definition.fanOut
  if (path === undefined) return []
  const field = input.definition.fields[path]
  const isNew = judged.some((one) => one.object.op === 'create')
  if (field === undefined || (!isNew && match.remnants.length === 0)) return []
  const paired = match.pairs.flatMap((pair) => (pair.live === undefined ? [] : [pair.live.part]))
  const before = [...new Set([...paired, ...match.remnants.map((live) => live.part)])].toSorted()
  const after = partsOf(input.definition, match.webhook.fields[path])
  return [{ path, before, after, effect: 'in-place' }]
}
