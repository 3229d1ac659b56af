import { expect, test } from 'vitest'
import { onAbort } from '../../src/http/on-abort.ts'

test('runs a task when any of its signals aborts, and no other', () => {
  const one = new AbortController()
  const other = new AbortController()
  const ran: string[] = []
  onAbort([one.signal, other.signal], () => ran.push('both'))
  onAbort([one.signal], () => ran.push('one'))

  other.abort()

  expect(ran).toEqual(['both'])
})

test('runs a task at once when a signal has aborted before', () => {
  const ran: string[] = []

  onAbort([new AbortController().signal, AbortSignal.abort()], () => ran.push('now'))

  expect(ran).toEqual(['now'])
})

test('does not run a task that stopped listening', () => {
  const abort = new AbortController()
  const ran: string[] = []
  const stop = onAbort([abort.signal], () => ran.push('stopped'))
  onAbort([abort.signal], () => ran.push('listening'))

  stop()
  abort.abort()

  expect(ran).toEqual(['listening'])
})

test('does not make Node warn of many listeners', async () => {
  const warnings: Error[] = []
  const note = (warning: Error): number => warnings.push(warning)
  process.on('warning', note)
  const { signal } = new AbortController()

  for (let count = 0; count < 100; count += 1) onAbort([signal], () => {})
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)

  expect(warnings).toEqual([])
})
