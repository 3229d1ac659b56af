import type { Diagnostic } from '../../core/diagnostic.ts'
import { type UndoWebhook, undoId, undoWays } from '../../core/undo.ts'
import type { PlainValue } from '../../core/value.ts'
import { type ActionDocument, formatVersion } from '../../report/plan-document.ts'
import { type AccountIdentities, readIdentities } from '../account-identities.ts'

/** The flags of the apply that decide which files are loaded. */
export interface UndoFlags {
  readonly files: readonly string[]
  readonly allowUnknownEvents: boolean
}

/** What an apply leaves behind so that it can be taken back. Holds no secret. */
export interface UndoDocument {
  readonly format_version: typeof formatVersion
  readonly command: 'undo'
  readonly tool_version: string
  readonly applied_at: string
  /** `begun`: the run was ended before it could say which of its actions came about. */
  readonly state: 'begun' | 'finished'
  /** Names the plan that was carried out. */
  readonly checksum: string
  /** What the apply did. */
  readonly actions: readonly ActionDocument[]
  /** What would put it back. */
  readonly webhooks: readonly UndoWebhook[]
  readonly accounts: AccountIdentities
  readonly flags: UndoFlags
}

/** An undo file as far as applying it looks. Nothing in it is trusted: it is loaded, planned and guarded like any file. */
export interface Undo extends Pick<UndoDocument, 'state' | 'actions' | 'webhooks' | 'accounts' | 'flags'> {
  /** The file, as the user named it. */
  readonly name: string
}

/** Ids of the webhooks that an undo is about; nothing else is planned. */
export function undoneIds({ webhooks }: Undo): ReadonlySet<string> {
  return new Set(webhooks.filter(({ undo }) => undo !== 'nothing').map(undoId))
}

type Json = Readonly<Record<string, unknown>>

/** Tells an undo file from a plan file. */
export function isUndoText(text: string): boolean {
  const value = parseJson(text)
  return isRecord(value) && value['command'] === 'undo'
}

/** Reads an undo file; a finding where it is none, or one of another version. */
export function parseUndo(text: string, name: string): Undo | Diagnostic {
  const value = parseJson(text)
  if (!isRecord(value) || value['command'] !== 'undo') return unusable(`${name} is no undo file.`)
  const { actions, webhooks, format_version: made } = value
  if (typeof made !== 'string' || made.split('.')[0] !== formatVersion.split('.')[0]) {
    return unusable(`${name} is of another format version than ${formatVersion}.`)
  }
  if (!isShallow(value, 32)) return unusable(`${name} is nested too deeply.`)
  if (!Array.isArray(actions) || !actions.every(isAction)) return unusable(`${name} holds an action that is none.`)
  if (!Array.isArray(webhooks) || !webhooks.every(isUndoWebhook)) {
    return unusable(`${name} holds a webhook that is none.`)
  }
  const state = value['state'] === 'finished' ? 'finished' : 'begun'
  return {
    name,
    state,
    actions,
    webhooks,
    accounts: readIdentities(value['accounts']),
    flags: readFlags(value['flags']),
  }
}

/** Makes the finding for a file that cannot be undone with. */
export function unusable(message: string): Diagnostic {
  const hint = 'An apply leaves them in .hooks-sync/undo; use one as it was written.'
  return { code: 'HS3021', severity: 'error', message, hint }
}

function readFlags(value: unknown): UndoFlags {
  const flags = isRecord(value) ? value : {}
  const files: unknown = flags['files']
  return {
    files: Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [],
    allowUnknownEvents: flags['allowUnknownEvents'] === true,
  }
}

function isAction(value: unknown): value is ActionDocument {
  if (!isRecord(value)) return false
  const hasNames = ['kind', 'provider', 'type', 'key'].every((name) => typeof value[name] === 'string')
  const { ids, changes } = value
  return hasNames && Array.isArray(ids) && Array.isArray(changes) && changes.every(isChange)
}

function isChange(value: unknown): boolean {
  if (!isRecord(value) || typeof value['path'] !== 'string') return false
  return 'secret' in value || ('before' in value && 'after' in value)
}

function isUndoWebhook(value: unknown): value is UndoWebhook {
  if (!isRecord(value)) return false
  const hasNames = ['provider', 'key', 'file'].every((name) => typeof value[name] === 'string')
  const isKnown = undoWays.some((way) => way === value['undo'])
  const hasIds = value['ids'] === undefined || isTexts(value['ids'])
  const hasTexts = isTexts(value['as_declared']) && isTexts(value['lost'])
  return hasNames && isKnown && hasIds && isRecord(value['fields']) && hasTexts
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1))
}

function parseJson(text: string): PlainValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
