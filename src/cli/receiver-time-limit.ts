import type { VerifyOptions } from '../run/verify/verify-receivers.ts'
import type { Context } from './context.ts'
import { parseDuration } from './parse-duration.ts'

/** Reads how long receivers may take, where it is given. */
export function readTimeLimit({ flags }: Context): Pick<VerifyOptions, 'timeLimitMs'> {
  const text = flags.value('time-limit')
  return text === undefined ? {} : { timeLimitMs: parseDuration('--time-limit', text) }
}
