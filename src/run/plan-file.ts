import type { Diagnostic } from '../core/diagnostic.ts'
import { type Allowances, allowNothing, type Plan } from '../core/plan.ts'
import { type ActionDocument, formatVersion, isListed, type PlanFile, toPlanFile } from '../report/plan-document.ts'
import { type AccountIdentities, accountIdentities, readIdentities } from './account-identities.ts'
import type { SyncOptions } from './options.ts'
import { sealOf } from './plan-seal.ts'
import { type PlannedDeclaration, plannedDeclarations } from './planned-declarations.ts'
import { version } from './version.ts'

/** The flags a plan was made with, as far as they decide what it holds. */
export type PlanFlags = Pick<
  SyncOptions,
  'files' | 'targets' | 'excludes' | 'writeSecrets' | 'pruneFiles' | 'dedupe' | 'allowUnknownEvents' | 'allow'
>

/** What a plan file holds beside the plan. */
export interface PlanExtra {
  readonly tool_version: string
  readonly flags: PlanFlags
  readonly accounts: AccountIdentities
  /** By `provider/key`; tells what changed since where an action no longer comes out the same. */
  readonly declared: Readonly<Record<string, PlannedDeclaration>>
}

/** A plan as it is written: sealed, so that an edit of the file is noticed. */
export type SealedPlanFile = PlanFile<PlanExtra & { readonly seal: string }>

/** A plan file as far as applying it looks: its actions are held against a fresh plan, nothing in it is trusted. */
export interface SavedPlan {
  readonly actions: readonly ActionDocument[]
  readonly extra: PlanExtra
  /** Whether the file is no longer what `plan --out` wrote. */
  readonly isEdited: boolean
}

/** Shapes a plan for a file, with the flags that it was made with. */
export function makePlanFile(plan: Plan, options: SyncOptions): SealedPlanFile {
  const { files, targets, excludes, writeSecrets, pruneFiles, dedupe, allowUnknownEvents, allow } = options
  const flags = { files, targets, excludes, writeSecrets, pruneFiles, dedupe, allowUnknownEvents, allow }
  const listed = new Set(plan.accounts.flatMap(({ actions }) => actions.filter(isListed).map(({ id }) => id)))
  const declared = Object.fromEntries([...plannedDeclarations(plan)].filter(([id]) => listed.has(id)))
  const file = toPlanFile(plan, { tool_version: version, flags, accounts: accountIdentities(plan), declared })
  return { ...file, extra: { ...file.extra, seal: sealOf(file) } }
}

/** Takes over the flags of a plan file; what the caller names itself comes first. */
export function withPlanFlags(options: SyncOptions, { extra: { flags } }: SavedPlan): SyncOptions {
  const either = (mine: readonly string[], saved: readonly string[]): readonly string[] =>
    mine.length > 0 ? mine : saved
  return {
    ...options,
    files: either(options.files, flags.files),
    targets: either(options.targets, flags.targets),
    excludes: either(options.excludes, flags.excludes),
    writeSecrets: either(options.writeSecrets, flags.writeSecrets),
    pruneFiles: either(options.pruneFiles, flags.pruneFiles),
    dedupe: options.dedupe || flags.dedupe,
    allowUnknownEvents: options.allowUnknownEvents || flags.allowUnknownEvents,
    allow: mergeAllowances(options.allow, flags.allow),
  }
}

/** Reads a plan file; a finding where it is none, or one of another version. */
export function parsePlanFile(text: string, name: string): SavedPlan | Diagnostic {
  const value = parseJson(text)
  if (!isRecord(value) || !isRecord(value['extra']) || !Array.isArray(value['actions'])) {
    return unusable(`${name} is no plan file.`)
  }
  if (String(value['format_version']).split('.')[0] !== formatVersion.split('.')[0]) {
    return unusable(`${name} has the format version ${String(value['format_version'])}, this is ${formatVersion}.`)
  }
  const { actions, extra } = value
  const { seal, ...unsealed } = extra
  if (!actions.every(isActionDocument)) return unusable(`${name} holds an action that is none.`)
  return {
    actions,
    extra: {
      tool_version: String(extra['tool_version']),
      flags: readFlags(extra['flags']),
      accounts: readIdentities(extra['accounts']),
      declared: readDeclared(extra['declared']),
    },
    isEdited: seal !== sealOf({ ...value, extra: unsealed }),
  }
}

function readDeclared(value: unknown): PlanExtra['declared'] {
  if (!isRecord(value)) return {}
  const declared = Object.entries(value).flatMap(([id, one]) => {
    if (!isRecord(one) || typeof one['hash'] !== 'string') return []
    const prints = isRecord(one['fingerprints']) ? Object.entries(one['fingerprints']) : []
    const fingerprints = prints.flatMap(([path, print]) => (typeof print === 'string' ? [[path, print] as const] : []))
    return [[id, { hash: one['hash'], fingerprints: Object.fromEntries(fingerprints) }] as const]
  })
  return Object.fromEntries(declared)
}

function mergeAllowances(mine: Allowances, saved: Allowances): Allowances {
  const maxDeletes = mine.maxDeletes ?? saved.maxDeletes
  return {
    ...(maxDeletes === undefined ? {} : { maxDeletes }),
    empty: mine.empty || saved.empty,
    gap: mine.gap || saved.gap,
    takeover: mine.takeover || saved.takeover,
    recreate: mine.recreate || saved.recreate,
    http: mine.http || saved.http,
    shadow: mine.shadow || saved.shadow,
    repoint: mine.repoint || saved.repoint,
  }
}

function readFlags(value: unknown): PlanFlags {
  const flags = isRecord(value) ? value : {}
  const list = (name: string): readonly string[] => {
    const items: unknown = flags[name]
    return Array.isArray(items) ? items.filter((item) => typeof item === 'string') : []
  }
  return {
    files: list('files'),
    targets: list('targets'),
    excludes: list('excludes'),
    writeSecrets: list('writeSecrets'),
    pruneFiles: list('pruneFiles'),
    dedupe: flags['dedupe'] === true,
    allowUnknownEvents: flags['allowUnknownEvents'] === true,
    allow: readAllowances(flags['allow']),
  }
}

function readAllowances(value: unknown): Allowances {
  if (!isRecord(value)) return allowNothing
  const isOn = (name: keyof Allowances): boolean => value[name] === true
  const maxDeletes = readMaxDeletes(value['maxDeletes'])
  return {
    ...(maxDeletes === undefined ? {} : { maxDeletes }),
    empty: isOn('empty'),
    gap: isOn('gap'),
    takeover: isOn('takeover'),
    recreate: isOn('recreate'),
    http: isOn('http'),
    shadow: isOn('shadow'),
    repoint: isOn('repoint'),
  }
}

function readMaxDeletes(value: unknown): Allowances['maxDeletes'] {
  if (!isRecord(value)) return undefined
  if (typeof value['count'] === 'number') return { count: value['count'] }
  return typeof value['percent'] === 'number' ? { percent: value['percent'] } : undefined
}

/** Only what comparing reads is looked at. */
function isActionDocument(value: unknown): value is ActionDocument {
  if (!isRecord(value)) return false
  const hasNames = ['kind', 'provider', 'type', 'key'].every((name) => typeof value[name] === 'string')
  const { ids, changes } = value
  return hasNames && Array.isArray(ids) && Array.isArray(changes) && changes.every(isRecord)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unusable(message: string): Diagnostic {
  const hint = 'Make one with: hooks-sync plan --out plan.json'
  return { code: 'HS3021', severity: 'error', message, hint }
}
