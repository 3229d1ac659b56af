import type { Diagnostic } from '../core/diagnostic.ts'
import type { DriftClass } from '../core/drift.ts'
import { toDriftDocument } from '../report/drift-document.ts'
import { compareWithHistory, type DriftHistory } from '../report/drift-history.ts'
import type { DriftDocument } from '../report/drift-model.ts'
import { driftClasses } from '../report/drift-words.ts'
import { scrubTexts } from '../report/scrub-texts.ts'
import type { SyncOptions } from '../run/options.ts'
import { drift } from '../sync.ts'
import { planFindings } from './commands/plan.ts'
import type { Context } from './context.ts'
import { describeRun } from './describe-run.ts'
import { usageError } from './flags.ts'

/** What one drift run found. */
export interface FoundDrift {
  readonly document: DriftDocument
  /** With the lines of the files that they are about. */
  readonly diagnostics: readonly Diagnostic[]
  /** When it ended; ISO time. */
  readonly at: string
}

/** Looks for drift once, and holds it against what earlier runs found where there is a history. */
export async function findDrift(
  context: Context,
  options: SyncOptions,
  counted: readonly DriftClass[],
  history: DriftHistory | undefined,
): Promise<FoundDrift> {
  const found = await drift(options)
  context.signals.stop.throwIfAborted()
  const run = describeRun(context, options)
  const report = { ...found, run, ...(counted.length === 0 ? {} : { counted }) }
  const document = scrubTexts(toDriftDocument(report), (text) => context.output.scrub(text))
  return {
    document: history === undefined ? document : compareWithHistory(document, history, run.at),
    diagnostics: planFindings(found.plan),
    at: run.at,
  }
}

/** Reads `--fail-on`; empty where it is not given. */
export function readFailOn({ flags }: Context): readonly DriftClass[] {
  const names = flags.list('fail-on').flatMap((list) => list.split(',').map((name) => name.trim()))
  return names.map((name) => {
    const known = driftClasses.find((drift) => drift === name)
    if (known === undefined) {
      throw usageError(`--fail-on does not know the class "${name}".`, `The classes are ${driftClasses.join(', ')}.`)
    }
    return known
  })
}
