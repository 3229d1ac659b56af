import { damaged, fail } from '../ledger-errors.ts'
import { parseJson, ShapeProblem } from '../parse-ledger.ts'

const upgrade = 'Use the hooks-sync version that wrote it, or a newer one.'

/** Parses one document of a shared ledger; HS5001 where it is not what its name says. */
export function parseDocument<T>(text: string, place: string, name: string, read: (value: unknown) => T): T {
  const value = parseJson(text)
  if (value === undefined) throw fail(damaged(place, name, 'is not JSON'))
  try {
    refuseOtherFormat(value)
    return read(value)
  } catch (error) {
    if (!(error instanceof ShapeProblem)) throw error
    throw fail(damaged(place, name, `is not part of a ledger: ${error.message}`, error.hint), error)
  }
}

function refuseOtherFormat(value: unknown): void {
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : 1
  if (format !== 1) throw new ShapeProblem('format', 'is not known to this version', upgrade)
}
