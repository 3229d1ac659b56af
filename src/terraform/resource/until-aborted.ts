import { failWith } from '../../engine/step-failure.ts'

/** Waits for what others may wait for as well, no longer than a signal allows. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(failWith({ code: 'HS6005', message: 'The run was interrupted, or the time for it is over.' }))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const settle = (): void => signal.removeEventListener('abort', stop)
    work.then(resolve, reject).finally(settle)
  })
}
