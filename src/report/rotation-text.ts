import type { Action } from '../core/action.ts'
import type { RunEvent } from '../core/outcome.ts'
import type { PlannedRotation, RotationOutcome, RotationPlan } from '../core/rotation-plan.ts'
import type { Acceptance, RotationStep } from '../core/rotation-step.ts'
import { renderDuration } from './duration-text.ts'
import { type Look, paint } from './look.ts'
import { safeText } from './safe-text.ts'

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>

type StepWords = { readonly [S in RotationStep]: string }

const stepWords: { readonly [K in PlannedRotation['kind']]: StepWords } = {
  chosen: {
    staged: 'make a new secret and put it into the vault, beside the one in use',
    sent: 'send it to the vendor',
    verified: 'check that the vendor took it',
    promoted: 'let it take the place of the former one, which is kept beside it',
    retired: 'remove the former one from the vault',
  },
  made: {
    staged: 'show that the vault can be written',
    sent: 'make a new webhook; its secret goes into the vault, and the former one beside it',
    verified: 'check that the vendor lists it',
    promoted: 'write down that receivers can rely on the new secret',
    retired: 'delete the old webhook, and remove its secret from the vault',
  },
}

/** Where the vendor takes no two such webhooks at a time. */
const deleteFirstWords = {
  ...stepWords.made,
  sent: 'delete the old webhook, then make a new one; its secret goes into the vault, and the former one beside it',
  retired: 'remove the former secret from the vault',
}

const doneWords: StepWords = {
  staged: 'staged',
  sent: 'sent',
  verified: 'verified',
  promoted: 'promoted',
  retired: 'retired',
}

/** Renders what is going to be rotated, step by step, and what receivers must accept from the start. */
export function renderRotationPlan({ rotations, young, plan }: RotationPlan, look: Look): string {
  const deletesFirst = new Set(
    plan.accounts.flatMap(({ actions }) => actions.filter(isDeleteFirst).map(({ id }) => id)),
  )
  const blocks = rotations.map((rotation) => {
    const words = rotation.webhooks.some((id) => deletesFirst.has(id)) ? deleteFirstWords : stepWords[rotation.kind]
    return `${renderRotation(rotation, words, look).join('\n')}\n\n`
  })
  const spared = young.length === 0 ? '' : `${count(young.length, 'secret')} written lately: left alone.\n`
  return `${blocks.join('')}${spared}`
}

function isDeleteFirst({ objects }: Action): boolean {
  return objects.some((change) => change.op === 'replace' && change.order === 'delete-first')
}

function renderRotation(rotation: PlannedRotation, words: StepWords, look: Look): readonly string[] {
  const { ref, webhooks, also, steps, overlap, isResumed, isOfUnknownAge, cutsShort, accepts } = rotation
  const verb = steps[0] === 'retired' ? 'Retire the former secret of' : isResumed ? 'Go on rotating' : 'Rotate'
  return [
    paint(look, 'bold', `${verb} ${safeText(ref)}`),
    `  used by ${webhooks.map(safeText).join(', ')}`,
    ...(also.length === 0 ? [] : [`  shared, so it rotates for these as well: ${also.map(safeText).join(', ')}`]),
    ...(isOfUnknownAge === true ? ['  nobody knows when it was last written, so it counts as old'] : []),
    ...(cutsShort === undefined ? [] : [`  the one before, which was to be accepted until ${cutsShort}, goes with it`]),
    ...steps.map((step, at) => `  ${at + 1}. ${words[step]}${step === 'retired' ? when(steps, overlap) : ''}`),
    `  ${renderDuty(webhooks, accepts)}`,
  ]
}

function when(steps: readonly RotationStep[], overlap: number): string {
  if (steps.length === 1 || overlap === 0) return ''
  return `, ${renderSpan(overlap)} later, by: hooks-sync rotate --resume`
}

/** Renders a step that is done. */
export function renderRotationStep({ ref, webhooks, step, accepts }: EventOf<'rotation'>): string {
  const line = `${safeText(ref)}: ${doneWords[step]}`
  return step === 'verified' ? line : `${line}\n  ${renderDuty(webhooks, accepts)}`
}

/** Renders why a secret was not rotated to the end. */
export function renderRotationFailure({ ref, failure }: EventOf<'rotation_failed'>, look: Look): string {
  return `${safeText(ref)}: ${paint(look, 'red', 'not rotated')}: ${failure.code}  ${safeText(failure.message)}`
}

/** Says which secrets receivers must accept, by reference. */
function renderDuty(webhooks: readonly string[], accepts: readonly Acceptance[]): string {
  const list = accepts.map(({ ref, from, until }) => {
    const words = [from === 'now' ? 'now' : 'from the switch on', ...(until === undefined ? [] : [`until ${until}`])]
    return `${safeText(ref)} (${words.join(', ')})`
  })
  return `Receivers of ${webhooks.map(safeText).join(', ')} must accept: ${list.join(', ')}`
}

/** Renders the stable last line. */
export function renderRotatedLine(outcomes: readonly RotationOutcome[], young: number, durationMs: number): string {
  const of = (result: RotationOutcome['result']): number => outcomes.filter((one) => one.result === result).length
  const parts = [
    count(of('rotated'), 'secret'),
    `${of('retired')} retired`,
    `${young} too young`,
    `${of('failed')} failed`,
  ]
  return `Rotated: ${parts.join(', ')} in ${renderDuration(durationMs)}.`
}

const spans: readonly (readonly [string, number])[] = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]

function renderSpan(ms: number): string {
  const [unit, size] = spans.find(([, one]) => ms >= one && ms % one === 0) ?? ['ms', 1]
  return `${ms / size}${unit}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
