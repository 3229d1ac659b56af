import { type ReceiverCheck, type VerifiedReceiver, verdictOf } from '../core/verification.ts'
import { type Look, paint } from './look.ts'
import { safeText } from './safe-text.ts'
import { summarizeReceivers } from './verify-document.ts'

type Outcome = ReceiverCheck['outcome']

const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: 'ok    ',
  doubtful: 'doubt ',
  skipped: 'skip  ',
  failed: 'FAIL  ',
}

const outcomeColors = { passed: 'green', doubtful: 'yellow', skipped: 'dim', failed: 'red' } as const

/** Renders what each receiver showed, and a last line that is always the same in form. */
export function renderVerifyText(receivers: readonly VerifiedReceiver[], look: Look): string {
  const shown = receivers.filter((receiver) => look.quiet !== true || verdictOf(receiver) === 'failed')
  const blocks = shown.map((receiver) => `${renderReceiver(receiver, look).join('\n')}\n\n`)
  return `${blocks.join('')}${renderVerifyLine(receivers)}\n`
}

function renderReceiver({ provider, key, url, checks }: VerifiedReceiver, look: Look): readonly string[] {
  return [`${safeText(`${provider}/${key}`)}  ${safeText(url)}`, ...checks.flatMap((check) => renderCheck(check, look))]
}

function renderCheck(check: ReceiverCheck, look: Look): readonly string[] {
  const { outcome, message, hint, body } = check
  const facts = factsOf(check)
  const first = `  ${paint(look, outcomeColors[outcome], outcomeWords[outcome])}${safeText(message)}${facts === '' ? '' : ` (${facts})`}`
  const more = [
    ...(hint === undefined ? [] : [`hint: ${safeText(hint)}`]),
    ...(body === undefined ? [] : [`it says: ${safeText(body)}`]),
  ]
  return [first, ...more.map((line) => `          ${line}`)]
}

function factsOf({ status, latencyMs, tls }: ReceiverCheck): string {
  const facts = [
    ...(status === undefined ? [] : [String(status)]),
    ...(latencyMs === undefined ? [] : [`${latencyMs} ms`]),
    ...(tls === undefined ? [] : [tls.protocol]),
    ...(tls?.validTo === undefined ? [] : [`certificate until ${tls.validTo.slice(0, 10)}`]),
  ]
  return facts.join(', ')
}

/** Words the stable last line. */
function renderVerifyLine(receivers: readonly VerifiedReceiver[]): string {
  const { passed, failed, skipped } = summarizeReceivers(receivers)
  return `Verified: ${passed} passed, ${failed} failed, ${skipped} skipped.`
}
