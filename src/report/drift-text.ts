import { renderChange } from './change-text.ts'
import { groundedChanges } from './drift-document.ts'
import { renderHistoryLine, renderSubject } from './drift-history.ts'
import type { DriftDocument, DriftFindingDocument, ReadAccountDocument } from './drift-model.ts'
import { renderDriftLine } from './drift-totals.ts'
import {
  driftClasses,
  driftWords,
  renderRemedy,
  renderRisk,
  renderShare,
  renderSince,
  riskTones,
} from './drift-words.ts'
import { type Look, paint } from './look.ts'
import { safeText } from './safe-text.ts'
import { foundSecretWords } from './secret-text.ts'
import { textWidth } from './text-width.ts'

/** How many findings of a class, and accounts, are shown before the rest is counted. */
const listed = 20

/** Renders a drift report for people, grouped by class; the last line is stable. */
export function renderDriftText(document: DriftDocument, look: Look): string {
  const parts = look.quiet === true ? [] : [...renderGroups(document, look), ...renderCoverage(document, look)]
  const lines = [...parts, ...renderHistory(document, look), paint(look, 'bold', renderDriftLine(document))]
  return `${lines.join('\n')}\n`
}

function renderGroups({ drift, counted_classes }: DriftDocument, look: Look): readonly string[] {
  return driftClasses.flatMap((found) => {
    const findings = drift.filter((finding) => finding.class === found)
    if (findings.length === 0) return []
    const { means, remedy } = driftWords[found]
    const heading = paint(look, counted_classes.includes(found) ? 'red' : 'bold', `${findings.length} ${found}`)
    return [
      `${heading}  ${means}; ${remedy}`,
      ...cut(findings, look).flatMap((finding) => renderFinding(finding, look)),
      ...renderRest(findings.length, look),
      '',
    ]
  })
}

/** Renders one finding as lines. */
export function renderFinding(finding: DriftFindingDocument, look: Look): readonly string[] {
  const { at, state, apply, reason } = finding
  const name = [finding.provider, ...(finding.key === undefined ? [] : [finding.key])].join('/')
  const about = [name, finding.id, finding.url].filter((text) => text !== undefined)
  const since = renderSince(finding)
  return [
    `  ${about.map(safeText).join('  ')}${state === 'new' ? `  ${paint(look, 'yellow', 'new')}` : ''}`,
    ...(at === undefined ? [] : [paint(look, 'dim', `      declared at ${safeText(`${at.file}:${at.line}`)}`)]),
    ...groundedChanges(finding).flatMap((change) => renderChange(change, foundSecretWords, look, '      ')),
    ...(since === undefined ? [] : [`      ${safeText(since)}`]),
    ...(reason === undefined ? [] : [`      the vendor says: ${safeText(reason)}`]),
    // What is the same for the whole class is said in its heading.
    ...(apply.kind === 'none' || apply.kind === 'forget'
      ? []
      : [
          `      apply: ${safeText(renderRemedy(finding))}; ${paint(look, riskTones[apply.risk], safeText(renderRisk(apply)))}`,
        ]),
  ]
}

/** Shows coverage where it is not full: otherwise there is nothing to say. */
function renderCoverage({ accounts, drift }: DriftDocument, look: Look): readonly string[] {
  const read = accounts.flatMap((account) => (account.read && account.live !== undefined ? [account] : []))
  const unread = accounts.filter((account) => !account.read).map(({ provider }) => provider)
  const isFull = read.every(({ live, managed }) => live === managed)
  if ((drift.length === 0 && isFull && unread.length === 0 && look.verbose !== true) || accounts.length === 0) return []
  const shown = read.toSorted((a, b) => shareOf(a) - shareOf(b))
  const width = Math.max(...accounts.map(({ provider }) => textWidth(safeText(provider))))
  return [
    `${paint(look, 'bold', 'Coverage')}  live webhooks that are declared or owned`,
    ...cut(shown, look).map((account) => `  ${pad(account.provider, width)}  ${safeText(renderAccountShare(account))}`),
    ...renderRest(shown.length, look),
    ...unread.map((provider) => `  ${pad(provider, width)}  ${paint(look, 'red', 'could not be read')}`),
    '',
  ]
}

function renderAccountShare({ live = 0, managed = 0, classes }: ReadAccountDocument): string {
  const { unmanaged = 0, duplicate = 0 } = classes
  const rest = [
    ...(unmanaged === 0 ? [] : [`${unmanaged} unmanaged`]),
    ...(duplicate === 0 ? [] : [`${duplicate} duplicate`]),
  ]
  return [renderShare(managed, live), ...rest].join(', ')
}

function shareOf({ live = 0, managed = 0 }: ReadAccountDocument): number {
  return live === 0 ? 1 : managed / live
}

function renderHistory({ history }: DriftDocument, look: Look): readonly string[] {
  if (history === undefined || look.quiet === true) return []
  const { resolved } = history
  const rest = cut(resolved, look)
  return [
    ...(rest.length === 0 ? [] : [paint(look, 'green', `${resolved.length} resolved`)]),
    ...rest.map((finding) => `  ${safeText(renderSubject(finding))}`),
    ...(rest.length === 0 ? [] : [...renderRest(resolved.length, look), '']),
    renderHistoryLine(history),
  ]
}

function cut<Item>(items: readonly Item[], look: Look): readonly Item[] {
  return look.verbose === true ? items : items.slice(0, listed)
}

function renderRest(count: number, look: Look): readonly string[] {
  const rest = look.verbose === true ? 0 : count - listed
  return rest > 0 ? [`  … and ${rest} more (--verbose lists all)`] : []
}

function pad(text: string, width: number): string {
  const safe = safeText(text)
  return safe + ' '.repeat(Math.max(0, width - textWidth(safe)))
}
