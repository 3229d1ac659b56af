import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server that takes notifications. */
export interface NoticeReceiver {
  /** Ends with what nobody else may know. */
  readonly url: string
  readonly taken: readonly { readonly path: string; readonly text: string }[]
  /** Breaks off what it has not answered. */
  hangUp(): void
}

export interface NoticeReceiverOptions {
  /** What it answers; 200 when absent. */
  readonly status?: number
  readonly location?: string
  /** Whether it never answers. */
  readonly isSilent?: boolean
}

/** The part of its URL that is secret. */
export const noticePath = '/services/T00/B00/s3cr3t-notify-canary-71c2'

/** Starts a server that takes notifications; it is gone when the test is finished. */
export async function startNoticeReceiver(options: NoticeReceiverOptions = {}): Promise<NoticeReceiver> {
  const taken: { path: string; text: string }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    request.on('end', () => {
      taken.push({ path: request.url ?? '', text })
      if (options.isSilent === true) return
      const headers = options.location === undefined ? {} : { location: options.location }
      // It says again what it was called with, as proxies do.
      response.writeHead(options.status ?? 200, headers).end(`No such hook: ${request.url}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}${noticePath}`, taken, hangUp: () => server.closeAllConnections() }
}
