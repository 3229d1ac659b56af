import { expect } from 'vitest'

/** Waits until a process is gone, or by a negative number a whole group; the system clears them away in its own time. */
export async function untilGone(id: number): Promise<void> {
  await expect.poll(() => isAlive(id), { timeout: 120_000 }).toBe(false)
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}
