/** Time as a service meets it. */
export interface WatchClock {
  /** Milliseconds since some moment; never set back. */
  now(): number
  /** Waits, or until the signal aborts. */
  sleep(ms: number, stop: AbortSignal): Promise<void>
}

export interface RepeatOptions {
  readonly everyMs: number
  readonly stop: AbortSignal
  readonly clock?: WatchClock
  /** Never rejects: what goes wrong in one run is its own affair. */
  readonly run: () => Promise<void>
}

/**
 * Runs at once and then on every full interval since the start, never two at a time, until it is stopped. Where a run
 * took longer, the next one comes right after it, and what was missed meanwhile is not made up for.
 */
export async function repeat({ everyMs, stop, run, clock = machineClock }: RepeatOptions): Promise<void> {
  const start = clock.now()
  let slot = 0
  while (!stop.aborted) {
    await run()
    slot = nextSlot(slot, clock.now() - start, everyMs)
    await clock.sleep(start + slot * everyMs - clock.now(), stop)
  }
}

/** Counted instead of derived from the time alone: a timer that fires a bit early would find the same slot again. */
function nextSlot(slot: number, elapsedMs: number, everyMs: number): number {
  return Math.max(slot + 1, Math.floor(elapsedMs / everyMs))
}

const machineClock: WatchClock = {
  now: () => performance.now(),
  sleep: (ms, stop) =>
    new Promise((resolve) => {
      if (ms <= 0 || stop.aborted) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        stop.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      stop.addEventListener('abort', end)
    }),
}
