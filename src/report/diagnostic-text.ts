import { type Diagnostic, type Severity, sortDiagnostics } from '../core/diagnostic.ts'
import { type Look, paint, type Tone } from './look.ts'
import { safeText } from './safe-text.ts'
import { textWidth } from './text-width.ts'

const tones: Readonly<Record<Severity, Tone>> = { error: 'red', warning: 'yellow' }

/** Renders a finding: where and what on one line, the source line with a caret, then what to do. */
export function renderDiagnostic(found: Diagnostic, look: Look): string {
  const place = renderPlace(found)
  const lines = [
    `${place === undefined ? '' : `${place}  `}${paint(look, tones[found.severity], found.severity)} ${found.code}  ${safeText(withoutSubject(found.message, place))}`,
    ...renderExcerpt(found, look),
    ...(found.hint === undefined ? [] : [`hint: ${safeText(found.hint)}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** Renders all findings, sorted by place. */
export function renderDiagnostics(found: readonly Diagnostic[], look: Look): string {
  return sortDiagnostics(found)
    .map((diagnostic) => renderDiagnostic(diagnostic, look))
    .join('')
}

/** Words where a finding belongs: a place in a file, or an account and a key. */
export function renderPlace(found: Pick<Diagnostic, 'at' | 'provider' | 'key'>): string | undefined {
  if (found.at !== undefined) return safeText(`${found.at.file}:${found.at.line}:${found.at.column}`)
  if (found.provider === undefined) return found.key === undefined ? undefined : safeText(found.key)
  return safeText(found.key === undefined ? found.provider : `${found.provider}/${found.key}`)
}

/** Leaves out of a message the name that stands before it already. */
export function withoutSubject(message: string, subject: string | undefined): string {
  const start = `${subject}: `
  return subject !== undefined && message.startsWith(start) ? message.slice(start.length) : message
}

function renderExcerpt(found: Diagnostic, look: Look): readonly string[] {
  if (found.at === undefined || found.excerpt === undefined) return []
  const number = String(found.at.line)
  const { line, before, marked } = cropExcerpt(
    found.excerpt,
    found.at.column,
    found.length ?? 1,
    look.width - number.length - 6,
  )
  const caret = `${' '.repeat(before)}${paint(look, tones[found.severity], '^'.repeat(marked))}`
  return [`   ${number} │ ${line}`, `   ${' '.repeat(number.length)} │ ${caret}`]
}

interface Crop {
  readonly line: string
  /** Columns left of the caret. */
  readonly before: number
  /** Columns the caret marks. */
  readonly marked: number
}

// Keeps the marked part in sight where the line is longer than the terminal is wide.
function cropExcerpt(excerpt: string, column: number, length: number, room: number): Crop {
  const source = excerpt.replaceAll('\t', ' ').trimEnd()
  const start = Math.min(column - 1, source.length)
  const end = Math.min(start + length, source.length)
  const from = end <= room ? 0 : Math.max(0, Math.min(start, start - Math.floor(room / 3)))
  const head = `${from === 0 ? '' : '…'}${safeText(source.slice(from, start))}`
  const to = Math.max(start + 1, from + room - 2)
  const mark = safeText(source.slice(start, Math.min(end, to)))
  const tail = safeText(source.slice(Math.min(end, to), to))
  const line = `${head}${mark}${tail}${to < source.length ? '…' : ''}`
  return { line, before: textWidth(head), marked: Math.max(1, textWidth(mark)) }
}
