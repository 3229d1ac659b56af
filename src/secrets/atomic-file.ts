import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file so that a reader, or a crash at any moment, sees the old or the new contents, never a part. */
export async function replaceFile(
  path: string,
  text: string,
  isStillAllowed: () => Promise<boolean>,
): Promise<boolean> {
  const temporary = await writeTemporary(path, text)
  try {
    if (!(await isStillAllowed())) return false
    await rename(temporary, path)
    await syncDirectory(dirname(path))
    return true
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Shows that `replaceFile` can write beside a file, without touching the file. */
export async function probeDirectory(path: string): Promise<void> {
  await rm(await writeTemporary(path, ''), { force: true })
}

/** The name is fixed: only the holder of the lock writes here, and what a killed run left is overwritten. */
async function writeTemporary(path: string, text: string): Promise<string> {
  const temporary = `${path}.tmp`
  await rm(temporary, { force: true })
  // Created anew, because the mode is ignored for a file that exists.
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return temporary
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
