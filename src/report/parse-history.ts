import type { HistoryLine } from './drift-history.ts'
import { driftClasses } from './drift-words.ts'
import { isRecord, parseJson } from './parse-json.ts'

/** Reads one line of a history; undefined where it is none of ours. */
export function parseHistoryLine(text: string): HistoryLine | undefined {
  const value = parseJson(text)
  if (!isRecord(value) || value['hooks_sync_history'] !== 1) return undefined
  const { at, files, new: fresh, resolved } = value
  const isWhole =
    isText(at) && (files === undefined || isText(files)) && Array.isArray(fresh) && Array.isArray(resolved)
  return isWhole && fresh.every(isKnownFinding) && resolved.every(isText)
    ? (value as unknown as HistoryLine)
    : undefined
}

function isKnownFinding(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { fingerprint, class: found, provider, key, id, scope, first_seen, live } = value
  return (
    [fingerprint, provider, first_seen, live].every(isText) &&
    [key, id, scope].every((text) => text === undefined || isText(text)) &&
    driftClasses.some((drift) => drift === found)
  )
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
