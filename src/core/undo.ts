import type { Action, ObjectChange } from './action.ts'
import { canonicalText, isEmptyValue } from './canonical.ts'
import { absentValue, type Field } from './field.ts'
import { importFields } from './import-fields.ts'
import { accountKey } from './ledger.ts'
import type { AccountPlan } from './plan.ts'
import type { ProviderDefinition } from './provider.ts'
import type { PlainValue } from './value.ts'
import type { LiveObject } from './webhook.ts'

/** What an undo does with one webhook that an apply wrote. */
export const undoWays = ['remove', 'restore', 'recreate', 'nothing'] as const
export type UndoWay = (typeof undoWays)[number]

/** What would put one webhook back as it was. Holds no secret, and no reference to one. */
export interface UndoWebhook {
  readonly provider: string
  readonly key: string
  /** File that declares it, as the ledger names it. */
  readonly file: string
  /** Ids it had once the apply was done; absent where that broke off. */
  readonly ids?: readonly string[]
  readonly undo: UndoWay
  /** Fields as they were live. */
  readonly fields: Readonly<Record<string, PlainValue>>
  /** Fields that are taken from the files as they are then: secrets, and what looks like one. */
  readonly as_declared: readonly string[]
  /** What does not come back, in sentences. */
  readonly lost: readonly string[]
}

/** Tells whether a text repeats a secret that this run knows. */
export type IsSecret = (text: string) => boolean

/** Describes what would take back each action that is about to write to a vendor. */
export function describeUndo(plan: AccountPlan, isSecret: IsSecret): readonly UndoWebhook[] {
  return plan.actions.flatMap((action) => {
    const { kind, provider, key } = action
    if (kind === 'keep' || kind === 'adopt') return []
    const about = { provider, key, file: fileOf(action) ?? '', fields: {}, as_declared: [], lost: [] }
    if (kind === 'create') return [{ ...about, undo: 'remove' as const }]
    const reason = whyNothing(action)
    if (reason !== undefined) return [{ ...about, undo: 'nothing' as const, lost: [reason] }]
    return [{ ...about, ...describeFormer(plan.definition, action, isSecret) }]
  })
}

function whyNothing(action: Action): string | undefined {
  if (action.key === accountKey)
    return 'What all webhooks of the account share was a secret, and is in no place to read.'
  if (fileOf(action) === undefined) return 'No file declared it: nothing could own it again.'
  return former(action).length === 0 ? 'Nothing of it was live.' : undefined
}

/** The file that declares a webhook, or did. */
function fileOf({ desired, entries: [entry], key }: Action): string | undefined {
  if (desired !== undefined) return desired.file
  return entry?.endsWith(`#${key}`) === true ? entry.slice(0, -key.length - 1) : undefined
}

/** The objects that the webhook was before: what is paired with it, else what is removed. */
function former({ objects, desired }: Action): readonly LiveObject[] {
  const live = objects.filter(isLive)
  const paired = live.filter((change) => 'object' in change)
  const parts = new Set(paired.map((change) => change.live.part))
  const others = live.filter((change) => !('object' in change) && !isRetired(change) && !parts.has(change.live.part))
  const chosen = desired === undefined ? live.filter((change) => !isRetired(change)) : [...paired, ...others]
  return onePerPart(chosen.map((change) => change.live))
}

type LiveChange = Exclude<ObjectChange, { readonly op: 'create' }>

function isLive(change: ObjectChange): change is LiveChange {
  return change.op !== 'create'
}

function isRetired(change: LiveChange): boolean {
  return change.op === 'delete' && change.isRetired === true
}

function onePerPart(objects: readonly LiveObject[]): readonly LiveObject[] {
  return objects.filter((live, at) => objects.findIndex(({ part }) => part === live.part) === at)
}

type Described = Pick<UndoWebhook, 'undo' | 'fields' | 'as_declared' | 'lost'>

function describeFormer(definition: ProviderDefinition, action: Action, isSecret: IsSecret): Described {
  const objects = former(action)
  const found = readFields(definition, action, objects, isSecret)
  const lost = [...found.lost, ...lostSecrets(definition, action), ...lostParts(definition, action, objects)]
  if (found.isBroken) return { undo: 'nothing', fields: {}, as_declared: [], lost }
  const undo = action.kind === 'delete' ? 'recreate' : 'restore'
  return { undo, fields: found.fields, as_declared: found.asDeclared, lost }
}

interface FoundFields {
  readonly fields: Record<string, PlainValue>
  readonly asDeclared: string[]
  readonly lost: string[]
  /** Something is missing without which it would be another webhook. */
  isBroken: boolean
}

/** Reads what can be told of the former fields; of what is only changed, no more than was declared. */
function readFields(
  definition: ProviderDefinition,
  action: Action,
  objects: readonly LiveObject[],
  isSecret: IsSecret,
): FoundFields {
  const found: FoundFields = { fields: {}, asDeclared: [], lost: [], isBroken: false }
  const [first] = objects
  const told = new Map(importFields(definition, objects).fields.map((field) => [field.name, field] as const))
  for (const [name, field] of Object.entries(definition.fields)) {
    if (field.presence === 'vendor' || (action.kind === 'update' && !isConcerned(name, field, action))) continue
    const imported = told.get(name)
    const live = first?.fields[name]
    if (imported === undefined) {
      if (isCleared(name, field, action, live)) found.fields[name] = null
    } else if (imported.as === 'line' && isOpen(field, imported.value, live, isSecret)) {
      found.fields[name] = imported.value
    } else if (wasAbsent(name, action) && field.clearable === true) found.fields[name] = null
    else takeFromFiles(name, field, action, found)
  }
  return found
}

/** An update leaves alone what is not declared, and so does its undo. */
function isConcerned(name: string, field: Field, { desired, changes }: Action): boolean {
  const isDeclared = desired?.fields[name] !== undefined || absentValue(field) !== undefined
  return isDeclared || field.absence?.means === 'none' || changes.some(({ path }) => headOf(path) === name)
}

/** Whether a value may stand in a file: as the vendor holds it, and no secret. */
function isOpen(field: Field, value: PlainValue, live: unknown, isSecret: IsSecret): boolean {
  if (field.kind === 'url' && value !== live) return false
  if (field.kind === 'map' && field.secretsOnly === true) return false
  return !isSecret(JSON.stringify(value))
}

/** Whether there was nothing where something is declared now. */
function isCleared(name: string, field: Field, { desired }: Action, live: unknown): boolean {
  const declared = desired?.fields[name]
  const isEmpty = live === undefined || live === null
  return field.clearable === true && field.read !== 'never' && isEmpty && !isEmptyValue(declared)
}

function wasAbsent(name: string, { changes }: Action): boolean {
  return changes.some((change) => 'secret' in change && change.path === name && change.ground === 'absent')
}

function takeFromFiles(name: string, field: Field, action: Action, found: FoundFields): void {
  const isChanged = action.changes.some((change) => !('secret' in change) && headOf(change.path) === name)
  const isNeeded = field.presence === 'required' || (field.kind === 'map' && field.secretsOnly === true)
  // Of what is deleted no file speaks now; by the time of the undo one may again.
  const mayBeDeclared = action.kind === 'delete' && !isNeeded
  if (mayBeDeclared || (action.desired?.fields[name] !== undefined && !isChanged)) {
    found.asDeclared.push(name)
    return
  }
  if (isNeeded) found.isBroken = true
  found.lost.push(
    isNeeded ? `Its former ${name} holds what looks like a secret, and is written nowhere.` : cannotBeTold(name),
  )
}

/** Words that a field does not come back because nothing says what it was. */
export function cannotBeTold(name: string): string {
  return `Its former ${name} cannot be told: the vendor does not show it, or it is a secret.`
}

/** Secrets that were written over, and those that a new webhook gets. */
function lostSecrets({ serverSecret, title }: ProviderDefinition, action: Action): readonly string[] {
  const written = action.changes.flatMap((change) =>
    'secret' in change && (change.secret === 'differs' || change.secret === 'write') && change.ground !== 'absent'
      ? [`${change.path} was written over; what it was is at most in an earlier version of the vault.`]
      : [],
  )
  const isNew = action.kind === 'delete' || action.kind === 'replace'
  const made = serverSecret === undefined ? '' : `, with a new ${serverSecret} that ${title} makes`
  return [...written, ...(isNew ? [`It comes back under a new id${made}.`] : [])]
}

/** What no single webhook can say of several objects. */
function lostParts(definition: ProviderDefinition, action: Action, objects: readonly LiveObject[]): readonly string[] {
  const kept = new Set(objects.map(({ id }) => id))
  const removed = action.objects.filter((change) => change.op === 'delete' && !kept.has(change.live.id))
  const twins = removed.filter(isLive).map(({ live }) => `A duplicate of it (${live.id}) stays away.`)
  const [first, ...others] = objects
  const differing = Object.entries(definition.fields).filter(([name, field]) => {
    const text = canonicalText(field, first?.fields[name])
    return name !== definition.fanOut && others.some((live) => canonicalText(field, live.fields[name]) !== text)
  })
  const mixed = differing.map(([name]) => `Its events differed in ${name}; all get what ${first?.part ?? ''} had.`)
  return [...twins, ...mixed]
}

function headOf(path: string): string {
  return path.split('.', 1)[0] ?? path
}

/** Names a webhook as selections do. */
export function undoId({ provider, key }: Pick<UndoWebhook, 'provider' | 'key'>): string {
  return `${provider}/${key}`
}
