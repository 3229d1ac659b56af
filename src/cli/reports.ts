import { constants } from 'node:fs'
import { access, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'

const formats = ['text', 'json', 'markdown', 'html', 'junit', 'sarif'] as const

export type ReportFormat = (typeof formats)[number]

export type PlanFormat = Exclude<ReportFormat, 'junit' | 'sarif'>

type Render = () => string | Promise<string>

/** Renders a report in each format a command has; called for those that were asked for. */
export type Renderers<Format extends ReportFormat> = { readonly [F in Format]: Render }

/** The formats of a plan, and of what became of it: it has no webhooks that are in line, and no findings. */
export const planFormats: readonly PlanFormat[] = ['text', 'json', 'markdown', 'html']
export const driftFormats: readonly ReportFormat[] = formats

interface Wanted<Format extends ReportFormat> {
  readonly format: Format
  readonly path: string
}

/** The reports that were asked for. */
export interface Reports<Format extends ReportFormat> {
  /** Whether one of them takes the place of the usual text on stdout. */
  readonly takesStdout: boolean
  write(renderers: Renderers<Format>): Promise<void>
}

/** Reads `--report`, and checks that each report can be written before anything is done. */
export async function openReports<Format extends ReportFormat>(
  context: Context,
  allowed: readonly Format[],
): Promise<Reports<Format>> {
  const wanted = context.flags.list('report').map((text) => parseReport(text, allowed, context.command))
  const toStdout = wanted.filter(({ path }) => path === '-')
  if (toStdout.length > 1) throw usageError('Only one report can go to stdout.', 'Write the others to files.')
  if (toStdout.length > 0 && context.isJson) {
    throw usageError('--json and a report to stdout cannot go together.', 'Write the report to a file.')
  }
  const paths = wanted.map(({ path }) => path).filter((path) => path !== '-')
  refuseLosses(context, paths)
  for (const path of paths) await checkPlace(context, path)
  return {
    takesStdout: toStdout.length > 0,
    write: async (renderers) => {
      for (const { format, path } of wanted) {
        const text = ended(await renderers[format]())
        if (path === '-') context.output.result(text)
        else await writeReport(context, path, text)
      }
    },
  }
}

function parseReport<Format extends ReportFormat>(
  text: string,
  allowed: readonly Format[],
  command: string,
): Wanted<Format> {
  const sign = text.indexOf('=')
  const name = sign < 0 ? text : text.slice(0, sign)
  const format = allowed.find((known) => known === name)
  const path = sign < 0 ? '' : text.slice(sign + 1)
  if (format !== undefined && path !== '') return { format, path }
  const hint = `For example --report markdown=${command}.md. The formats are ${allowed.join(', ')}.`
  if (path !== '' && formats.some((known) => known === name)) {
    throw usageError(`${command} has no report as ${name}: drift has.`, hint)
  }
  throw usageError(`--report takes format=path, and "${text}" is none that can be written.`, hint)
}

/** A report takes the place of what was in its file: nothing that a run reads or writes is given up for it. */
function refuseLosses({ cwd, flags }: Context, paths: readonly string[]): void {
  const others = [flags.value('history'), flags.value('audit'), flags.value('out')].flatMap((path) => path ?? [])
  const taken = new Set(others.map((path) => resolve(cwd, path)))
  for (const path of paths) {
    const place = resolve(cwd, path)
    if (taken.has(place)) throw usageError(`${path} cannot hold a report and something else.`, 'Name another path.')
    if (/\.ya?ml$/iu.test(path)) {
      throw usageError(`The report ${path} could take the place of declarations.`, 'Give it another ending than .yaml.')
    }
    taken.add(place)
  }
}

async function checkPlace({ cwd }: Context, path: string): Promise<void> {
  const place = resolve(cwd, path)
  try {
    const found = await stat(place).catch(() => undefined)
    if (found?.isDirectory() === true) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
    await access(found === undefined ? dirname(place) : place, constants.W_OK)
  } catch (error) {
    throw notWritten(path, error as NodeJS.ErrnoException)
  }
}

async function writeReport({ cwd, output }: Context, path: string, text: string): Promise<void> {
  await writeFile(resolve(cwd, path), output.scrub(text)).catch((error: NodeJS.ErrnoException) => {
    throw notWritten(path, error)
  })
}

function notWritten(path: string, error: NodeJS.ErrnoException): Error {
  return usageError(`The report ${path} cannot be written (${error.code ?? error.message}).`, 'Name another path.')
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
