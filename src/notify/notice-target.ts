import type { Secret } from '../core/secret.ts'
import { isLoopback } from '../http/allowed-origin.ts'

export const noticeFormats = ['slack', 'teams', 'json'] as const
export type NoticeFormat = (typeof noticeFormats)[number]

/** Where notices go. Whoever knows the URL can write there, so it is a secret as a whole. */
export interface NoticeTarget {
  readonly format: NoticeFormat
  readonly url: Secret
  /** What it is called where it fails; tells nothing of the URL. */
  readonly name: string
}

/** Hosts whose format is known without being told. */
const hosts: readonly (readonly [pattern: RegExp, format: NoticeFormat])[] = [
  [/^hooks\.slack(?:-gov)?\.com$/u, 'slack'],
  [/\.(?:webhook\.office\.com|logic\.azure\.com|powerplatform\.com)$/u, 'teams'],
]

/** Checks where notices shall go, and finds the format by the host where none is given; a text says what is wrong. */
export function makeNoticeTarget(
  url: Secret,
  { name, format }: { readonly name: string; readonly format?: NoticeFormat },
): NoticeTarget | string {
  const text = url.reveal()
  if (!URL.canParse(text)) return 'it is no URL'
  const parsed = new URL(text)
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && isLoopback(parsed))) return 'it is not https'
  if (parsed.username !== '' || parsed.password !== '') return 'it holds a login'
  const known = hosts.find(([pattern]) => pattern.test(parsed.hostname))?.[1]
  return { format: format ?? known ?? 'json', url, name }
}
