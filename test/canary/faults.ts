import type { ServerResponse } from 'node:http'
import type { Arrived } from './front.ts'

/** What a server that does something wrong has at hand. */
interface Scene {
  /** What it says: texts that repeat secrets. */
  readonly words: string
  /** An origin that has no business with any secret. */
  readonly evil: string
  readonly arrived: Arrived
}

/** Something that a server does wrong. */
export interface Fault {
  readonly name: string
  readonly play: (response: ServerResponse, scene: Scene) => void
  /** Whether no answer comes. */
  readonly isSilent?: true
}

/** Error bodies as vendors and vaults write them, each with the same words wherever text is read. */
const bodies: readonly ((words: string) => unknown)[] = [
  (words) => ({ error: { code: 'refused', message: words, status: words, details: [{ description: words }] } }),
  (words) => ({ errors: [words], message: words, data: words }),
  (words) => ({ error: words, error_description: words, error_message: words }),
]

/** Ways to fail, by what the client sees. A certificate that nobody knows is the front's own. */
export const faults: readonly Fault[] = [
  ...[401, 403, 404, 429, 500].map(answerStatus),
  { name: 'a time limit that passes', play: () => undefined, isSilent: true },
  { name: 'a connection that is reset', play: (response) => response.destroy() },
  {
    name: '200 with JSON that is cut off',
    play: (response, { words }) =>
      response.writeHead(200, header(words)).end(`{"data":[{"url":${JSON.stringify(words)}`),
  },
  {
    name: '200 with JSON of another shape',
    play: (response, { words }) =>
      response.writeHead(200, header(words)).end(JSON.stringify({ [words]: [words], data: words })),
  },
  {
    name: '502 with a page',
    play: (response, { words }) => response.writeHead(502, { 'content-type': 'text/html' }).end(`<h1>${words}</h1>`),
  },
  {
    name: 'a redirect to another origin',
    play: (response, { words, evil, arrived }) =>
      response.writeHead(307, { location: `${evil}${arrived.path}#${encodeURIComponent(words)}` }).end(),
  },
]

function answerStatus(status: number, index: number): Fault {
  return {
    name: `${status}`,
    play: (response, { words }) => {
      const body = bodies[index % bodies.length]?.(words)
      response.writeHead(status, { ...header(words), 'retry-after': '0' }).end(JSON.stringify(body))
    },
  }
}

function header(words: string): Readonly<Record<string, string>> {
  const inHeader = words.replaceAll(/[^\u0020-\u007E]/gu, '').slice(0, 2000)
  return { 'content-type': 'application/json', 'x-request-id': inHeader, 'www-authenticate': `Bearer ${inHeader}` }
}
