interface Bucket {
  tokens: number
  filledAt: number
}

/** Keeps token buckets by name. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>()

  /** Takes one token; false when the bucket is empty. */
  take(name: string, perSecond: number, burst: number): boolean {
    const now = performance.now()
    const bucket = this.#buckets.get(name) ?? { tokens: burst, filledAt: now }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * perSecond)
    bucket.filledAt = now
    this.#buckets.set(name, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}
