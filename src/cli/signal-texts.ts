import type { SignalTexts } from './signals.ts'

const reading: SignalTexts = { first: '', second: 'Stopped at once. Nothing was written.' }
const other: SignalTexts = { first: '', second: 'Stopped at once.' }

const texts: Readonly<Record<string, SignalTexts>> = {
  plan: reading,
  drift: reading,
  validate: reading,
  apply: {
    first: 'Stopping: what is in flight is finished and recorded. Once more stops at once.',
    second:
      'Stopped at once. A call that was in flight may have been carried out and is not recorded; run `hooks-sync apply` again, it finds out.',
  },
}

/** Words what a command tells when it is interrupted. */
export function signalTexts(command: string): SignalTexts {
  return texts[command] ?? other
}
