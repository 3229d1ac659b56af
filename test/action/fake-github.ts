import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

interface Written {
  readonly id: number
  body: string
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' }
}

interface Issue extends Written {
  readonly number: number
  readonly title: string
  readonly labels: readonly string[]
  state: 'open' | 'closed'
}

interface StoredArtifact {
  readonly id: number
  readonly name: string
  readonly zip: Buffer
  readonly isOfFork: boolean
  readonly headSha: string
}

/** What GitHub keeps of one repository, as far as the action asks for it. */
export interface FakeGithub {
  readonly url: string
  readonly requests: readonly string[]
  /** Comments by the number of what they are on. */
  readonly comments: Map<number, Written[]>
  readonly issues: Issue[]
  /** What was uploaded to code scanning, unpacked. */
  readonly sarifs: { readonly ref: string; readonly commit_sha: string; readonly log: Sarif }[]
  readonly artifacts: StoredArtifact[]
  /** Pull requests by the commit that merged them. */
  readonly merged: Map<string, { readonly number: number; readonly headSha: string }>
  /** Paths, by how they start, that the token may not use. */
  readonly denied: Set<string>
}

export interface Sarif {
  readonly runs: readonly {
    readonly automationDetails: { readonly id: string }
    readonly results: readonly { readonly ruleId: string }[]
  }[]
}

type Answer = readonly [status: number, body: unknown]

/** The token of a job writes under this name. */
const bot = { login: 'github-actions[bot]', type: 'Bot' } as const

/** Starts a stand-in of the REST API; it is gone when the test is finished. */
export async function startGithub(): Promise<FakeGithub> {
  const requests: string[] = []
  const state = {
    comments: new Map<number, Written[]>(),
    issues: [] as Issue[],
    sarifs: [],
    artifacts: [] as StoredArtifact[],
    merged: new Map(),
    denied: new Set<string>(),
  }
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    requests.push(`${method} ${url}`)
    void readBody(request).then((body) => {
      const [status, answer] = isKnown(request)
        ? answerOf({ ...state, requests, url }, method, new URL(url, 'http://github'), body)
        : [401, { message: 'Bad credentials' }]
      response.statusCode = status
      response.end(Buffer.isBuffer(answer) ? answer : JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { ...state, requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function isKnown({ headers }: IncomingMessage): boolean {
  return headers.authorization === 'Bearer job-token'
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

function answerOf(github: FakeGithub, method: string, url: URL, body: Record<string, unknown>): Answer {
  const path = url.pathname.replace('/repos/acme/webhooks', '')
  if (isDenied(github, path)) return [403, { message: 'Resource not accessible by integration' }]
  const page = (items: readonly object[]): Answer => {
    const [size, number] = [Number(url.searchParams.get('per_page')), Number(url.searchParams.get('page') ?? 1)]
    return [200, items.slice((number - 1) * size, number * size)]
  }
  const route = `${method} ${path.replaceAll(/\/(?:\d+|[0-9a-f]{40})(?=\/|$)/gu, '/#')}`
  const number = Number(/\/(\d+)(?:\/|$)/u.exec(path)?.[1])
  const text = typeof body['body'] === 'string' ? body['body'] : ''
  // GitHub refuses longer ones.
  if (text.length > 65_536) return [422, { message: 'Validation Failed' }]
  switch (route) {
    case 'GET /issues/#/comments':
      return page(github.comments.get(number) ?? [])
    case 'POST /issues/#/comments':
      return [201, addComment(github, number, text)]
    case 'PATCH /issues/comments/#':
      return [200, changeComment(github, number, text)]
    case 'GET /issues':
      return page(github.issues.filter(({ state, labels }) => state === 'open' && labels.includes('hooks-sync')))
    case 'POST /issues':
      return [201, addIssue(github, body)]
    case 'PATCH /issues/#':
      return [200, Object.assign(github.issues.find((issue) => issue.number === number) ?? {}, body)]
    case 'POST /code-scanning/sarifs':
      return [202, addSarif(github, body)]
    case 'GET /commits/#/pulls':
      return page(listPulls(github, path.split('/')[2] ?? ''))
    case 'GET /actions/artifacts':
      return [200, listArtifacts(github, url.searchParams.get('name') ?? '')]
    case 'GET /actions/artifacts/#/zip':
      return [200, github.artifacts.find(({ id }) => id === number)?.zip]
    default:
      return [404, { message: `The stand-in has no ${route}` }]
  }
}

function isDenied({ denied }: FakeGithub, path: string): boolean {
  // A token of a job belongs to no user.
  return path === '/user' || [...denied].some((start) => path.startsWith(start))
}

let lastId = 1000

function addComment({ comments }: FakeGithub, number: number, body: string): Written {
  lastId += 1
  const written: Written = { id: lastId, body, user: bot }
  comments.set(number, [...(comments.get(number) ?? []), written])
  return written
}

function changeComment({ comments }: FakeGithub, id: number, body: string): Written | undefined {
  const written = [...comments.values()].flat().find((comment) => comment.id === id)
  if (written !== undefined) written.body = body
  return written
}

function addIssue({ issues }: FakeGithub, body: Record<string, unknown>): Issue {
  lastId += 1
  const issue: Issue = {
    id: lastId,
    number: issues.length + 7,
    title: body['title'] as string,
    body: body['body'] as string,
    labels: body['labels'] as readonly string[],
    state: 'open',
    user: bot,
  }
  issues.push(issue)
  return issue
}

function addSarif({ sarifs }: FakeGithub, body: Record<string, unknown>): object {
  const packed = Buffer.from(body['sarif'] as string, 'base64')
  const log = JSON.parse(gunzipSync(packed).toString('utf8')) as Sarif
  sarifs.push({ ref: body['ref'] as string, commit_sha: body['commit_sha'] as string, log })
  return { id: 'sarif-1' }
}

function listPulls({ merged }: FakeGithub, commit: string): readonly object[] {
  const pull = merged.get(commit)
  if (pull === undefined) return []
  const { number, headSha } = pull
  return [{ number, merged_at: '2026-03-01T10:00:00Z', merge_commit_sha: commit, head: { sha: headSha } }]
}

function listArtifacts({ artifacts }: FakeGithub, name: string): object {
  const found = artifacts.filter((artifact) => artifact.name === name)
  return {
    total_count: found.length,
    artifacts: found.map(({ id, headSha, isOfFork }) => ({
      id,
      expired: false,
      created_at: `2026-03-01T10:00:0${id % 10}Z`,
      workflow_run: { head_sha: headSha, repository_id: 1, head_repository_id: isOfFork ? 2 : 1 },
    })),
  }
}
