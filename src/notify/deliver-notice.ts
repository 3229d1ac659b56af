import { type Diagnostic, DiagnosticError } from '../core/diagnostic.ts'
import { callReceiver, type ReceiverAnswer, type ReceiverOptions } from '../http/receiver-call.ts'
import { renderJsonLine } from '../report/json-text.ts'
import { scrubTexts } from '../report/scrub-texts.ts'
import type { Notice } from './notice.ts'
import type { NoticeFormat, NoticeTarget } from './notice-target.ts'
import { toSlackMessage } from './slack-message.ts'
import { toTeamsMessage } from './teams-message.ts'

/** How notices are sent. */
export interface DeliveryOptions extends Pick<ReceiverOptions, 'env' | 'userAgent' | 'scrub'> {
  /** How long each may take; 10 s when absent. */
  readonly timeoutMs?: number
}

const shapes: { readonly [F in NoticeFormat]: (notice: Notice) => object } = {
  slack: toSlackMessage,
  teams: toTeamsMessage,
  json: ({ document, headline }) => ({ ...document, text: headline }),
}

/**
 * Sends a notice to all that shall get it, each once. Answers with a warning for each that did not take it: what was
 * found or done stays the same.
 */
export async function deliverNotice(
  notice: Notice,
  targets: readonly NoticeTarget[],
  options: DeliveryOptions,
): Promise<readonly Diagnostic[]> {
  // Before anything is escaped: what is escaped is not found.
  const clean = scrubTexts(notice, options.scrub)
  const reasons = await Promise.all(targets.map((target) => deliver(clean, target, options)))
  return reasons.flatMap((reason, at) => (reason === undefined ? [] : [notDelivered(targets[at]?.name ?? '', reason)]))
}

/** Words that somebody does not learn of a run. */
export function notDelivered(name: string, reason: string): Diagnostic {
  return {
    code: 'HS4014',
    severity: 'warning',
    message: `The notification to ${name} was not delivered: ${reason}.`,
    hint: 'What was found or done is not changed by that; docs/notifications.md tells what is sent where.',
  }
}

async function deliver(
  notice: Notice,
  { url, format }: NoticeTarget,
  options: DeliveryOptions,
): Promise<string | undefined> {
  const body = renderJsonLine(shapes[format](notice))
  try {
    // Told also where the run was asked to stop: what it did is done.
    const signal = new AbortController().signal
    return reasonOf(await callReceiver({ url, headers: {}, body }, { timeoutMs: 10_000, ...options, signal }))
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message.replace(/\.$/u, '')
    throw error
  }
}

/** The answer's own words are not told: they may repeat a part of the URL. */
function reasonOf(answer: ReceiverAnswer): string | undefined {
  if (answer.kind !== 'answer') return answer.reason
  if (answer.status >= 200 && answer.status < 300) return undefined
  if (answer.status >= 300 && answer.status < 400) return `it answered ${answer.status}, and redirects are not followed`
  return `it answered ${answer.status}`
}
