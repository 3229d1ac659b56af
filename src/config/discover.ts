import { stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

const names = ['webhooks.yaml', 'webhooks.yml']

/** Finds `webhooks.yaml` or `webhooks.yml` in a directory or the nearest one above it; the path is relative to the directory. */
export async function findConfigFile(cwd: string): Promise<string | undefined> {
  for (const directory of ancestors(cwd)) {
    for (const name of names) {
      const path = join(directory, name)
      if (await isFile(path)) return relative(cwd, path).replaceAll('\\', '/')
    }
  }
  return undefined
}

function ancestors(directory: string): readonly string[] {
  const parent = dirname(directory)
  return parent === directory ? [directory] : [directory, ...ancestors(parent)]
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory()
  } catch {
    return false
  }
}
