import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'

/** Writes a file that only its owner reads; a reader sees the old or the new text, never a part. */
export async function writeFileSafely({ cwd, output }: Context, name: string, text: string): Promise<void> {
  const path = resolve(cwd, name)
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(output.scrub(text))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw usageError(
      `${name} cannot be written (${reason}).`,
      `Check that ${dirname(path)} is there and can be written.`,
    )
  }
}
