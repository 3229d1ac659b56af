import type { Stats } from 'node:fs'
import { constants, type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { sep } from 'node:path'
import { renderFileFault } from '../file-fault.ts'
import type { StoreFault } from '../store.ts'

const kernelTrees = ['/proc', '/dev', '/sys']

/** Where a file may lie, and which files must not be read wherever they lie. */
export interface Confinement {
  /** Absolute directories; a file counts by where it really is, after all symbolic links. */
  readonly roots: readonly string[]
  /** Files that hold credentials of the tool or of a store. */
  readonly credentialFiles: readonly string[]
  /** How to name a path in a message. */
  readonly label: (path: string) => string
  /** The backend whose stores list further roots. */
  readonly backend: string
  readonly largestKiB: number
}

/** Reads a small regular file whose real place is below one of the roots. */
export async function readConfinedFile(path: string, confinement: Confinement): Promise<Buffer | StoreFault> {
  const label = confinement.label(path)
  try {
    const real = await realpath(path)
    const refusal = await refusePlace(path, real, confinement)
    if (refusal !== undefined) return refusal
    // Non-blocking, so that a named pipe cannot hang the run; the handle is checked after opening, not the path before.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      return await readHandle(handle, { path, real, confinement })
    } finally {
      await handle.close()
    }
  } catch (error) {
    return renderFileFault(error, label)
  }
}

type OpenedPlace = { readonly path: string; readonly real: string; readonly confinement: Confinement }

async function refusePlace(path: string, real: string, confinement: Confinement): Promise<StoreFault | undefined> {
  const label = confinement.label(path)
  if ([path, real].some((place) => kernelTrees.some((tree) => isBelow(place, tree)))) {
    return { kind: 'denied', message: `${label} is no file of secrets but a view of the system.` }
  }
  // What a checkout keeps there may hold the token it was made with.
  if (real.split(sep).includes('.git')) {
    return { kind: 'denied', message: `${label} belongs to git, which may keep its own credentials there.` }
  }
  const roots = await Promise.all(confinement.roots.map((root) => realpath(root).catch(() => undefined)))
  if (roots.some((root) => root !== undefined && isBelow(real, root))) return undefined
  const listed = confinement.roots.map(confinement.label).join(', ')
  return {
    kind: 'denied',
    message: `${label} lies outside the directories that ${confinement.backend} references may read.`,
    hint: `They are ${listed}; more can be listed under "roots" of a store with backend ${confinement.backend}.`,
  }
}

async function readHandle(handle: FileHandle, place: OpenedPlace): Promise<Buffer | StoreFault> {
  const label = place.confinement.label(place.path)
  const opened = await handle.stat()
  if (!opened.isFile()) return { kind: 'malformed', message: `${label} is not a regular file.` }
  // A directory on the way may have been swapped for a link between the look and the opening.
  const now = await realpath(place.path)
  if (now !== place.real || !isSameFile(opened, await stat(now))) {
    return { kind: 'denied', message: `${label} was moved while it was read.` }
  }
  if (await isCredentialFile(opened, place.confinement)) {
    const message = `${label} holds a credential of hooks-sync or of a store, which must not be sent anywhere.`
    return { kind: 'credential', message, hint: 'Keep the secret in a file of its own.' }
  }
  return readLimited(handle, label, place.confinement.largestKiB)
}

async function readLimited(handle: FileHandle, label: string, largestKiB: number): Promise<Buffer | StoreFault> {
  const largestFile = largestKiB * 1024
  const buffer = Buffer.alloc(largestFile + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  if (length <= largestFile) return buffer.subarray(0, length)
  return {
    kind: 'malformed',
    message: `${label} is larger than ${largestKiB} KiB.`,
    hint: 'Name a file that holds secrets only.',
  }
}

async function isCredentialFile(opened: Stats, confinement: Confinement): Promise<boolean> {
  const credentials = await Promise.all(confinement.credentialFiles.map((file) => stat(file).catch(() => undefined)))
  return credentials.some((credential) => credential !== undefined && isSameFile(opened, credential))
}

function isSameFile(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino
}

function isBelow(path: string, directory: string): boolean {
  const prefix = directory.endsWith(sep) ? directory : directory + sep
  return path === directory || path.startsWith(prefix)
}
