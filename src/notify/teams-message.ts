import { safeText } from '../report/safe-text.ts'
import { clipText } from '../report/text-width.ts'
import { type Notice, type NoticeItem, renderRest, shownItems } from './notice.ts'

const clipAt = 300

const colors: Readonly<Record<Notice['tone'], string>> = { good: 'Good', attention: 'Warning', bad: 'Attention' }

/** Shapes a notice for a workflow of Microsoft Teams that is started by a webhook request: a message with one card. */
export function toTeamsMessage(notice: Notice): object {
  const { tone, event, headline, about, items } = notice
  const rest = renderRest(notice)
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      paragraph([{ text: `hooks-sync ${event}`, weight: 'Bolder', size: 'Medium', color: colors[tone] }]),
      paragraph([{ text: headline }]),
      ...about.map((text) => paragraph([{ text, isSubtle: true }])),
      ...items.slice(0, shownItems).map(toParagraph),
      ...(rest === undefined ? [] : [paragraph([{ text: rest, isSubtle: true }])]),
    ],
  }
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return { type: 'message', attachments: [attachment] }
}

function toParagraph({ label, subject, details }: NoticeItem): object {
  return paragraph([
    { text: `${label}  `, weight: 'Bolder' },
    { text: subject, fontType: 'Monospace' },
    ...details.map((text) => ({ text: `  ${text}`, isSubtle: true })),
  ])
}

interface Run {
  readonly text: string
  readonly [style: string]: string | boolean
}

/** Text runs know no Markdown: what a vendor wrote is shown as it is. */
function paragraph(runs: readonly Run[]): object {
  return {
    type: 'RichTextBlock',
    inlines: runs.map((run) => ({ type: 'TextRun', ...run, text: escapeTeams(run.text) })),
  }
}

/** Keeps cards from reading `{{DATE(…)}}`, `${…}` and `<at>` in what somebody else wrote. */
function escapeTeams(text: string): string {
  return safeText(clipText(text, clipAt)).replaceAll(/[{<]/gu, (sign) => `${sign}\u200b`)
}
