import type { Look } from './look.ts'
import { textWidth } from './text-width.ts'

/** Stands for a space that no line may end at. */
const bound = '\u0000'
/** What people copy as a whole, code in backticks and a command at the end of a line; and a number with what it counts. */
const unbroken = /`[^`\n]*`|(?<=: )hooks-sync .*$|\b\d+ [a-z]+/gu
const colors = new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*m`, 'gu')

/** Breaks lines that are too wide for a terminal between words; elsewhere programs may read them, and they stay whole. */
export function wrapText(text: string, look: Look): string {
  if (look.isTerminal !== true) return text
  return text
    .split('\n')
    .map((line) => wrapLine(line, look.width))
    .join('\n')
}

function wrapLine(line: string, width: number): string {
  if (columnsOf(line) <= width) return line
  const [indent = ''] = /^ */u.exec(line) ?? []
  const next = `${indent}  `
  const words = line
    .slice(indent.length)
    .replace(unbroken, (piece) => piece.replaceAll(' ', bound))
    .split(/(?<=[^ ])(?= )/u)
  const lines: string[] = []
  let last = indent
  for (const word of words) {
    const isFull = last.trim() !== '' && columnsOf(last) + columnsOf(word) > width
    if (isFull) lines.push(last)
    last = isFull ? next + word.trimStart() : last + word
  }
  return [...lines, last].join('\n').replaceAll(bound, ' ')
}

function columnsOf(text: string): number {
  return textWidth(text.replaceAll(colors, ''))
}
