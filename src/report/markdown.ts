import { safeText } from './safe-text.ts'
import { clipText } from './text-width.ts'

/** Finds our comment again among those of a pull request. */
const markdownMarker = '<!-- hooks-sync -->'

/** GitHub refuses comments over 65,536 characters. */
export const markdownLimit = 65_000

/** A part of a comment; it is cut between its entries, which may have several lines, and always closed. */
export interface MarkdownBlock {
  readonly open: readonly string[]
  readonly lines: readonly string[]
  readonly close: readonly string[]
}

const room = 300
const clipAt = 500

// An underscore inside a word is no emphasis, and event names are easier to read with it.
const markup = /[&<>`*[\]\\|~$@#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu

// GitHub makes links of what looks like an address, also in code, and of GH-1 one that the issue tells of.
const address = /:(?=\/\/)|(?<=www)\.|(?<=\bGH)-(?=\d)/giu

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // GitHub looks for mentions and issue numbers after entities are read; a zero-width space ends both.
  '@': '&#64;&#8203;',
  '#': '&#35;&#8203;',
  '-': '-&#8203;',
}

/**
 * Makes a string that a vendor or a user wrote harmless in Markdown. Entities never count as markup, so the result is
 * good in text, in tables and inside HTML.
 */
export function escapeMarkdown(text: string): string {
  return safeText(clipText(text, clipAt)).replace(markup, toEntity).replace(address, toEntity)
}

/** Shows a string that a vendor or a user wrote as code. */
export function codeMarkdown(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`
}

/** Makes a block whose lines fold away. */
export function makeDetails(summary: string, lines: readonly string[]): MarkdownBlock {
  return { open: ['', '<details>', `<summary>${summary}</summary>`, ''], lines, close: ['', '</details>'] }
}

/** Makes a block that is always in sight. */
export function makeSection(heading: string, lines: readonly string[]): MarkdownBlock {
  return { open: ['', heading, ''], lines, close: [] }
}

/** Makes a table of cells that are Markdown already; what is over `limit` rows is counted. */
export function makeTable(head: readonly string[], rows: readonly (readonly string[])[], limit = 100): MarkdownBlock {
  const rest = rows.length - limit
  const more = rest > 0 ? [renderRow([`… and ${rest} more`, ...head.slice(1).map(() => '')])] : []
  return {
    open: ['', renderRow(head), renderRow(head.map(() => '---'))],
    lines: [...rows.slice(0, limit).map(renderRow), ...more],
    close: [],
  }
}

/** Joins blocks to one comment below the limit; what does not fit is left out, counted and said so. */
export function assembleMarkdown(
  title: string,
  blocks: readonly MarkdownBlock[],
  limit: number = markdownLimit,
): string {
  const lines: string[] = [markdownMarker, title]
  let left = limit - room - sizeOf(lines)
  let leftOut = 0
  for (const block of blocks) {
    const frame = sizeOf(block.open) + sizeOf(block.close)
    const shown = leftOut > 0 || frame > left ? [] : takeLines(block.lines, left - frame)
    leftOut += block.lines.length - shown.length
    if (shown.length === 0) continue
    lines.push(...block.open, ...shown, ...block.close)
    left -= frame + sizeOf(shown)
  }
  if (leftOut > 0)
    lines.push(
      '',
      `**Cut here**: ${leftOut} more ${leftOut === 1 ? 'entry does' : 'entries do'} not fit into a comment. The log of the run has them all.`,
    )
  return `${lines.join('\n')}\n`
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function takeLines(lines: readonly string[], budget: number): readonly string[] {
  let left = budget
  const end = lines.findIndex((line) => {
    left -= line.length + 1
    return left < 0
  })
  return end < 0 ? lines : lines.slice(0, end)
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((size, line) => size + line.length + 1, 0)
}

function toEntity(character: string): string {
  return entities[character] ?? `&#${character.charCodeAt(0)};`
}
