import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** Commands of a guide, as somebody would paste them. */
export interface GuideBlock {
  readonly page: string
  readonly commands: string
  /** What the guide says they print, where it does. */
  readonly output?: string
}

const fence = /^```sh\n(.*?)^```\n(?:\n```(?:text)?\n(.*?)^```)?/gmsu

/** Lists the commands of a page in their order. */
export function guideBlocks(page: string): readonly GuideBlock[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(fence)].map(([, commands = '', output]) => ({
    page,
    commands: commands.trim(),
    ...(output === undefined ? {} : { output }),
  }))
}

/** Replaces what is another in each run: ids, times, durations. */
export function withoutChance(text: string): string {
  return text
    .replaceAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu, 'ID')
    .replaceAll(/\b\d{4}-\d\d-\d\d(?:T[\d:.]+Z| \d\d:\d\d UTC)/gu, 'TIME')
    .replaceAll(/\bage1(?:…|[0-9a-z]+)/gu, 'AGE')
    .replaceAll(/\/\S*(?=\/\.config\/)/gu, 'HOME')
    .replaceAll(/\/\S+\/(?=secrets\.age$)/gmu, 'PROJECT/')
    .trimEnd()
}
