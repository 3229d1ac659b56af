import type { EventKind } from '../core/field.ts'
import type { Reading } from './reading.ts'
import type { Path } from './source-tree.ts'
import { closest, didYouMean } from './suggest.ts'

/** Reads an event name: other spellings become the vendor's own, what is close to a known one is refused, other new ones warn. */
export function readEvent(kind: EventKind, name: string, path: Path, reading: Reading): string {
  const alias = ownValue(kind.aliases, name)
  if (alias !== undefined) return alias
  if (kind.known.includes(name)) return name
  const reason = ownValue(kind.refused, name)
  if (reason === undefined) reportUnknown(kind, name, path, reading)
  else reading.findings.report('HS1012', path, `${reading.title} does not take the event "${name}".`, { hint: reason })
  return name
}

function reportUnknown(kind: EventKind, name: string, path: Path, reading: Reading): void {
  const meant = closest(name, kind.known, name.length < 8 ? 1 : 2)
  const message = `${reading.title} has no event "${name}".`
  if (meant !== undefined && !reading.allowUnknownEvents) {
    reading.findings.report('HS1004', path, message, {
      hint: `${didYouMean(meant) ?? ''} If it is a new event of the vendor, --allow-unknown-events lets it pass.`,
    })
    return
  }
  const known =
    kind.known.length <= 12
      ? `Known: ${kind.known.join(', ')}.`
      : `${kind.known.length} events are known; \`hooks-sync providers\` lists them.`
  reading.findings.report('HS1004', path, `${reading.title} has no event "${name}" that hooks-sync knows.`, {
    severity: 'warning',
    hint: didYouMean(meant) ?? known,
  })
}

function ownValue(table: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}
