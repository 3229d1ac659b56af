/** Colors of a terminal on a dark ground, by the code that switches them on. */
const colors: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
}

const charWidth = 8.43
const lineHeight = 20
const padding = 20

interface Look {
  readonly color?: string
  readonly isBold?: true
  readonly isDim?: true
}

interface Run {
  readonly text: string
  readonly look: Look
}

/** Draws what a terminal shows as an SVG picture, as wide as the terminal, or as its text where no width is given. */
export function renderTerminal(output: string, width?: number): string {
  const lines = output.trimEnd().split('\n')
  const columns = width ?? Math.max(...lines.map((line) => stripCodes(line).length))
  const pixels = Math.ceil(columns * charWidth + 2 * padding)
  const height = lines.length * lineHeight + 2 * padding
  let look: Look = {}
  const texts = lines.map((line, index) => {
    const runs = splitRuns(line, look)
    look = runs.at(-1)?.look ?? look
    const y = padding + index * lineHeight + 15
    return `<text x="${padding}" y="${y}" xml:space="preserve">${runs.map(renderRun).join('')}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${pixels} ${height}" width="${pixels}" height="${height}" role="img">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${texts.join('\n')}
</g>
</svg>
`
}

const escape = String.fromCodePoint(27)
const code = new RegExp(`${escape}\\[([\\d;]*)m`, 'gu')

function stripCodes(line: string): string {
  return line.replaceAll(code, '')
}

function splitRuns(line: string, start: Look): readonly Run[] {
  const runs: Run[] = []
  let look = start
  let from = 0
  for (const match of line.matchAll(code)) {
    runs.push({ text: line.slice(from, match.index), look })
    look = (match[1] ?? '').split(';').map(Number).reduce(applyCode, look)
    from = match.index + match[0].length
  }
  return [...runs, { text: line.slice(from), look }]
}

function applyCode(look: Look, sgr: number): Look {
  const { color, isBold, isDim } = look
  const kept = { ...(isBold && { isBold }), ...(isDim && { isDim }) }
  if (sgr === 0) return {}
  if (sgr === 1) return { ...look, isBold: true }
  if (sgr === 2) return { ...look, isDim: true }
  if (sgr === 22) return color === undefined ? {} : { color }
  if (sgr === 39) return kept
  const named = colors[sgr]
  return named === undefined ? look : { ...kept, color: named }
}

function renderRun({ text, look }: Run): string {
  if (text === '') return ''
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const attributes = [
    look.color === undefined ? '' : ` fill="${look.color}"`,
    look.isBold === true ? ' font-weight="bold"' : '',
    look.isDim === true ? ' opacity="0.65"' : '',
  ].join('')
  return attributes === '' ? escaped : `<tspan${attributes}>${escaped}</tspan>`
}
