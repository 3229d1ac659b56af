import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './reply.ts'
import type { Answer } from './stand-in.ts'

const longestBody = 64 * 1024 * 1024

/** Reads the body of a request; nothing when it is longer than any vendor would take. */
export async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longestBody) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Sends one reply, or does to the socket what the reply says. */
export function sendReply(response: ServerResponse, reply: Reply, requestId: string): void {
  switch (reply.kind) {
    case 'answer':
      sendAnswer(response, reply.answer, requestId)
      return
    case 'text':
      response.writeHead(reply.status, { 'content-type': reply.type, 'x-request-id': requestId }).end(reply.text)
      return
    case 'cut':
      sendHalf(response, reply.answer, requestId)
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'hang':
  }
}

function sendAnswer(response: ServerResponse, answer: Answer, requestId: string): void {
  const text = renderBody(answer)
  response.writeHead(answer.status, headersOf(answer, text, requestId)).end(text)
}

function sendHalf(response: ServerResponse, answer: Answer, requestId: string): void {
  const text = renderBody(answer) ?? '{}'
  response.writeHead(answer.status, headersOf(answer, text, requestId))
  response.write(text.slice(0, text.length / 2), () => response.socket?.destroy())
}

function headersOf(answer: Answer, text: string | undefined, requestId: string): Record<string, string> {
  // A 204 has neither body nor length.
  const length = answer.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text ?? '')) }
  const type = text === undefined ? {} : { 'content-type': 'application/json' }
  return { ...type, ...length, 'x-request-id': requestId, ...answer.headers }
}

function renderBody({ body }: Answer): string | undefined {
  if (body === undefined || typeof body === 'string') return body
  return JSON.stringify(body)
}
