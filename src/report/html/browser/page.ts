import type { PageData, PageRow } from '../page-data.ts'
import { byId } from './dom.ts'
import { type Entry, filterRows, indexRows, type Wishes } from './filter-rows.ts'
import { drawRow, openRows } from './row-view.ts'

/** How many rows are drawn at once, and how many are printed. */
const pageSize = 100
const printed = 1000

const selectNames = ['vendor', 'account', 'risk', 'state'] as const

/** The list of rows with its filters; everything else on the page is there without it. */
class RowList {
  readonly #data: PageData
  readonly #entries: readonly Entry[]
  readonly #list = byId('rows', HTMLOListElement)
  readonly #search = byId('search', HTMLInputElement)
  readonly #toggles: readonly HTMLButtonElement[] = [
    ...document.querySelectorAll<HTMLButtonElement>('button[data-group]'),
  ]
  readonly #selects: readonly HTMLSelectElement[] = selectNames.flatMap((name) => {
    const found = document.getElementById(name)
    return found instanceof HTMLSelectElement ? [found] : []
  })
  readonly #previous = byId('previous', HTMLButtonElement)
  readonly #next = byId('next', HTMLButtonElement)
  #found: readonly PageRow[] = []
  #start = 0

  constructor(data: PageData) {
    this.#data = data
    this.#entries = indexRows(data)
  }

  start(): void {
    this.#readAddress()
    this.#search.addEventListener('input', () => this.#filter())
    this.#search.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#clearSearch()
    })
    for (const select of this.#selects) select.addEventListener('change', () => this.#filter())
    for (const toggle of this.#toggles) toggle.addEventListener('click', () => this.#press(toggle))
    byId('filters', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault())
    byId('reset', HTMLButtonElement).addEventListener('click', () => this.#reset())
    this.#previous.addEventListener('click', () => this.#turn(-pageSize))
    this.#next.addEventListener('click', () => this.#turn(pageSize))
    addEventListener('beforeprint', () => this.#drawForPrint())
    addEventListener('afterprint', () => this.#draw())
    this.#filter()
  }

  #wishes(): Wishes {
    const chosen = (name: string): string => this.#selects.find(({ id }) => id === name)?.value ?? ''
    return {
      text: this.#search.value,
      groups: new Set(this.#toggles.filter(isPressed).map(groupOf)),
      vendor: chosen('vendor'),
      account: chosen('account'),
      risk: chosen('risk'),
      state: chosen('state'),
    }
  }

  #filter(): void {
    const wishes = this.#wishes()
    this.#found = filterRows(this.#data, this.#entries, wishes)
    this.#start = 0
    this.#draw()
    this.#writeAddress(wishes)
    byId('reset', HTMLButtonElement).hidden = address(wishes) === ''
  }

  #draw(): void {
    const shown = this.#found.slice(this.#start, this.#start + pageSize)
    this.#list.replaceChildren(...shown.map((row) => drawRow(this.#data, row)))
    this.#list.start = this.#start + 1
    byId('count', HTMLParagraphElement).textContent = this.#count(shown.length)
    const isLong = this.#found.length > pageSize
    byId('pages', HTMLElement).hidden = !isLong
    this.#previous.disabled = this.#start === 0
    this.#next.disabled = this.#start + pageSize >= this.#found.length
  }

  #count(shown: number): string {
    const all = this.#data.rows.length
    const found = this.#found.length
    const of = found === all ? format(all) : `${format(found)} (of ${format(all)})`
    if (found === 0) return all === 0 ? 'Nothing to list.' : `None of ${format(all)} match.`
    return found <= pageSize ? `${of} shown` : `${format(this.#start + 1)}–${format(this.#start + shown)} of ${of}`
  }

  #drawForPrint(): void {
    const shown = this.#found.slice(0, printed)
    this.#list.replaceChildren(...shown.map((row) => drawRow(this.#data, row)))
    openRows(this.#data, this.#list, shown)
    const of = shown.length === this.#found.length ? '' : `; the first ${format(shown.length)} are printed`
    byId('count', HTMLParagraphElement).textContent =
      `${format(this.#found.length)} of ${format(this.#data.rows.length)}${of}`
  }

  #turn(by: number): void {
    this.#start += by
    this.#draw()
    // Whoever turns a page with the keyboard goes on at its first row.
    this.#list.querySelector('summary')?.focus({ preventScroll: true })
    byId('list', HTMLElement).scrollIntoView()
  }

  #press(toggle: HTMLButtonElement): void {
    toggle.setAttribute('aria-pressed', String(!isPressed(toggle)))
    this.#filter()
  }

  #clearSearch(): void {
    this.#search.value = ''
    this.#filter()
  }

  #reset(): void {
    this.#search.value = ''
    for (const select of this.#selects) select.value = ''
    for (const toggle of this.#toggles) toggle.setAttribute('aria-pressed', 'false')
    this.#filter()
    this.#search.focus()
  }

  /** What is filtered stands in the address, so that it can be passed on. */
  #writeAddress(wishes: Wishes): void {
    const text = address(wishes)
    if (text !== location.hash.slice(1)) history.replaceState(null, '', `#${text}`)
  }

  #readAddress(): void {
    const given = new URLSearchParams(location.hash.slice(1))
    this.#search.value = given.get('q') ?? ''
    for (const select of this.#selects) select.value = given.get(select.id) ?? ''
    // A value that is no longer there must not leave the choice blank.
    for (const select of this.#selects) if (select.selectedIndex < 0) select.selectedIndex = 0
    const groups = new Set(given.getAll('show'))
    for (const toggle of this.#toggles) toggle.setAttribute('aria-pressed', String(groups.has(groupOf(toggle))))
  }
}

function address({ text, groups, ...chosen }: Wishes): string {
  const parts = new URLSearchParams()
  if (text !== '') parts.set('q', text)
  for (const group of groups) parts.append('show', group)
  for (const name of selectNames) if (chosen[name] !== '') parts.set(name, chosen[name])
  return parts.toString()
}

function isPressed(toggle: HTMLButtonElement): boolean {
  return toggle.getAttribute('aria-pressed') === 'true'
}

function groupOf(toggle: HTMLButtonElement): string {
  return toggle.dataset['group'] ?? ''
}

function format(count: number): string {
  return count.toLocaleString('en')
}

document.documentElement.classList.add('scripted')
new RowList(JSON.parse(byId('data', HTMLScriptElement).textContent) as PageData).start()
