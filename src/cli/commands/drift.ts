import { toHistoryLine } from '../../report/drift-history.ts'
import type { Context } from '../context.ts'
import { driftExitCode, tellDrift } from '../drift-report.ts'
import { findDrift, readFailOn } from '../find-drift.ts'
import { usageError } from '../flags.ts'
import { openHistory } from '../history-file.ts'
import { notifyOfDrift, openNotifier } from '../notifier.ts'
import { readSyncOptions } from '../options.ts'
import { makeProgress } from '../progress.ts'
import { refuseOffline } from '../refuse-offline.ts'
import { driftFormats, openReports } from '../reports.ts'

/** Runs `hooks-sync drift`. */
export async function run(context: Context): Promise<number> {
  refuseOffline(context)
  if (context.flags.value('watch') !== undefined) return (await import('../watch-drift.ts')).watchDrift(context)
  if (context.flags.value('metrics') !== undefined) {
    throw usageError(
      '--metrics goes with --watch.',
      'One run serves nobody: hooks-sync drift --watch 15m --metrics :9464',
    )
  }
  const counted = readFailOn(context)
  const reports = await openReports(context, driftFormats)
  const history = await openHistory(context)
  const progress = makeProgress(context)
  const options = await readSyncOptions(context, progress.emit)
  const notifier = await openNotifier(context)
  const { document, diagnostics, at } = await findDrift(context, options, counted, history?.history)
  progress.end()
  context.report(diagnostics)
  await tellDrift(context, reports, document)
  await history?.append(toHistoryLine(document, at))
  if (notifier !== undefined) await notifyOfDrift(notifier, document)
  return driftExitCode(document)
}
