import type { ZodType } from 'zod'
import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts'
import { HttpError } from '../http/http-error.ts'
import { parseAnswer } from './parse-answer.ts'

type Request = Omit<HttpRequest, 'signal'>

/** Sends a request and parses the answer. */
export async function ask<T>(
  client: HttpClient,
  schema: ZodType<T>,
  request: Request,
  signal?: AbortSignal,
): Promise<T> {
  const { json } = await send(client, request, signal)
  return parseAnswer(schema, json, `${request.method} ${request.path}`)
}

/** Reads one object; undefined where the vendor has none of that id. */
export async function askIfThere<T>(
  client: HttpClient,
  schema: ZodType<T>,
  request: Request,
  signal?: AbortSignal,
): Promise<T | undefined> {
  try {
    return await ask(client, schema, request, signal)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Sends a request whose answer says nothing more than that it was done. */
export async function send(client: HttpClient, request: Request, signal?: AbortSignal): Promise<HttpResponse> {
  return await client.request({ ...request, ...(signal === undefined ? {} : { signal }) })
}

/** Removes an object; one that is already gone counts as removed. */
export async function remove(
  client: HttpClient,
  request: Omit<Request, 'method' | 'retry'>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await send(client, { ...request, method: 'DELETE', retry: 'idempotent' }, signal)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Tells the vendor's own "there is no such object" from every other failure. */
export function isNotFound(error: unknown): boolean {
  return error instanceof HttpError && error.status === 404
}
