import { vi } from 'vitest'
import type { VendorSandbox } from '../../src/sandbox/index.ts'

/** Holds a limit until it has refused a request, then lifts it: how fast requests follow each other does not matter. */
export async function liftOnceRefused(
  standIn: Pick<VendorSandbox, 'log' | 'setSwitch'>,
  limit: string,
  isMeant: (request: VendorSandbox['log'][number]) => boolean,
): Promise<void> {
  standIn.setSwitch(limit, 0.001)
  const isRefused = (): boolean => standIn.log.some((request) => request.status === 429 && isMeant(request))
  await vi.waitUntil(isRefused, { timeout: 60_000, interval: 1 })
  standIn.setSwitch(limit, 1000)
}
