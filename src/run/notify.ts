import type { Diagnostic } from '../core/diagnostic.ts'
import { Secret } from '../core/secret.ts'
import { deliverNotice, notDelivered } from '../notify/deliver-notice.ts'
import type { Notice } from '../notify/notice.ts'
import { makeNoticeTarget, type NoticeFormat } from '../notify/notice-target.ts'
import type { SyncOptions } from './options.ts'
import { version } from './version.ts'

/** Where a program wants a notice to go; without a format the host decides. */
export interface NoticePlace {
  readonly url: string
  readonly format?: NoticeFormat
}

/** Sends a notice to each place once, and answers with a warning for each that did not take it. */
export async function notify(
  notice: Notice,
  places: readonly NoticePlace[],
  { env, scrub }: Pick<SyncOptions, 'env' | 'scrub'>,
): Promise<readonly Diagnostic[]> {
  const made = places.map(({ url, ...wish }, at) => {
    const name = `place ${at + 1}`
    return { name, target: makeNoticeTarget(new Secret(url), { ...wish, name }) }
  })
  const targets = made.flatMap(({ target }) => (typeof target === 'string' ? [] : [target]))
  const faults = made.flatMap(({ name, target }) => (typeof target === 'string' ? [notDelivered(name, target)] : []))
  const failed = await deliverNotice(notice, targets, { env, scrub, userAgent: `hooks-sync/${version}` })
  return [...faults, ...failed]
}
