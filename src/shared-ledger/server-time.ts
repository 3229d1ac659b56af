import type { S3Client } from '@aws-sdk/client-s3'

/** The clock of a server, as its answers tell it. */
export interface ServerTime {
  /** Reads the time from each answer that a client gets. */
  follow(client: S3Client): void
  /** How old something is by that clock; undefined where the server has not told the time. */
  ageOf(at: Date | undefined): number | undefined
}

/** Makes a clock that is set by the answers of a server. */
export function watchServerTime(): ServerTime {
  let aheadMs: number | undefined
  return {
    follow: (client) =>
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args)
          const told = Date.parse(dateOf(result.response) ?? '')
          if (!Number.isNaN(told)) aheadMs = told - Date.now()
          return result
        },
        { step: 'deserialize', name: 'watchServerTime', priority: 'low' },
      ),
    ageOf: (at) => (aheadMs === undefined || at === undefined ? undefined : Date.now() + aheadMs - at.getTime()),
  }
}

function dateOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined
  const { headers } = response
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined
  return typeof headers.date === 'string' ? headers.date : undefined
}
