import type { PageChange, PageData, PageRow, PageValue } from '../page-data.ts'
import { make } from './dom.ts'

/** Draws a row: one line, and all that is known once it is opened. */
export function drawRow(data: PageData, row: PageRow): HTMLLIElement {
  const details = make('details', 'row', drawSummary(data, row))
  // Most rows are never opened: what they hold is drawn when they are.
  details.addEventListener('toggle', () => fillRow(details, data, row))
  return make('li', '', details)
}

/** Draws what a row holds, once. */
function fillRow(details: HTMLDetailsElement, data: PageData, row: PageRow): void {
  if (!details.open || details.childElementCount > 1) return
  details.append(drawBody(data, row))
}

/** Opens all rows as they are to be printed. */
export function openRows(data: PageData, list: HTMLElement, rows: readonly PageRow[]): void {
  for (const [at, details] of [...list.querySelectorAll('details')].entries()) {
    details.open = true
    const row = rows[at]
    if (row !== undefined) fillRow(details, data, row)
  }
}

function drawSummary(data: PageData, row: PageRow): HTMLElement {
  const group = data.groups[row.group]
  const account = data.accounts[row.account]
  const name = make('span', 'name', make('span', 'account', `${account?.name ?? ''}/`), make('b', '', row.name))
  const paths = (row.changes ?? []).map(({ path }) => path).join(', ')
  const badge = make('span', group?.counts === true ? 'badge counts' : 'badge', group?.name ?? '')
  return make(
    'summary',
    '',
    badge,
    make('span', 'what', name, ...(paths === '' ? [] : [make('span', 'paths', paths)])),
    make('span', 'since', ...(row.state === 'new' ? [make('span', 'new', 'new')] : []), row.since ?? ''),
    drawApply(row),
  )
}

function drawApply({ apply = '', risk }: PageRow): HTMLElement {
  if (risk === undefined || risk === 'none') return make('span', 'apply', make('span', 'verb', apply))
  const mark = make('span', 'risk', `${risk} risk`)
  mark.dataset['risk'] = risk
  return make('span', 'apply', make('span', 'verb', apply), mark)
}

function drawBody(data: PageData, row: PageRow): HTMLElement {
  const body = make('div', 'body')
  if (row.changes !== undefined && row.changes.length > 0) body.append(drawChanges(data, row.changes))
  body.append(drawFacts(data, row))
  return body
}

function drawFacts(data: PageData, row: PageRow): HTMLElement {
  const list = make('dl', 'facts')
  const add = (label: string, content: Node | string): void => {
    list.append(make('div', '', make('dt', '', label), make('dd', '', content)))
  }
  add('Vendor', data.accounts[row.account]?.vendor ?? '')
  if (row.place !== undefined) add('Declared at', drawPlace(row.place, row.link))
  for (const [label, text] of row.facts ?? []) add(label, text)
  return list
}

function drawPlace(place: string, link: string | undefined): Node {
  if (link === undefined) return document.createTextNode(place)
  const anchor = make('a', '', place)
  anchor.href = link
  anchor.rel = 'noreferrer'
  return anchor
}

function drawChanges({ sides: [before, after] }: PageData, changes: readonly PageChange[]): HTMLElement {
  const head = make('tr', '', ...['Field', before, after].map((name) => makeHead(name, 'col')))
  const table = make('table', 'diff', make('thead', '', head), make('tbody', '', ...changes.map(drawChange)))
  const frame = make('div', 'frame', table)
  return frame
}

function drawChange(change: PageChange): HTMLElement {
  const path = makeHead(change.path, 'row')
  if ('words' in change) {
    const cell = make('td', 'words', change.words)
    cell.colSpan = 2
    return make('tr', '', path, cell)
  }
  if (change.forces === true) path.append(make('span', 'forces', 'forces a replace'))
  return make('tr', '', path, drawSide('before', change.before), drawSide('after', change.after))
}

function drawSide(side: 'before' | 'after', value: PageValue): HTMLElement {
  if (value === null) return make('td', 'none', '(none)')
  if (typeof value === 'string') return make('td', '', make('span', side, value))
  if (value.length === 0) return make('td', 'none', '(empty)')
  const members = value.map(({ text, only }) => make('li', only === true ? side : '', text))
  return make('td', '', make('ul', 'members', ...members))
}

function makeHead(text: string, scope: 'col' | 'row'): HTMLTableCellElement {
  const cell = make('th', '', text)
  cell.scope = scope
  return cell
}
