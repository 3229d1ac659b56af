import { once } from 'node:events'
import { findProvider } from '../../providers/registry.ts'
import { type Sandbox, type SandboxOptions, standInNames, startSandbox } from '../../sandbox/index.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { parseCount, usageError } from '../flags.ts'

/** Runs `hooks-sync sandbox` until it is stopped. */
export async function run(context: Context): Promise<number> {
  const { output, look, isJson, signals } = context
  const sandbox = await start(readOptions(context))
  if (isJson) output.result(renderDocument(context.command, toDocument(sandbox)))
  else output.result(renderSandbox(sandbox))
  const stopLog = look.verbose === true ? followLog(context, sandbox) : () => undefined
  if (!signals.stop.aborted) await once(signals.stop, 'abort')
  stopLog()
  await sandbox.close()
  // Being stopped is how it ends.
  return exitCode([])
}

function readOptions({ flags }: Context): SandboxOptions {
  const port = flags.value('port')
  const state = flags.value('state')
  const latency = flags.value('latency')
  const vendors = flags
    .list('vendors')
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
  const unknown = vendors.find((name) => !standInNames.includes(name))
  if (unknown !== undefined) {
    throw usageError(`The sandbox has no vendor "${unknown}".`, `It has ${standInNames.join(', ')}.`)
  }
  return {
    ...(vendors.length === 0 ? {} : { vendors }),
    ...(port === undefined ? {} : { port: parseCount('--port', port, 0, 65_535) }),
    ...(state === undefined ? {} : { state }),
    ...(latency === undefined ? {} : { latencyMs: parseCount('--latency', latency, 0) }),
  }
}

async function start(options: SandboxOptions): Promise<Sandbox> {
  try {
    return await startSandbox(options)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const isTaken = 'code' in error && error.code === 'EADDRINUSE'
    throw isTaken
      ? usageError(`The port ${options.port} is taken.`, 'Name another one, or leave out --port.')
      : usageError(`The sandbox cannot start: ${error.message}`)
  }
}

function toDocument({ url, vendors }: Sandbox): object {
  const shown = Object.entries(vendors).map(([name, { baseUrl, credentials }]) => [
    name,
    { base_url: baseUrl, credentials },
  ])
  return { url, vendors: Object.fromEntries(shown) }
}

function renderSandbox({ url, vendors }: Sandbox): string {
  const parts = Object.entries(vendors).map(([name, { baseUrl, credentials }]) => [
    `# ${name}: base_url: ${baseUrl}`,
    ...Object.entries({ ...urlsOf(name, baseUrl), ...credentials }).map(
      ([field, value]) => `export ${variable(name, field)}=${quote(value)}`,
    ),
    '',
  ])
  return [
    `# Sandbox at ${url}; faults, switches and logs at ${url}/_sandbox. Ctrl-C stops it.`,
    '# These lines can be pasted into a shell:',
    '',
    ...parts.flat(),
    '',
  ].join('\n')
}

/** A stand-in is all that a vendor has, also what is elsewhere than its API. */
function urlsOf(vendor: string, baseUrl: string): Readonly<Record<string, string>> {
  const { settings = {} } = findProvider(vendor)?.definition ?? {}
  const others = Object.entries(settings).flatMap(([name, { kind }]) => (kind === 'url' ? [[name, baseUrl]] : []))
  return { base_url: baseUrl, ...Object.fromEntries(others) }
}

/** The names that `hooks-sync init` writes, and that the Terraform provider reads. */
function variable(vendor: string, field: string): string {
  const { settings, auth } = findProvider(vendor)?.definition ?? {}
  return { ...settings, ...auth }[field]?.env ?? `${vendor}_${field}`.toUpperCase()
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/u.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

const pollMs = 100

/** Writes each request to stderr; the stand-ins keep a log and tell nobody of it. */
function followLog({ output }: Context, { vendors }: Sandbox): () => void {
  const seen = new Map<string, number>()
  const timer = setInterval(() => {
    for (const [name, { log }] of Object.entries(vendors)) {
      const from = seen.get(name) ?? 0
      for (const { method, path, status, live, fault } of log.slice(log.length < from ? 0 : from)) {
        const hit = fault === undefined ? '' : `  fault: ${fault}`
        output.note(`${name}  ${method} ${path}  ${status}  ${live} live${hit}\n`)
      }
      seen.set(name, log.length)
    }
  }, pollMs)
  return () => clearInterval(timer)
}
