/** How far below the rate that was too much a new attempt starts. */
const retreat = 0.1
/** Seconds in which the rate doubles once nothing has been refused for long. */
const doubling = 2
/** Rates are not learned below these, requests per second; a search may start too high, it ends soon. */
const floors = { searching: 5, steady: 1 } as const

/**
 * Learns how many requests per second a vendor takes from nothing but its 429s.
 *
 * Between two 429s a limiter hands out exactly what it allows, so what was accepted meanwhile is the rate. After a 429
 * the rate starts a little below and climbs back as a cubic (RFC 9438 has the idea): fast, then flat near the rate that
 * is known to be too much, then faster again, so that a vendor that allows more is noticed. Halving, as a first guess
 * only, ends in doubling every second until the next 429.
 */
export class LearnedRate {
  #phase: 'free' | 'searching' | 'steady' = 'free'
  #ceiling = Number.POSITIVE_INFINITY
  #startedAt: number | undefined
  #epochAt: number | undefined
  #climbsFrom = 0
  #accepted = 0
  #recent: number[] = []
  #wasIdle = false
  #isTold = false

  /** Returns the requests per second to keep to; infinite while nothing is known. */
  at(now: number): number {
    const seconds = Math.max(0, now - this.#climbsFrom) / 1000
    if (this.#phase === 'free') return Number.POSITIVE_INFINITY
    if (this.#phase === 'searching') return this.#ceiling * 2 ** seconds
    const plateau = this.#plateauSeconds()
    const climbed = this.#ceiling * (1 + retreat * (Math.min(seconds / plateau, 1.5) - 1) ** 3)
    return climbed * 2 ** (Math.max(0, seconds - 1.5 * plateau) / doubling)
  }

  /** Counts a request that the vendor took on. */
  accepted(now: number): void {
    this.#startedAt ??= now
    this.#accepted += 1
    this.#recent.push(now)
    if (this.#recent.length > 4096) this.#forget(now)
  }

  /** Notes that no request was waiting, so that what was accepted tells nothing about the limit. */
  idle(): void {
    this.#wasIdle = true
  }

  /** Takes in a first 429 after a stretch without; the client pauses until `resumesAt`. */
  throttled(now: number, resumesAt: number, told: boolean): void {
    // Still refused after a pause: the vendor wants a longer one, not a lower rate.
    if (this.#epochAt !== undefined && this.#accepted === 0) {
      this.#climbsFrom = resumesAt
      return
    }
    const ceiling = this.#estimate(now, told)
    if (this.#phase !== 'free') this.#enter('steady', Math.min(this.at(now), ceiling))
    // The first 429 that tells how long to wait may be a single one; the next is measured against it.
    else if (!told || this.#epochAt !== undefined) this.#enter('searching', ceiling)
    this.#isTold = told
    this.#epochAt = now
    this.#climbsFrom = resumesAt
    this.#accepted = 0
    this.#wasIdle = false
  }

  #enter(phase: keyof typeof floors, ceiling: number): void {
    this.#phase = phase
    this.#ceiling = Math.max(floors[phase], ceiling)
  }

  #estimate(now: number, told: boolean): number {
    if (this.#epochAt === undefined) return this.#lastSecond(now) / 2
    if (this.#phase === 'free') return this.#betweenEpochs(now, 0)
    if (this.#searchingOrIdle(now)) return this.#lastSecond(now)
    // A pause told in whole seconds is mostly longer than needed; what it adds must not pass for the limit.
    return this.#betweenEpochs(now, told ? 1000 : 0)
  }

  #searchingOrIdle(now: number): boolean {
    const isClimbing = now - this.#climbsFrom > 1500 * this.#plateauSeconds()
    return this.#phase === 'searching' || this.#wasIdle || isClimbing
  }

  /** Long enough that a 429 now and then stays a small share of the requests. */
  #plateauSeconds(): number {
    return Math.min(10, Math.max(this.#isTold ? 10 : 5, 20 / this.#ceiling))
  }

  #betweenEpochs(now: number, roundingMs: number): number {
    const epochAt = this.#epochAt ?? now
    const pause = Math.min(roundingMs, this.#climbsFrom - epochAt)
    return (this.#accepted * 1000) / Math.max(1, now - epochAt - pause)
  }

  /** Accepted per second, over the last second or, right after the start, over what there was of it. */
  #lastSecond(now: number): number {
    this.#forget(now)
    const span = Math.min(1000, Math.max(100, now - (this.#startedAt ?? now)))
    return (this.#recent.length * 1000) / span
  }

  #forget(now: number): void {
    this.#recent = this.#recent.filter((at) => at > now - 1000)
  }
}
