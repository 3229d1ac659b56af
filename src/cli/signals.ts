import { writeSync } from 'node:fs'
import type { Ending } from './exit-code.ts'

type StopSignal = 'SIGINT' | 'SIGTERM'

/** Listens for Ctrl-C and SIGTERM. */
export interface Signals {
  /** Aborted by the first signal. */
  readonly stop: AbortSignal
  /** What the run came to by a signal; none without one. */
  readonly endings: readonly Ending[]
  /** Stops as a signal would, for a terminal whose keys do not send one. */
  interrupt(): void
  close(): void
}

const endingOf: Readonly<Record<StopSignal, Ending>> = { SIGINT: 'interrupted', SIGTERM: 'terminated' }
const codeOf: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 }

export interface SignalTexts {
  /** Told after the first signal. */
  readonly first: string
  /** Told after the second one: what may be half done. */
  readonly second: string
}

/** The first signal asks the run to stop, the second ends the process at once. */
export function watchSignals(texts: SignalTexts, note: (text: string) => void): Signals {
  const stop = new AbortController()
  const endings: Ending[] = []
  const receive = (signal: StopSignal): void => {
    if (endings.length > 0) leave(signal, texts.second)
    endings.push(endingOf[signal])
    if (texts.first !== '') note(`${texts.first}\n`)
    stop.abort(new DOMException('The run was interrupted.', 'AbortError'))
  }
  process.on('SIGINT', receive)
  process.on('SIGTERM', receive)
  return {
    stop: stop.signal,
    endings,
    interrupt: () => {
      if (endings.length === 0) receive('SIGINT')
    },
    close: () => {
      process.off('SIGINT', receive)
      process.off('SIGTERM', receive)
    },
  }
}

function leave(signal: StopSignal, text: string): never {
  // Written at once: nothing that waits in a stream is written after this.
  if (text !== '') writeSync(2, `${text}\n`)
  return process.exit(codeOf[signal])
}
