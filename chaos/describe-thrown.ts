/** Tells what was thrown, and from where. */
export function describeThrown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)
}
