import type { Dispatcher } from 'undici'
import { onAbort } from './on-abort.ts'
import type { AnswerHeaders } from './retry-after.ts'
import type { WireRequest } from './wire-request.ts'

/** What came of sending one request once. */
export type Exchange = Answer | Fault

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: AnswerHeaders
  readonly bytes: Uint8Array
}

interface Fault {
  readonly kind: 'timeout' | 'connection' | 'body' | 'aborted'
  /** Whether any of the request may have left this machine. */
  readonly isSent: boolean
  /** True when another attempt would end the same way. */
  readonly isLasting: boolean
  readonly reason: string
}

export interface ExchangeOptions {
  readonly transport: Dispatcher
  readonly origin: string
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signals: readonly AbortSignal[]
}

/** Sends a request once and takes in the whole answer, within limits on time and size; it never rejects. */
export function exchange(request: WireRequest, options: ExchangeOptions): Promise<Exchange> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined
    const receiver = new Receiver(options.maxBytes, (outcome) => {
      clearTimeout(timer)
      stop?.()
      resolve(outcome)
    })
    // An answer may have come while the process stood still: what is there already is taken in first.
    const timer = setTimeout(() => setImmediate(() => receiver.giveUp(options.timeoutMs)), options.timeoutMs)
    stop = onAbort(options.signals, () => receiver.fail({ kind: 'aborted', isLasting: true, reason: 'aborted' }))
    if (receiver.isSettled) return
    const { method, path, headers, body } = request
    try {
      options.transport.dispatch(
        { origin: options.origin, method, path, headers: { ...headers }, body: body ?? null },
        receiver,
      )
    } catch (error) {
      receiver.onResponseError(undefined, error)
    }
  })
}

type FaultCause = Omit<Fault, 'isSent'>

/** Follows one request through undici; that it saw `onRequestStart` is what tells sent from not sent. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number
  readonly #settle: (outcome: Exchange) => void
  #controller: Dispatcher.DispatchController | undefined
  #head: Pick<Answer, 'status' | 'headers'> | undefined
  #chunks: Uint8Array[] = []
  #size = 0
  isSettled = false

  constructor(maxBytes: number, settle: (outcome: Exchange) => void) {
    this.#maxBytes = maxBytes
    this.#settle = settle
  }

  giveUp(timeoutMs: number): void {
    if (this.isSettled) return
    this.fail({ kind: 'timeout', isLasting: false, reason: `no complete answer within ${timeoutMs / 1000} s` })
  }

  /** Ends the exchange from this side. */
  fail(cause: FaultCause): void {
    this.#end({ ...cause, isSent: this.#controller !== undefined })
    this.#controller?.abort(new Error(cause.reason))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while the connection was still being opened: nothing has been written yet, and nothing will be.
    if (this.isSettled) return controller.abort(new Error('given up'))
    this.#controller = controller
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return
    const lines = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')])
    this.#head = { status, headers: Object.fromEntries(lines) }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    if (this.#size <= this.#maxBytes) this.#chunks.push(chunk)
    else this.fail({ kind: 'body', isLasting: true, reason: `the answer is larger than ${this.#maxBytes} bytes` })
  }

  onResponseEnd(): void {
    if (this.#head === undefined) return
    this.#end({ kind: 'answer', ...this.#head, bytes: Buffer.concat(this.#chunks) })
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: unknown): void {
    const isSent = this.#controller !== undefined
    if (this.#head === undefined) this.#end({ ...describeFault(error), isSent })
    else this.#end({ kind: 'body', isSent, isLasting: false, reason: 'the answer broke off' })
  }

  #end(outcome: Exchange): void {
    if (this.isSettled) return
    this.isSettled = true
    this.#chunks = []
    this.#settle(outcome)
  }
}

/** Said of a request that never leaves, whatever the network is like. */
export const unsendable = 'a header or the path holds a character that cannot be sent'

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed before an answer came',
  EPIPE: 'connection closed before an answer came',
  UND_ERR_SOCKET: 'connection closed before an answer came',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host name cannot be resolved for now',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_INVALID_ARG: unsendable,
}

const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|^ERR_TLS/

/** Turns an error of undici into words of our own: theirs may hold addresses, and objects that hold the request. */
function describeFault(error: unknown): FaultCause {
  const code = readCode(error)
  const proxyStatus = error instanceof Error ? /^Proxy response \((\d{3})\)/.exec(error.message)?.[1] : undefined
  if (proxyStatus !== undefined) {
    return { kind: 'connection', isLasting: false, reason: `the proxy answered ${proxyStatus}` }
  }
  if (certificateCode.test(code)) {
    return { kind: 'connection', isLasting: true, reason: `the certificate is not trusted (${code})` }
  }
  const isTimeout = code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT'
  return {
    kind: isTimeout ? 'timeout' : 'connection',
    isLasting: code === 'UND_ERR_INVALID_ARG',
    reason: reasons[code] ?? `connection failed (${code})`,
  }
}

function readCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return readCode(error.errors[0])
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no code'
}
