// Loaded before the program: makes it crash when it sends a request that matches, with what it sends in the error.
import { subscribe } from 'node:diagnostics_channel'

const { kind, method, path } = JSON.parse(process.env['CANARY_CRASH'] ?? '{}')

subscribe('undici:client:sendHeaders', ({ request, headers }) => {
  if (request.method !== method || !request.path.includes(path)) return
  const sent = [
    headers,
    String(request.body),
    Buffer.from(headers).toString('base64'),
    encodeURIComponent(headers),
  ].join('\n')
  const error = new Error(`It broke: ${sent}`, { cause: new Error(sent) })
  Object.assign(error, { sent, headers: request.headers })
  if (kind === 'exception')
    setImmediate(() => {
      throw error
    })
  else if (kind === 'rejection') void Promise.reject(error)
  else process.kill(process.pid, kind)
})
