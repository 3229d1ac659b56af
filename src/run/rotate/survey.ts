import type { Diagnostic } from '../../core/diagnostic.ts'
import { hasErrors } from '../../core/diagnostic.ts'
import type { Ledger } from '../../core/ledger.ts'
import { type HeldSecrets, phaseOf, type RotationPhase } from '../../core/rotation-phase.ts'
import type { RotationStep } from '../../core/rotation-step.ts'
import { generateSecret } from '../../secrets/generate.ts'
import type { WriteTarget } from '../../secrets/resolver.ts'
import { readHeld } from '../../secrets/rotation-vault.ts'
import type { Loaded } from '../load.ts'
import type { OpenSecrets } from '../secrets-of-run.ts'
import { matchIds, unmatchedGlob } from '../selection.ts'
import { findSigningSecrets } from './find-secrets.ts'
import { entryOf, type RotationGroup, recordsOf, refusal, type SharedSecret } from './rotation-group.ts'
import { shareSecrets } from './share-secrets.ts'

/** What the caller asks `rotate` for. */
export interface RotateWish {
  /** `provider/key` globs; empty only together with `resume`: then all. */
  readonly globs: readonly string[]
  readonly excludes: readonly string[]
  /** Only goes on with what was begun, and removes what is over. */
  readonly resume: boolean
  readonly dryRun: boolean
  /** Milliseconds for which the former value is kept. */
  readonly overlap?: number
  /** Milliseconds; a secret that was written later is left as it is. */
  readonly maxAge?: number
}

export interface Survey {
  readonly groups: readonly RotationGroup[]
  /** References of secrets that are younger than asked for. */
  readonly young: readonly string[]
  readonly refused: readonly Diagnostic[]
  readonly diagnostics: readonly Diagnostic[]
}

/** How long receivers go on accepting a former value that we chose; it costs nothing. */
const defaultOverlap = 24 * 60 * 60 * 1000

/** Finds what is to be rotated and how far each rotation has come. Reads the vault, and writes nothing. */
export async function surveyRotations(
  { project }: Loaded,
  ledger: Ledger,
  { resolver }: OpenSecrets,
  wish: RotateWish,
  now: number,
): Promise<Survey> {
  const { secrets, without } = findSigningSecrets(project)
  const ids = [...secrets.map(({ id }) => id), ...without]
  const unmatched = [
    ...wish.globs.filter((glob) => !ids.some(matchIds([glob]))).map((glob) => unmatchedGlob('rotate', glob, ids)),
    ...wish.excludes.filter((glob) => !ids.some(matchIds([glob]))).map((glob) => unmatchedGlob('--exclude', glob, ids)),
  ]
  if (unmatched.length > 0) return { groups: [], young: [], refused: [], diagnostics: unmatched }
  const isNamed = wish.globs.length === 0 ? () => true : matchIds(wish.globs)
  const found = await shareSecrets(project, resolver, secrets, { isNamed, isExcluded: matchIds(wish.excludes) })
  const held = await readHeld(resolver, found.shared.map(targetOf))
  const judged = found.shared.map((shared, at) => {
    const reading = held[at] ?? { held: {}, diagnostics: [] }
    return judge(shared, reading.held, reading.diagnostics, { ledger, wish, now })
  })
  return {
    groups: judged.flatMap((one) => (one.kind === 'group' ? [one.group] : [])),
    young: judged.flatMap((one) => (one.kind === 'young' ? [one.ref] : [])),
    refused: [
      ...(wish.resume ? [] : [...wish.globs.flatMap((glob) => refuseSecretless(glob, without)), ...found.refused]),
      ...judged.flatMap((one) => (one.kind === 'refused' ? one.diagnostics : [])),
    ],
    diagnostics: [],
  }
}

/** Names where the secret of a group is kept. */
export function targetOf({ members: [first] }: Pick<SharedSecret, 'members'>): WriteTarget {
  const { slot, baseDir, provider, key, path, at } = first
  return { ref: slot.source.ref, baseDir, provider, key, path, ...(at === undefined ? {} : { at }) }
}

type Judged =
  | { readonly kind: 'group'; readonly group: RotationGroup }
  | { readonly kind: 'young'; readonly ref: string }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'nothing' }

interface Circumstances {
  readonly ledger: Ledger
  readonly wish: RotateWish
  readonly now: number
}

function judge(
  shared: SharedSecret,
  held: HeldSecrets,
  diagnostics: readonly Diagnostic[],
  circumstances: Circumstances,
): Judged {
  if (hasErrors(diagnostics)) return { kind: 'refused', diagnostics }
  const { ledger, wish, now } = circumstances
  const [first] = shared.members
  const records = recordsOf(ledger, shared)
  const phase = phaseOf(shared.kind, held, records, now)
  const age = ageOf(ledger, shared, now)
  const isYoung = wish.maxAge !== undefined && age !== undefined && age <= wish.maxAge
  const begins = beginOf(phase, wish.resume || isYoung, wish.resume && wish.overlap === 0)
  if (begins === undefined)
    return isYoung && !wish.resume ? { kind: 'young', ref: first.slot.source.ref } : { kind: 'nothing' }
  if (begins === 'staged' && phase === 'overlapping' && shared.kind === 'made') {
    const hint = `Wait until then, or end it now with: hooks-sync rotate --resume --overlap 0 '${first.id}'`
    const until = records.flatMap((record) => record.until ?? [])[0] ?? ''
    return {
      kind: 'refused',
      diagnostics: [refusal(first, `the old webhook of its last rotation is live until ${until}.`, hint)],
    }
  }
  if (begins !== 'retired' && held.current === undefined) {
    const hint = 'Make it first with: hooks-sync apply'
    return { kind: 'refused', diagnostics: [refusal(first, 'the vault has no secret there yet.', hint)] }
  }
  const next = shared.kind === 'made' ? undefined : (held.pending ?? generateSecret(bytesOf(shared)))
  const isOfUnknownAge = wish.maxAge !== undefined && age === undefined
  const overlap = overlapOf(shared, records, wish, phase)
  const group = { ...shared, phase, begins, held, overlap, records, isOfUnknownAge }
  return { kind: 'group', group: next === undefined ? group : { ...group, next } }
}

/** The first step that is left to do; undefined for none. */
function beginOf(phase: RotationPhase, onlyGoesOn: boolean, endsOverlap: boolean): RotationStep | undefined {
  switch (phase) {
    case 'begun':
      return 'sent'
    case 'switching':
    case 'unrecorded':
      return 'promoted'
    case 'idle':
      return onlyGoesOn ? undefined : 'staged'
    case 'overlapping':
      if (endsOverlap) return 'retired'
      return onlyGoesOn ? undefined : 'staged'
    case 'due':
      return onlyGoesOn ? 'retired' : 'staged'
  }
}

/** Milliseconds since the secret was last written, by the webhook that has it longest; undefined where one is unknown. */
function ageOf(ledger: Ledger, { members }: SharedSecret, now: number): number | undefined {
  const ages = members.map((member) => {
    const at = entryOf(ledger, member)?.secrets_written?.[member.path]
    return at === undefined ? undefined : now - Date.parse(at)
  })
  return ages.reduce(
    (oldest, age) => (oldest === undefined || age === undefined ? undefined : Math.max(oldest, age)),
    0,
  )
}

function overlapOf(
  { kind, members }: SharedSecret,
  records: RotationGroup['records'],
  { overlap }: RotateWish,
  phase: RotationPhase,
): number {
  if (overlap !== undefined) return overlap
  const known = phase === 'idle' || phase === 'overlapping' || phase === 'due' ? [] : records
  const declared = members.flatMap(({ account, key }) => account.desired?.find((one) => one.key === key)?.overlap ?? [])
  const [longest] = [...known.map((record) => record.overlap), ...declared].toSorted((a, b) => b - a)
  return longest ?? (kind === 'made' ? 0 : defaultOverlap)
}

const usualBytes = 32

function bytesOf({ members }: SharedSecret): number {
  const declared = members.flatMap(({ slot: { source } }) => (source.form === 'generate' ? [source.bytes] : []))
  return declared[0] ?? usualBytes
}

function refuseSecretless(glob: string, without: readonly string[]): readonly Diagnostic[] {
  if (!without.includes(glob)) return []
  const [provider = '', key = ''] = glob.split('/', 2)
  const message = `${glob}: it declares no signing secret.`
  const hint = 'Declare one, and apply it first.'
  return [{ code: 'HS3025', severity: 'error', message, hint, provider, key }]
}
