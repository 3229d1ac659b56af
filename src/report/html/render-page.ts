import { createHash } from 'node:crypto'
import type { DiagnosticDocument } from '../diagnostic-document.ts'
import { renderPlace } from '../diagnostic-text.ts'
import { pageScript, pageStyle } from '../generated/page-assets.ts'
import { embedJson, escapeHtml } from './escape-html.ts'
import type { PageAccountRow, PageGroup, PageModel } from './page-model.ts'

/**
 * What the page may do: run its one script and use its one style sheet. It asks nobody for anything, and no text of
 * others can become markup or code.
 */
const policy = [
  "default-src 'none'",
  `script-src '${hashOf(pageScript)}'`,
  `style-src '${hashOf(pageStyle)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** How many errors stand at the top. */
const inSight = 5

/** Renders a report as one page that needs nothing beside itself. */
export function renderPage(page: PageModel): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="hooks-sync">
<link rel="icon" href="data:,">
<title>${escapeHtml(`${page.headline} · ${page.kind}`)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header class="top">
<p class="mark">hooks-sync · ${escapeHtml(page.kind)}</p>
<h1>${escapeHtml(page.headline)}</h1>
<p class="line">${escapeHtml(page.line)}</p>
<ul class="meta">${page.meta.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>
</header>
<main>
${[renderNotes(page), renderGroups(page), renderList(page), renderHistory(page), renderAccounts(page)].join('')}</main>
<footer>This page holds no secret, loads nothing and sends nothing.</footer>
<script type="application/json" id="data">${embedJson(page.data)}</script>
<script>${pageScript}</script>
</body>
</html>
`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function renderGroups({ groups }: PageModel): string {
  const explained = groups.filter(({ count, means }) => count > 0 && means !== undefined)
  const words = explained.map(({ name, means = '' }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(means)}</dd>`)
  const legend =
    words.length === 0
      ? ''
      : `<details class="legend"><summary>What these mean</summary><dl>${words.join('')}</dl></details>\n`
  return `<h2 class="unseen">Summary</h2>
<ul class="groups">${groups.map(renderGroup).join('')}</ul>
${legend}`
}

function renderGroup({ name, count, counts }: PageGroup): string {
  const look = count === 0 ? 'none' : counts ? 'counts' : 'listed'
  const label = escapeHtml(name)
  return `<li><button type="button" class="group ${look}" data-group="${label}" aria-pressed="false"><b>${count.toLocaleString('en')}</b><span>${label}</span></button></li>`
}

function renderList({ data }: PageModel): string {
  const vendors = [...new Set(data.accounts.map(({ vendor }) => vendor))]
  const risks = ['high', 'medium', 'low', 'none'].filter((risk) => data.rows.some((row) => row.risk === risk))
  const states = ['new', 'known'].filter((state) => data.rows.some((row) => row.state === state))
  const selects = [
    renderSelect('vendor', 'Vendor', vendors),
    renderSelect(
      'account',
      'Account',
      data.accounts.map(({ name }) => name),
    ),
    renderSelect('risk', 'Risk', risks),
    renderSelect('state', 'Since last run', states),
  ]
  return `<section id="list" aria-labelledby="list-title">
<h2 id="list-title">Webhooks</h2>
<form id="filters" class="filters" role="search" aria-label="Webhooks">
<label class="wide">Search<input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="key, url, field, value …"></label>
${selects.join('')}<button type="button" id="reset" class="plain" hidden>Show all</button>
</form>
<p id="count" role="status"></p>
<p class="needs-script">The list of ${data.rows.length} webhooks is drawn by the script of this page, which does not run here.</p>
<ol id="rows" class="rows"></ol>
<nav id="pages" aria-label="Pages of the list" hidden><button type="button" id="previous" class="plain">Previous</button><button type="button" id="next" class="plain">Next</button></nav>
</section>
`
}

/** A choice of one is none. */
function renderSelect(id: string, label: string, values: readonly string[]): string {
  if (values.length < 2) return ''
  const options = values.map((value) => `<option>${escapeHtml(value)}</option>`)
  return `<label>${label}<select id="${id}"><option value="">all</option>${options.join('')}</select></label>\n`
}

function renderAccounts({ accounts, columns }: PageModel): string {
  if (accounts.length === 0) return ''
  const head = ['Account', 'Vendor', ...columns].map((name) => `<th scope="col">${escapeHtml(name)}</th>`)
  return `<h2 id="accounts-title">Accounts</h2>
<div class="frame accounts" tabindex="0" role="region" aria-labelledby="accounts-title"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${accounts.map((account) => renderAccount(account, columns.length)).join('')}</tbody>
</table></div>
`
}

function renderAccount({ name, vendor, cells, share }: PageAccountRow, columns: number): string {
  const head = `<th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(vendor)}</td>`
  if (cells === undefined) return `<tr>${head}<td class="unread" colspan="${columns}">could not be read</td></tr>`
  const bar = share === undefined ? '' : renderBar(share)
  const [first = '', ...rest] = cells.map(escapeHtml)
  return `<tr>${head}<td>${bar}${first}</td>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}

function renderBar(share: number): string {
  return `<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="${share}" height="1"/></svg>`
}

function renderNotes({ notes }: PageModel): string {
  if (notes.length === 0) return ''
  const errors = notes.filter(({ severity }) => severity === 'error').map(renderNote)
  const warnings = notes.filter(({ severity }) => severity === 'warning').map(renderNote)
  return `<section aria-labelledby="notes-title">
<h2 id="notes-title">Errors and warnings</h2>
${foldNotes('error', errors)}${foldNotes('warning', warnings)}</section>
`
}

/** A few errors are in sight; warnings, and errors that would fill the screen, fold away. */
function foldNotes(noun: string, notes: readonly string[]): string {
  if (notes.length === 0) return ''
  const list = `<ul class="notes">${notes.join('')}</ul>`
  if (noun === 'error' && notes.length <= inSight) return `${list}\n`
  const name = `${notes.length.toLocaleString('en')} ${noun}${notes.length === 1 ? '' : 's'}`
  return `<details><summary>${name}</summary>${list}</details>\n`
}

function renderNote(found: DiagnosticDocument): string {
  const place = renderPlace(found)
  const at = place === undefined ? '' : `<span class="place">${escapeHtml(place)}</span>`
  const hint = found.hint === undefined ? '' : ` ${escapeHtml(found.hint)}`
  return `<li class="${found.severity}">${at}<b>${escapeHtml(found.code)}</b> ${escapeHtml(found.message)}${hint}</li>`
}

function renderHistory({ history }: PageModel): string {
  if (history === undefined) return ''
  const { line, resolved } = history
  const items = resolved.map((text) => `<li>${escapeHtml(text)}</li>`).join('')
  const list =
    resolved.length === 0
      ? ''
      : `<details><summary>${resolved.length} resolved</summary><ul class="resolved">${items}</ul></details>`
  return `<section aria-labelledby="history-title">
<h2 id="history-title">Since the last run</h2>
<p>${escapeHtml(line)}</p>${list}
</section>
`
}
