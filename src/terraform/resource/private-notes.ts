/** What the engine keeps for us beside a state; never a secret. */
export interface PrivateNotes {
  /** Names of the secret query parameters: a live URL holds them too. */
  readonly params?: readonly string[]
  /** The `id` that the identity keeps while a webhook is changed. */
  readonly identity?: string
  /** Marks of what was applied, by field, where a webhook is several objects that could come to differ. */
  readonly applied?: Readonly<Record<string, string>> | undefined
  /** Ids of the vendor objects that a replacement takes the place of. */
  readonly was?: readonly string[]
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Renders the notes as the engine keeps them. */
export function writeNotes(notes: PrivateNotes): Uint8Array {
  const entries = Object.entries(notes).filter(([, value]: readonly [string, unknown]) => value !== undefined)
  return entries.length === 0 ? new Uint8Array() : encoder.encode(JSON.stringify(Object.fromEntries(entries)))
}

/** Reads the notes back; what is not ours reads as none. */
export function readNotes(bytes: Uint8Array): PrivateNotes {
  if (bytes.length === 0) return {}
  const notes = parse(decoder.decode(bytes))
  if (typeof notes !== 'object' || notes === null) return {}
  const { params, identity, was, applied } = notes as { readonly [name: string]: unknown }
  return {
    ...(isTexts(params) ? { params } : {}),
    ...(typeof identity === 'string' ? { identity } : {}),
    ...(isTexts(was) ? { was } : {}),
    ...(isMarks(applied) ? { applied } : {}),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isMarks(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && isTexts(Object.values(value))
}
