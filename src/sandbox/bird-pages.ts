import type { BirdCall, BirdWebhook } from './bird-account.ts'

/** One page with the token of the next, or what is wrong with the query. */
export type Page =
  | { readonly rows: readonly BirdWebhook[]; readonly next: string | undefined }
  | { readonly fault: string }

/** Cuts the page that `limit` and `pageToken` ask for. */
export function readPage({ query, switches }: BirdCall, rows: readonly BirdWebhook[]): Page {
  const limit = Number(query.get('limit') ?? switches.default_limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return { fault: 'limit must be between 1 and 100' }
  const token = query.get('pageToken') ?? ''
  if (token.length > 8000) return { fault: 'pageToken must not be longer than 8000 characters' }
  const start = token === '' ? 0 : findStart(token, rows)
  if (start === undefined) return { fault: 'pageToken is unknown' }
  const page = rows.slice(start, start + limit)
  const last = page.at(-1)
  const isLast = last === undefined || start + limit >= rows.length
  return { rows: page, next: isLast ? undefined : writeToken(start + limit, last.id) }
}

function writeToken(place: number, lastId: string): string {
  return Buffer.from(`${place} ${lastId}`).toString('base64url')
}

// A page starts after the last row of the one before, also when rows came or went in between.
function findStart(token: string, rows: readonly BirdWebhook[]): number | undefined {
  const [, place, lastId] = /^(\d+) (\S+)$/.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? []
  if (place === undefined) return undefined
  const index = rows.findIndex(({ id }) => id === lastId)
  return index < 0 ? Math.min(Number(place), rows.length) : index + 1
}
