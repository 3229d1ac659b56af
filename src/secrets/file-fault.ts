import type { StoreFault } from './store.ts'

/** Returns the system error code of a failed file operation, such as ENOENT. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Words a failed file operation; rethrows what is not one. */
export function renderFileFault(error: unknown, label: string): StoreFault {
  const code = errnoOf(error)
  if (code === undefined) throw error
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'not-found', message: `${label} does not exist.` }
  if (code === 'ELOOP') return { kind: 'denied', message: `${label} is a symbolic link that leads in circles or away.` }
  if (code === 'EACCES' || code === 'EPERM') {
    return { kind: 'denied', message: `${label} may not be accessed by this user.`, hint: 'Check its owner and mode.' }
  }
  if (code === 'EROFS') return { kind: 'read-only', message: `${label} is on a file system that cannot be written.` }
  if (code === 'EISDIR') return { kind: 'malformed', message: `${label} is a directory, not a file.` }
  return { kind: 'unavailable', message: `${label} cannot be accessed (${code}).` }
}
