import { expect, test, vi } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { deliverNotice } from '../../src/notify/deliver-notice.ts'
import type { Notice } from '../../src/notify/notice.ts'
import { makeNoticeTarget, type NoticeTarget } from '../../src/notify/notice-target.ts'
import { startNoticeReceiver } from './notice-receiver.ts'

const notice: Notice = {
  event: 'drift',
  tone: 'attention',
  about: [],
  headline: 'Drift: 1 changed.',
  items: [{ label: 'changed', subject: 'chat/"quoted-secret"', details: [] }],
  document: { event: 'drift', findings: ['"quoted-secret"'] },
}

const options = { env: {}, userAgent: 'test', scrub: (text: string) => text }

test.each([
  ['https://hooks.slack.com/services/T/B/x', 'slack'],
  ['https://hooks.slack-gov.com/services/T/B/x', 'slack'],
  ['https://prod-01.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?sig=y', 'teams'],
  ['https://default.1a.environment.api.powerplatform.com/powerautomate/x', 'teams'],
  ['https://acme.webhook.office.com/webhookb2/x', 'teams'],
  ['https://hooks.slack.com.evil.example/services', 'json'],
  ['https://ci.example.com/hook', 'json'],
])('%s takes %s', (url, format) => {
  expect(makeNoticeTarget(new Secret(url), { name: 'here' })).toMatchObject({ format })
})

test('a format that is named comes before that of the host', () => {
  const made = makeNoticeTarget(new Secret('https://chat.example.com/hooks/x'), { name: 'here', format: 'slack' })

  expect(made).toMatchObject({ format: 'slack' })
})

test('one that never answers is given up', async () => {
  const silent = await startNoticeReceiver({ isSilent: true })

  const failed = await deliverNotice(notice, [aTarget(silent.url)], { ...options, timeoutMs: 50 })

  expect(failed).toMatchObject([{ code: 'HS4014', severity: 'warning' }])
  expect(failed[0]?.message).toContain('within 0.05 s')
})

test('one that is slow keeps the others from nothing', async () => {
  const [slow, other] = await Promise.all([startNoticeReceiver({ isSilent: true }), startNoticeReceiver()])

  const delivered = deliverNotice(notice, [aTarget(slow.url), aTarget(other.url)], options)
  await vi.waitUntil(() => slow.taken.length + other.taken.length === 2, { timeout: 60_000 })
  slow.hangUp()

  expect(await delivered).toMatchObject([{ code: 'HS4014', severity: 'warning' }])
})

test('secrets are taken out before they are written in another way', async () => {
  const receiver = await startNoticeReceiver()
  const scrub = (text: string): string => text.replaceAll('"quoted-secret"', '[secret]')

  await deliverNotice(notice, [aTarget(receiver.url, 'slack'), aTarget(receiver.url)], { ...options, scrub })

  const texts = receiver.taken.map(({ text }) => text).join('\n')
  expect(texts).toContain('[secret]')
  expect(texts).not.toContain('quoted-secret')
})

test('an environment that turns off the check of certificates is a warning, not the end of the run', async () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }

  const failed = await deliverNotice(notice, [aTarget('https://hooks.example.invalid/x')], { ...options, env })

  expect(failed).toMatchObject([{ code: 'HS4014', message: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED=0') }])
})

function aTarget(url: string, format: NoticeTarget['format'] = 'json'): NoticeTarget {
  return { url: new Secret(url), format, name: 'here' }
}
