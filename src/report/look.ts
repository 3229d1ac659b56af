import { styleText } from 'node:util'

/** How text output shall look; decided by the command line, never by this folder. */
export interface Look {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** Whether people read it as it is written: parts stand apart, and long lines are broken between words. */
  readonly isTerminal?: boolean
  /** Only what went wrong and the last line. */
  readonly quiet?: boolean
  /** Everything: unchanged webhooks, whole lists, whole values. */
  readonly verbose?: boolean
}

export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

/** Colors text where the look asks for it. */
export function paint(look: Look, tone: Tone, text: string): string {
  // Whether to color was decided before: the stream must not be asked again.
  return look.color ? styleText(tone, text, { validateStream: false }) : text
}
