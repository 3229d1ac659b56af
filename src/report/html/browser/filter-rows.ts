import type { PageData, PageRow } from '../page-data.ts'

/** What a reader asks to see; what is empty asks for nothing. */
export interface Wishes {
  readonly text: string
  readonly groups: ReadonlySet<string>
  readonly vendor: string
  readonly account: string
  readonly risk: string
  readonly state: string
}

/** A row with all its texts in lower case, for searching. */
export interface Entry {
  readonly row: PageRow
  readonly text: string
}

/** Prepares rows for being searched. */
export function indexRows({ rows, accounts, groups }: PageData): readonly Entry[] {
  return rows.map((row) => ({
    row,
    text: textOf(row, accounts[row.account]?.name ?? '', groups[row.group]?.name ?? '').toLowerCase(),
  }))
}

/** Selects the rows that meet all wishes; of several words each must be found. */
export function filterRows(
  { accounts, groups }: PageData,
  entries: readonly Entry[],
  wishes: Wishes,
): readonly PageRow[] {
  const words = wishes.text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
  return entries
    .filter(({ row, text }) => {
      const account = accounts[row.account]
      return (
        (wishes.groups.size === 0 || wishes.groups.has(groups[row.group]?.name ?? '')) &&
        (wishes.vendor === '' || account?.vendor === wishes.vendor) &&
        (wishes.account === '' || account?.name === wishes.account) &&
        (wishes.risk === '' || row.risk === wishes.risk) &&
        (wishes.state === '' || row.state === wishes.state) &&
        words.every((word) => text.includes(word))
      )
    })
    .map(({ row }) => row)
}

function textOf(row: PageRow, account: string, group: string): string {
  const changes = (row.changes ?? []).map((change) =>
    'words' in change
      ? `${change.path} ${change.words}`
      : `${change.path} ${flat(change.before)} ${flat(change.after)}`,
  )
  const facts = (row.facts ?? []).map(([, text]) => text)
  return [`${account}/${row.name}`, group, row.place, row.since, row.apply, ...facts, ...changes].join('\n')
}

function flat(value: PageRow['name'] | null | readonly { readonly text: string }[]): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : value.map(({ text }) => text).join(' ')
}
