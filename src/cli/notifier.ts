import type { Diagnostic } from '../core/diagnostic.ts'
import type { AppliedRun } from '../notify/apply-notice.ts'
import type { Notice } from '../notify/notice.ts'
import { type NoticeFormat, type NoticeTarget, noticeFormats } from '../notify/notice-target.ts'
import type { DriftDocument } from '../report/drift-model.ts'
import { isReferenceText } from '../secrets/reference.ts'
import type { Context } from './context.ts'
import { usageError, variableOf } from './flags.ts'

/** Those who shall hear of a run. */
export interface Notifier {
  /** Sends a notice to all of them, and answers how many got it. */
  send(notice: Notice): Promise<NoticeCounts>
}

export interface NoticeCounts {
  readonly delivered: number
  readonly failed: number
}

/** One value of `--notify`. */
export interface NotifyWish {
  /** A reference, or the URL itself. */
  readonly place: string
  readonly format?: NoticeFormat
  /** What it is called where it fails. */
  readonly name: string
}

/**
 * Reads `--notify` and finds out where it leads before anything is done; a place that cannot be found is a warning.
 * Undefined where nobody wants to hear.
 */
export async function openNotifier(context: Context): Promise<Notifier | undefined> {
  const wishes = readWishes(context)
  if (wishes.length === 0) return undefined
  const { findTargets } = await import('./notice-targets.ts')
  const { targets, env, diagnostics } = await findTargets(context, wishes)
  context.report(diagnostics)
  return {
    send: async (notice) => {
      const failed = await send(context, notice, targets, env)
      context.report(failed)
      const lost = wishes.length - targets.length + failed.length
      return { delivered: wishes.length - lost, failed: lost }
    },
  }
}

/** Tells of a drift run where it has something to say. */
export async function notifyOfDrift(notifier: Notifier, document: DriftDocument): Promise<void> {
  const { makeDriftNotice } = await import('../notify/drift-notice.ts')
  const notice = makeDriftNotice(document)
  if (notice !== undefined) await notifier.send(notice)
}

/** Tells of an apply that did something, or failed to. */
export async function notifyOfApply(notifier: Notifier, applied: AppliedRun): Promise<void> {
  const { makeApplyNotice } = await import('../notify/apply-notice.ts')
  const notice = makeApplyNotice(applied)
  if (notice !== undefined) await notifier.send(notice)
}

async function send(
  { output }: Context,
  notice: Notice,
  targets: readonly NoticeTarget[],
  env: Context['env'],
): Promise<readonly Diagnostic[]> {
  const [{ deliverNotice }, { version }] = await Promise.all([
    import('../notify/deliver-notice.ts'),
    import('../run/version.ts'),
  ])
  return deliverNotice(notice, targets, {
    env,
    userAgent: `hooks-sync/${version}`,
    scrub: (text) => output.scrub(text),
  })
}

function readWishes(context: Context): readonly NotifyWish[] {
  // Taken over by now: nothing that is started from here shall inherit it.
  delete process.env[variableOf('notify')]
  return context.flags.list('notify').map((text, at) => {
    const [, format, place = ''] = /^(?:([a-z]*)=)?(.*)$/su.exec(text) ?? []
    // A reference is no secret, a URL is.
    const name = isReferenceText(place) ? place : `URL ${at + 1} of --notify`
    return { place, ...readFormat(format), name }
  })
}

function readFormat(text: string | undefined): Pick<NotifyWish, 'format'> {
  if (text === undefined) return {}
  const format = noticeFormats.find((known) => known === text)
  if (format !== undefined) return { format }
  throw usageError('--notify does not know this format.', `The formats are ${noticeFormats.join(', ')}.`)
}
