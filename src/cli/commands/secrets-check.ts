import { hasErrors, sortDiagnostics } from '../../core/diagnostic.ts'
import { toDiagnosticDocument } from '../../report/diagnostic-document.ts'
import { type CheckedSecret, checkSecrets } from '../../run/check-secrets.ts'
import { resolverOptions } from '../../run/secrets-of-run.ts'
import { makeResolver } from '../../secrets/resolver.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { openProject } from '../open-project.ts'
import { renderColumns } from '../render-columns.ts'

const outcomeWords: { readonly [O in CheckedSecret['outcome']]: string } = {
  there: 'there',
  'to-be-made': 'to be made',
  failed: 'FAILED',
}

/** Runs `hooks-sync secrets check`. */
export async function run(context: Context): Promise<number> {
  const { command, flags, isJson, output } = context
  const { project, diagnostics } = await openProject(context)
  const resolver = makeResolver(resolverOptions(project, context))
  const checked = await checkSecrets(project, resolver, { write: flags.isOn('write') })
  await resolver.close()
  const found = sortDiagnostics(checked.flatMap((secret) => secret.diagnostics))
  context.report(found)
  if (isJson) output.result(renderDocument(command, { secrets: checked.map(toDocument) }, [...diagnostics, ...found]))
  else output.result(`${renderColumns(checked.map(toRow))}${renderSummary(checked)}\n`)
  return exitCode(hasErrors(found) ? ['error'] : [])
}

function toRow({ ref, store, uses, outcome, version, writable }: CheckedSecret): readonly string[] {
  const access = writable === undefined ? [] : [writable ? 'can be written' : 'CANNOT be written']
  const state = [outcomeWords[outcome], ...(version === undefined ? [] : [`version ${shorten(version)}`]), ...access]
  return [ref, store, state.join(', '), uses.length > 3 ? `${uses.length} uses` : uses.join(', ')]
}

/** Versions that are hashes take a line of their own otherwise. */
function shorten(version: string): string {
  return version.length > 12 ? `${version.slice(0, 12)}…` : version
}

function renderSummary(checked: readonly CheckedSecret[]): string {
  const count = (outcome: CheckedSecret['outcome']): number => checked.filter((each) => each.outcome === outcome).length
  const unwritable = checked.filter(({ writable }) => writable === false).length
  const access = checked.some(({ writable }) => writable !== undefined) ? ` ${unwritable} cannot be written.` : ''
  return `Secrets: ${count('there')} there, ${count('to-be-made')} to be made, ${count('failed')} failed.${access}`
}

function toDocument({ diagnostics, ...secret }: CheckedSecret): object {
  return { ...secret, diagnostics: diagnostics.map(toDiagnosticDocument) }
}
