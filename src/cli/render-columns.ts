import { textWidth } from '../report/text-width.ts'

/** Renders rows so that their columns stand below each other. */
export function renderColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (known, row) => row.map((cell, index) => Math.max(known[index] ?? 0, textWidth(cell))),
    [],
  )
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => pad(cell, widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}
