import type { CheckName, ReceiverCheck } from '../../core/verification.ts'
import type { ReceiverAnswer, ReceiverRequest } from '../../http/receiver-call.ts'
import type { Deliveries } from '../../providers/deliveries.ts'
import { type Imitated, imitateDelivery, type Signature } from './imitate-delivery.ts'

/** A receiver has this long, in milliseconds, where its vendor does not say how long it waits. */
export const usualTimeLimitMs = 10_000

/** A certificate that ends within this time is told. */
const soonMs = 14 * 24 * 60 * 60 * 1000

export interface Receiver extends Imitated {
  readonly deliveries: Deliveries
  readonly vendor: string
  readonly timeLimitMs: number
}

type Send = (request: ReceiverRequest) => Promise<ReceiverAnswer>
type Finding = Omit<ReceiverCheck, 'name'>
type TriedName = Exclude<CheckName, 'test-event'>

/** Tries a receiver: first with what it must take, then with what it must not. */
export async function checkReceiver(receiver: Receiver, send: Send): Promise<readonly ReceiverCheck[]> {
  const { deliveries, fields, vendor } = receiver
  const inimitable = deliveries.inimitable?.(fields)
  if (inimitable !== undefined) return [skipped({ message: `cannot be tried: a delivery carries ${inimitable}` })]
  const checks: ReceiverCheck[] = lacksKey(receiver) ? [skipped(keyIsMissing(vendor))] : []
  for (const name of listChecks(receiver)) {
    const check = await tryOne(receiver, send, name)
    checks.push(check)
    // What cannot be reached can refuse nothing either.
    if (check.outcome !== 'passed' && check.status === undefined) break
  }
  return checks
}

function skipped(finding: Pick<Finding, 'message' | 'hint'>): ReceiverCheck {
  return { name: 'accepts', outcome: 'skipped', ...finding }
}

/** Whether its deliveries are signed with a key that is not at hand, such as one that the vendor is yet to make. */
function lacksKey({ deliveries, fields, secret }: Receiver): boolean {
  const declared = fields['signing_secret']
  return deliveries.sign !== undefined && secret === undefined && declared !== undefined && declared !== null
}

function keyIsMissing(vendor: string): Pick<Finding, 'message' | 'hint'> {
  return {
    message: `cannot be sent what ${vendor} signs: the vault does not hold the key`,
    hint: 'Where the vendor makes it, it is there once hooks-sync apply has run.',
  }
}

/** Whether no delivery can be made that it must take. */
function cannotSign(receiver: Receiver): boolean {
  return receiver.deliveries.sign === undefined || lacksKey(receiver)
}

function listChecks(receiver: Receiver): readonly TriedName[] {
  if (cannotSign(receiver)) return ['refuses-unsigned']
  return receiver.secret === undefined ? ['accepts'] : ['accepts', 'refuses-forged', 'refuses-unsigned']
}

const signatures: Readonly<Record<TriedName, Signature>> = {
  accepts: 'right',
  'refuses-forged': 'forged',
  'refuses-unsigned': 'none',
}

async function tryOne(receiver: Receiver, send: Send, name: TriedName): Promise<ReceiverCheck> {
  const answer = await send(imitateDelivery(receiver.deliveries, receiver, signatures[name]))
  const finding = name === 'accepts' ? judgeAccepted(receiver, answer) : judgeRefused(receiver, answer, name)
  const { latencyMs, tls } = answer
  return { name, ...finding, latencyMs, ...(tls === undefined ? {} : { tls }), ...describeAnswer(answer, finding) }
}

/** What a receiver says is shown where it did not do as it must. */
function describeAnswer(answer: ReceiverAnswer, { outcome }: Finding): Pick<ReceiverCheck, 'status' | 'body'> {
  if (answer.kind !== 'answer') return {}
  const text = answer.text.trim()
  return { status: answer.status, ...(outcome === 'passed' || text === '' ? {} : { body: text }) }
}

function judgeAccepted(receiver: Receiver, answer: ReceiverAnswer): Finding {
  const what = receiver.secret === undefined ? 'an unsigned delivery' : 'a signed delivery'
  const faulty = judgeConnection(receiver, answer)
  if (faulty !== undefined) return faulty
  const status = answer.kind === 'answer' ? answer.status : 0
  if (status >= 200 && status < 300) {
    const message = `accepts ${what}`
    const end = answer.tls?.validTo
    if (end === undefined || Date.parse(end) - Date.now() > soonMs) return { outcome: 'passed', message }
    return { outcome: 'doubtful', message: `${message}; its certificate ends on ${end.slice(0, 10)}` }
  }
  const isAboutSecret = receiver.secret !== undefined && (status === 401 || status === 403)
  return {
    outcome: 'failed',
    message: `answers ${status} to ${what}`,
    hint: isAboutSecret
      ? 'It may check with another secret than the one in the vault.'
      : `${receiver.vendor} counts only 2xx as received.`,
  }
}

function judgeRefused(receiver: Receiver, answer: ReceiverAnswer, name: CheckName): Finding {
  const what = name === 'refuses-forged' ? 'a delivery with a wrong signature' : 'a delivery without a signature'
  const faulty = judgeConnection(receiver, answer)
  if (faulty !== undefined) return faulty
  const status = answer.kind === 'answer' ? answer.status : 0
  // Where nothing that is right could be sent before, a wrong path would look like a refusal.
  const isNowhere = cannotSign(receiver) && [404, 405, 410].includes(status)
  if (isNowhere) return { outcome: 'failed', message: `answers ${status}: there is no receiver at this URL` }
  if (status >= 400 && status < 500) return { outcome: 'passed', message: `refuses ${what}` }
  if (status >= 500) {
    const hint = 'Answer 401: an error of the server makes the vendor send it again and again.'
    return { outcome: 'failed', message: `answers ${status} to ${what}`, hint }
  }
  // Nobody can be blamed for not checking a signature that is not described, or whose key is not there yet.
  if (receiver.deliveries.sign === undefined) {
    return { outcome: 'doubtful', message: `accepts ${what}; ${receiver.vendor} does not document how it signs` }
  }
  if (cannotSign(receiver)) return { outcome: 'doubtful', message: `accepts ${what}` }
  return {
    outcome: 'failed',
    message: `accepts ${what}`,
    hint: 'Anybody who knows the URL can send it events: check the signature before anything else.',
  }
}

/** Says what is wrong with the way to a receiver, or with a redirect there. */
function judgeConnection({ vendor, timeLimitMs }: Receiver, answer: ReceiverAnswer): Finding | undefined {
  switch (answer.kind) {
    case 'timeout': {
      const hint = `Answer first and work afterwards: ${vendor} does not wait longer, or does not say how long it waits.`
      return { outcome: 'failed', message: `does not answer within ${timeLimitMs / 1000} s`, hint }
    }
    case 'connection':
      return { outcome: 'failed', message: `cannot be reached: ${answer.reason}` }
    case 'body':
      return { outcome: 'failed', message: `does not answer as it should: ${answer.reason}` }
    case 'aborted':
      return { outcome: 'skipped', message: 'was not tried to the end: the run was stopped' }
    case 'answer': {
      if (answer.status < 300 || answer.status >= 400) return undefined
      if (answer.location === undefined) {
        return { outcome: 'failed', message: `answers ${answer.status}, which neither takes nor refuses a delivery` }
      }
      const target = answer.location === '' ? '' : ` to ${answer.location}`
      const hint = 'A delivery is not sent on: declare the URL that answers it itself.'
      return { outcome: 'failed', message: `redirects with ${answer.status}${target}`, hint }
    }
  }
}
