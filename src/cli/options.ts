import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { RunEvent } from '../core/outcome.ts'
import type { Allowances } from '../core/plan.ts'
import type { LoadOptions, SyncOptions } from '../run/options.ts'
import type { Context } from './context.ts'
import { type Flags, parseCount, usageError } from './flags.ts'
import { parseDuration } from './parse-duration.ts'

/** Reads the flags that loading the files needs. */
export async function readLoadOptions(context: Context): Promise<LoadOptions> {
  const { flags, env, cwd, homeDir } = context
  const files = flags.list('file')
  const names = flags.list('var-file')
  const policy = flags.value('policy')
  const fromFiles = await Promise.all(names.map((name) => readVarFile(resolve(cwd, name), name)))
  return {
    files,
    cwd,
    homeDir,
    env,
    ...(files.includes('-') ? { stdin: context.stdin() } : {}),
    vars: Object.assign({}, ...fromFiles, Object.fromEntries(flags.list('var').map(parseVar))),
    allowUnknownEvents: flags.isOn('allow-unknown-events'),
    ledger: flags.isOn('no-ledger') ? false : flags.value('ledger'),
    trusted: flags.isOn('trusted'),
    ...(policy === undefined ? {} : { policy }),
  }
}

/** Reads the flags that planning and applying need. */
export async function readSyncOptions(context: Context, emit: (event: RunEvent) => void): Promise<SyncOptions> {
  const { flags, output, signals, audit } = context
  const shard = flags.value('shard')
  return {
    ...(await readLoadOptions(context)),
    allow: readAllowances(flags),
    targets: flags.list('target'),
    excludes: flags.list('exclude'),
    writeSecrets: flags.list('write-secrets'),
    ...(shard === undefined ? {} : { shard: parseShard(shard, context.env) }),
    pruneFiles: flags.list('prune-file'),
    dedupe: flags.isOn('dedupe'),
    allScopes: flags.isOn('all-scopes'),
    parallelism: parseCount('--parallelism', flags.value('parallelism') ?? '10', 1, 1000),
    lockTimeoutMs: parseDuration('--lock-timeout', flags.value('lock-timeout') ?? '0'),
    stop: audit === undefined ? signals.stop : AbortSignal.any([signals.stop, audit.lost]),
    emit,
    ...(audit === undefined ? {} : { onVendorCall: (call) => audit.record(call) }),
    scrub: (text) => output.scrub(text),
  }
}

/** Reads what the user allows by name. */
function readAllowances(flags: Flags): Allowances {
  const deletes = flags.value('max-deletes')
  return {
    ...(deletes === undefined ? {} : { maxDeletes: parseMaxDeletes(deletes) }),
    empty: flags.isOn('allow-empty'),
    gap: flags.isOn('allow-gap'),
    takeover: flags.isOn('allow-takeover'),
    recreate: flags.isOn('allow-recreate'),
    http: flags.isOn('allow-http'),
    shadow: flags.isOn('allow-shadow'),
    repoint: flags.isOn('allow-repoint'),
  }
}

function parseMaxDeletes(text: string): NonNullable<Allowances['maxDeletes']> {
  const share = text.endsWith('%')
  const count = parseCount('--max-deletes', share ? text.slice(0, -1) : text, 0, share ? 100 : undefined)
  return share ? { percent: count } : { count }
}

function parseShard(text: string, env: Context['env']): NonNullable<SyncOptions['shard']> {
  const [index = '', count = '', ...rest] = text.split('/')
  if (rest.length > 0 || count === '') throw usageError('--shard takes two numbers, such as 1/4, or auto/4.')
  const parts = parseCount('--shard', count, 1)
  if (index === 'auto') return { index: readCompletionIndex(env, parts), count: parts }
  return { index: parseCount('--shard', index, 1, parts), count: parts }
}

/** Kubernetes counts the pods of an Indexed Job from 0. */
function readCompletionIndex({ JOB_COMPLETION_INDEX: index }: Context['env'], parts: number): number {
  if (index !== undefined) return parseCount('JOB_COMPLETION_INDEX', index, 0, parts - 1) + 1
  const hint = 'Kubernetes sets it in Indexed Jobs; elsewhere write the number, as in --shard 1/4.'
  throw usageError('--shard auto needs JOB_COMPLETION_INDEX, which is not set.', hint)
}

function parseVar(text: string): readonly [string, string] {
  const sign = text.indexOf('=')
  // What was given is not shown: it may be a value without its name.
  if (sign < 1) throw usageError('--var takes name=value.', 'For example: --var stage=prod')
  return [text.slice(0, sign), text.slice(sign + 1)]
}

async function readVarFile(path: string, name: string): Promise<Readonly<Record<string, string>>> {
  const { parseDocument } = await import('yaml')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(
      `The file ${name} of --var-file cannot be read (${error.code ?? error.message}).`,
      undefined,
      'HS1001',
    )
  })
  const document = parseDocument(text)
  if (document.errors.length > 0) throw usageError(`${name} is neither YAML nor JSON.`, undefined, 'HS1002')
  const value: unknown = document.toJS({ maxAliasCount: 50 })
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw flatMap(name)
  return Object.fromEntries(
    Object.entries(value).map(
      ([key, item]: readonly [string, unknown]) => [key, parseScalar(item, key, name)] as const,
    ),
  )
}

function parseScalar(value: unknown, key: string, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw flatMap(name, key)
}

function flatMap(name: string, key?: string): Error {
  const where = key === undefined ? name : `${key} in ${name}`
  return usageError(`${where} is not as --var-file takes it: a flat map of names to texts.`, undefined, 'HS1003')
}
