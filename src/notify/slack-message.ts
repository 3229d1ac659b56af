import { safeText } from '../report/safe-text.ts'
import { clipText } from '../report/text-width.ts'
import { type Notice, renderRest, shownItems } from './notice.ts'

/** What others that take the messages of Slack, such as Discord, have room for. */
const limit = 1_900
const clipAt = 160

const marks: Readonly<Record<Notice['tone'], string>> = {
  good: ':white_check_mark:',
  attention: ':warning:',
  bad: ':x:',
}

/** Shapes a notice for incoming webhooks of Slack, and of those who take the same. */
export function toSlackMessage(notice: Notice): object {
  const { tone, headline, about, items } = notice
  const rest = renderRest(notice)
  const lines = [
    `${marks[tone]} *hooks-sync ${notice.event}*: ${escapeSlack(headline)}`,
    ...about.map(escapeSlack),
    ...items
      .slice(0, shownItems)
      .map(({ label, subject, details }) =>
        [`• ${escapeSlack(label)}`, codeSlack(subject), ...details.map(codeSlack)]
          .filter((part) => part !== '')
          .join('  '),
      ),
    ...(rest === undefined ? [] : [rest]),
  ]
  return {
    text: fit(lines),
    // Names stay names: nobody is called by what a vendor wrote, and no link is looked up.
    parse: 'none',
    link_names: 0,
    unfurl_links: false,
    unfurl_media: false,
  }
}

/**
 * Makes a text harmless in Slack's markup, where only `<…>` can call people or make a link. Those who take Slack's
 * messages read `@` as well.
 */
export function escapeSlack(text: string): string {
  return safeText(clipText(text, clipAt))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[@`]/gu, (sign) => (sign === '@' ? '@\u200b' : "'"))
}

/** Shows as code what somebody else wrote: no markup counts there, and no address becomes a link. */
function codeSlack(text: string): string {
  return text === '' ? '' : `\`${escapeSlack(text)}\``
}

function fit(lines: readonly string[]): string {
  let text = lines[0] ?? ''
  for (const line of lines.slice(1)) {
    if (text.length + line.length + 2 > limit) return `${text}\n…`
    text = `${text}\n${line}`
  }
  return text
}
