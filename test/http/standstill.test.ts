import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { aClient } from './vendor-server.ts'

/** A server in a thread of its own: it tells of a request, and answers once it may. */
const server = `
const { createServer } = require('node:http')
const { parentPort, workerData } = require('node:worker_threads')
const state = new Int32Array(workerData)
createServer((_, response) => {
  parentPort.postMessage('got')
  Atomics.wait(state, 0, 0)
  response.on('finish', () => Atomics.store(state, 0, 2))
  response.end('{"ok":true}')
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port) })
`

test('an answer that came while the process stood still is taken, though its time is over', async () => {
  const state = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(server, { eval: true, workerData: state.buffer })
  onTestFinished(async () => void (await worker.terminate()))
  const [port] = await once(worker, 'message')
  const timeoutMs = 3000
  const client = aClient(`http://127.0.0.1:${port}`, { timeoutMs, maxAttempts: 1 })

  const sent = client.request({ method: 'POST', path: '/w', body: {}, retry: 'only-unprocessed' })
  await once(worker, 'message')
  const end = performance.now() + timeoutMs
  Atomics.store(state, 0, 1)
  Atomics.notify(state, 0)
  while (Atomics.load(state, 0) !== 2 || performance.now() < end) Atomics.wait(state, 0, 2, 10)

  expect((await sent).json).toEqual({ ok: true })
})
