import { compareText } from '../core/diagnostic.ts'
import type { ApplySummary, RunEvent } from '../core/outcome.ts'
import { actionWords } from './action-words.ts'
import { isComplete, isUnfinished, nextSteps, renderApplyLine, type Unfinished } from './apply-text.ts'
import { makeDiagnosticBlocks } from './findings-markdown.ts'
import { groupByProvider } from './group-by-provider.ts'
import {
  assembleMarkdown,
  codeMarkdown,
  escapeMarkdown,
  type MarkdownBlock,
  makeDetails,
  makeSection,
} from './markdown.ts'
import { maskEveryParameter } from './mask-urls.ts'

type Done = Extract<RunEvent, { readonly type: 'action_done' }>

/** Renders what became of an apply as a comment for a pull request. */
export function renderApplyMarkdown(summary: ApplySummary, events: readonly RunEvent[]): string {
  const unfinished = events.filter(isUnfinished).map(renderUnfinished)
  return assembleMarkdown(`**${renderApplyLine(summary)}**`, [
    ...(unfinished.length === 0 ? [] : [makeSection('**Not done:**', unfinished)]),
    ...(isComplete(summary)
      ? []
      : [
          makeSection(
            '**What next:**',
            nextSteps(summary).map((step) => `- ${step}`),
          ),
        ]),
    ...makeDiagnosticBlocks(events.flatMap((event) => (event.type === 'diagnostic' ? [event.diagnostic] : []))),
    ...makeDoneBlocks(events.filter((event) => event.type === 'action_done')),
  ])
}

function makeDoneBlocks(done: readonly Done[]): readonly MarkdownBlock[] {
  // Accounts are done side by side: which one was first says nothing.
  const groups = [...groupByProvider(done)].toSorted(([a], [b]) => compareText(a, b))
  return groups.map(([name, group]) => makeDetails(`${codeMarkdown(name)} ${group.length} done`, group.map(renderDone)))
}

function renderDone(event: Done): string {
  const text = `${actionWords[event.kind].done} ${codeMarkdown(event.key)}`
  const ids = event.ids.length === 0 ? '' : ` ${codeMarkdown(event.ids.map(maskEveryParameter).join(', '))}`
  return `- ${event.kind === 'delete' ? `**${text}**` : text}${ids}`
}

function renderUnfinished(event: Unfinished): string {
  const { code, message, hint } = event.failure
  const about = event.type === 'account_failed' ? event.provider : `${event.provider}/${event.key}`
  const what =
    event.type === 'account_failed'
      ? 'the account failed'
      : `${event.kind} ${event.type === 'action_failed' ? 'failed' : 'skipped'}`
  const next = hint === undefined ? '' : ` ${escapeMarkdown(hint)}`
  return `- ${codeMarkdown(about)} ${what}: **${code}** ${escapeMarkdown(message)}${next}`
}
