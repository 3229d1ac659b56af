import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Payloads of events are far smaller; what is larger is none. */
const largestPayload = 8 * 1024 * 1024

/** What an event of GitHub says of where the code comes from. */
export type CodeOrigin = 'same-repository' | 'fork' | 'unknown'

type Json = Readonly<Record<string, unknown>>

/** Reads the payload of an event and tells where its code comes from; what cannot be read tells nothing. */
export async function readCodeOrigin(path: string | undefined): Promise<CodeOrigin> {
  const payload = path === undefined || path === '' ? undefined : await readPayload(path)
  return payload === undefined ? 'unknown' : codeOriginOf(payload)
}

/** Tells where the code of an event comes from: a fork is another repository than the one the run belongs to. */
function codeOriginOf(payload: Json): CodeOrigin {
  const pull = recordOf(payload['pull_request'])
  if (pull !== undefined) return compare(inside(pull, 'head', 'repo'), inside(pull, 'base', 'repo') ?? own(payload))
  const run = recordOf(payload['workflow_run'])
  if (run !== undefined) return compare(recordOf(run['head_repository']), own(payload))
  // A comment on a pull request: its payload does not say where the pull request comes from.
  return inside(payload, 'issue', 'pull_request') === undefined ? 'same-repository' : 'unknown'
}

function own(payload: Json): Json | undefined {
  return recordOf(payload['repository'])
}

/** A repository that is a fork itself may have pull requests of its own: what counts is whether it is the same. */
function compare(head: Json | undefined, base: Json | undefined): CodeOrigin {
  // GitHub tells nothing of a head repository that was deleted.
  if (head === undefined) return 'unknown'
  for (const key of ['id', 'full_name']) {
    const [mine, theirs] = [head[key], base?.[key]]
    if (mine !== undefined && theirs !== undefined) return mine === theirs ? 'same-repository' : 'fork'
  }
  if (typeof head['fork'] !== 'boolean') return 'unknown'
  return head['fork'] ? 'fork' : 'same-repository'
}

async function readPayload(path: string): Promise<Json | undefined> {
  try {
    // Non-blocking, so that a named pipe cannot hang the run.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { size } = await file.stat()
      if (size > largestPayload) return undefined
      return recordOf(JSON.parse(await file.readFile('utf8')))
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

function inside(value: Json, ...steps: readonly string[]): Json | undefined {
  return steps.reduce<Json | undefined>((found, step) => recordOf(found?.[step]), value)
}

function recordOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
