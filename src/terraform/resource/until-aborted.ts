import type { Failure } from '../../core/outcome.ts'
import { failWith } from '../../engine/step-failure.ts'

const interrupted: Failure = { code: 'HS6005', message: 'The run was interrupted.' }

const overdue: Failure = {
  code: 'HS6005',
  message: 'The time that `timeouts` allows is over, and the vendor has not answered.',
  hint: 'It may be slow, out of reach, or answer with errors that call for another try. Allow more time, or leave the timeout out: then the error says what the vendor answered.',
}

/** Waits for what others may wait for as well, no longer than a signal allows. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(failWith(isOverdue(signal) ? overdue : interrupted))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const settle = (): void => signal.removeEventListener('abort', stop)
    work.then(resolve, reject).finally(settle)
  })
}

/** A signal of several has the reason of the one that was first. */
function isOverdue({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
}
