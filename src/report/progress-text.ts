/** How far a run is. */
export interface ProgressCounts {
  readonly phase: 'reading' | 'applying'
  readonly done: number
  readonly total: number
  readonly failed: number
  /** Since the phase began. */
  readonly elapsedMs: number
}

const phaseWords: { readonly [P in ProgressCounts['phase']]: string } = {
  reading: 'Reading accounts',
  applying: 'Applying',
}

/** A rate that is made of less would jump. */
const leastDone = 3
const leastMs = 2000

/** Words how far a run is: counts, and once it can be told, the rate and the time that is left. */
export function renderProgress(counts: ProgressCounts): string {
  const { phase, done, total, failed } = counts
  const parts = [
    `${phaseWords[phase]}: ${done} of ${total}`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...renderSpeed(counts),
  ]
  return parts.join(', ')
}

function renderSpeed({ done, total, elapsedMs }: ProgressCounts): readonly string[] {
  if (done < leastDone || elapsedMs < leastMs || done >= total) return []
  const perSecond = done / (elapsedMs / 1000)
  return [renderRate(perSecond), `about ${renderRest((total - done) / perSecond)} left`]
}

function renderRate(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)}/s`
  if (perSecond >= 1) return `${perSecond.toFixed(1)}/s`
  return `${Math.max(1, Math.round(perSecond * 60))}/min`
}

/** An estimate has no tenths, and in hours no seconds. */
function renderRest(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`
}
