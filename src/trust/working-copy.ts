import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'

/** Returns a path after all symbolic links; of what is not there, the path as it is. */
export async function realPlace(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

/** Finds where the working copy really lies that a directory, by its name, belongs to; without one, the directory. */
export async function findWorkingCopy(directory: string): Promise<string> {
  for (let at = directory; ; at = dirname(at)) {
    // In a linked worktree or a submodule it is a file.
    if (await isThere(join(at, '.git'))) return realPlace(at)
    if (dirname(at) === at) return realPlace(directory)
  }
}

/** Tells whether a path is a directory or lies below it; both after all symbolic links. */
export function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
