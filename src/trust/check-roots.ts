import { resolve } from 'node:path'
import type { DeclaredStore, LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { expandPath } from '../secrets/credentials.ts'
import type { Environment } from '../secrets/env/env-store.ts'
import { fileRoots, type Trust } from './trust.ts'
import { isBelow, realPlace } from './working-copy.ts'

export interface RootsWorld {
  readonly env: Environment
  readonly homeDir: string
  readonly cwd: string
}

/** Finds stores that would read directories which nobody but the files themselves opens to them. */
export async function checkRoots(
  project: LoadedProject,
  trust: Trust,
  world: RootsWorld,
): Promise<readonly Diagnostic[]> {
  const allowed = fileRoots(trust, world.env).map((root) => resolve(world.cwd, root))
  const found = await Promise.all(
    project.stores.flatMap((store) => rootsOf(store).map((root) => checkRoot(store, root, allowed, world.homeDir))),
  )
  return found.flat()
}

function rootsOf({ options: { roots } }: DeclaredStore): readonly string[] {
  return Array.isArray(roots) ? roots.filter((root) => typeof root === 'string') : []
}

async function checkRoot(
  store: DeclaredStore,
  root: string,
  allowed: readonly string[],
  homeDir: string,
): Promise<readonly Diagnostic[]> {
  const place = await realPlace(expandPath(root, store.baseDir, homeDir))
  const open = await Promise.all([store.baseDir, ...allowed].map(realPlace))
  if (open.some((directory) => isBelow(place, directory))) return []
  return [
    {
      code: 'HS2007',
      severity: 'error',
      message: `The store "${store.alias}" would read ${root}, which the files alone cannot open.`,
      hint: 'The operator opens a directory with HOOKS_SYNC_FILE_ROOTS, or file_roots of a --policy.',
      at: store.at,
    },
  ]
}
