import type { Answer } from './stand-in.ts'

/** Makes an answer with a JSON body. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body, headers }
}

/** Makes an answer without a body. */
export function emptyAnswer(status: number): Answer {
  return { status }
}

/** Reads a JSON object, or nothing when the text is something else. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Tells a JSON object from arrays, null and scalars. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
