import { expect, onTestFinished, test } from 'vitest'
import { renderMetrics } from '../../src/report/metrics-text.ts'
import { version } from '../../src/run/version.ts'
import { statusPages } from '../../src/run/watch/status-pages.ts'
import { serveStatus } from '../../src/run/watch/status-server.ts'
import { makeWatchTally, type WatchTally } from '../../src/run/watch/watch-tally.ts'
import { anEventfulDocument } from '../report/build-drift.ts'

/** Serves the pages of a service whose clock stands at `now`, and answers where. */
async function serve(tally: WatchTally, now = 0): Promise<string> {
  const pages = statusPages({ tally, everyMs: 1000, now: () => now, scrub: (text) => text })
  const server = await serveStatus({ host: '127.0.0.1', port: 0 }, pages)
  onTestFinished(() => server.close())
  return server.url
}

test('figures of every account, run and call are told as Prometheus reads them', async () => {
  const tally = makeWatchTally()
  tally.countCall({ provider: 'acme-eu', status: 200 })
  tally.countCall({ provider: 'acme-eu', status: 204 })
  tally.countCall({ provider: 'acme-eu' })
  tally.countNotifications({ delivered: 1, failed: 2 })
  tally.endRun({ outcome: 'failed', endedAt: 2_000, durationMs: 500 })
  tally.endRun({ outcome: 'drift', endedAt: 5_000, durationMs: 1_250, document: anEventfulDocument() })
  const url = await serve(tally)

  const response = await fetch(`${url}/metrics`)

  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = (await response.text()).replace(`version="${version}"`, 'version="1.2.3"')
  await expect(text).toMatchFileSnapshot('metrics.txt')
})

test('an account that no run could read any more keeps no finding, and is told as unread', () => {
  const tally = makeWatchTally()
  const document = anEventfulDocument()
  const unread = document.accounts.map(({ provider }) => ({ provider, read: false as const }))
  tally.endRun({ outcome: 'drift', endedAt: 1, durationMs: 1, document })

  tally.endRun({ outcome: 'failed', endedAt: 2, durationMs: 1, document: { ...document, accounts: unread } })

  expect([...tally.read().accounts.values()].map(({ read }) => read)).toEqual([false, false, false])
})

test('files that cannot be used say nothing new of what is live', () => {
  const tally = makeWatchTally()
  const document = anEventfulDocument()
  tally.endRun({ outcome: 'drift', endedAt: 1, durationMs: 1, document })

  tally.endRun({ outcome: 'failed', endedAt: 2, durationMs: 1, document: { ...document, accounts: [] } })

  expect(tally.read()).toMatchObject({ lastSuccessAt: 1, runs: { drift: 1, failed: 1 } })
  expect(tally.read().accounts.size).toBe(3)
})

test.each([
  ['before the first run', undefined, 1_000, 503],
  ['after a run', 10_000, 12_000, 200],
  ['two intervals after the last run', 10_000, 12_001, 503],
])('%s it is alive, and ready or not', async (_, endedAt, now, ready) => {
  const tally = makeWatchTally()
  if (endedAt !== undefined) tally.endRun({ outcome: 'failed', endedAt, durationMs: 1 })
  const url = await serve(tally, now)

  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/readyz`)).status).toBe(ready)
})

test.each([
  ['GET', '/', 404],
  ['GET', '/__proto__', 404],
  ['GET', '/metrics?x=1', 200],
  ['HEAD', '/metrics', 200],
  ['POST', '/metrics', 405],
])('%s %s is answered with %i', async (method, path, status) => {
  const url = await serve(makeWatchTally())

  expect((await fetch(url + path, { method })).status).toBe(status)
})

test('an address that is taken is refused', async () => {
  const taken = new URL(await serve(makeWatchTally()))

  await expect(serveStatus({ host: '127.0.0.1', port: Number(taken.port) }, {})).rejects.toThrow('EADDRINUSE')
})

test('what is in a label cannot end it', () => {
  const labels = { account: 'a"} 1\nhooks_sync_up 1\\' }

  const text = renderMetrics([{ name: 'x', help: 'a\nb', type: 'gauge', samples: [{ labels, value: 1 }] }])

  expect(text).toBe('# HELP x a\\nb\n# TYPE x gauge\nx{account="a\\"} 1\\nhooks_sync_up 1\\\\"} 1\n')
})
