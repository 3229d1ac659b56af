import type { ZodType } from 'zod'
import { DiagnosticError } from '../core/diagnostic.ts'

/** An answer whose shape is not the vendor's: what was asked for may have been done. */
export class AnswerError extends DiagnosticError {
  readonly outcome: 'unknown' = 'unknown' as const

  constructor(call: string, findings: readonly string[]) {
    super([
      {
        code: 'HS4003',
        severity: 'error',
        message: `The answer to ${call} has a shape that is not known: ${findings.join('; ')}.`,
        hint: 'Check base_url; if it is right, the vendor changed its API and a newer hooks-sync may know it.',
      },
    ])
    this.name = 'AnswerError'
  }
}

/** Parses an answer, or throws an `AnswerError` that names the call and the places, never a value. */
export function parseAnswer<T>(schema: ZodType<T>, answer: unknown, call: string): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const findings = parsed.error.issues.slice(0, 3).map(({ path, message }) => {
    const place = path.map(String).join('.')
    const finding = message.replace(/^Invalid input: /u, '')
    return place === '' ? finding : `${place}: ${finding}`
  })
  throw new AnswerError(call, findings)
}
