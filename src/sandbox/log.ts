/** One request that reached a vendor; header values and bodies are never kept. */
export interface LogEntry {
  /** Milliseconds of the monotonic clock when the request was done with. */
  readonly at: number
  readonly vendor: string
  readonly method: string
  /** As the vendor sees it, with the query. */
  readonly path: string
  /** 0 when no answer was sent. */
  readonly status: number
  readonly requestId: string
  /** How many webhooks of this vendor get deliveries after the request. */
  readonly live: number
  /** The fault that hit it. */
  readonly fault?: string
}

const longestLog = 200_000

/** Keeps the newest requests of one vendor. */
export class RequestLog {
  #entries: LogEntry[] = []

  get entries(): readonly LogEntry[] {
    return [...this.#entries]
  }

  add(entry: LogEntry): void {
    this.#entries.push(entry)
    if (this.#entries.length > longestLog) this.#entries = this.#entries.slice(-longestLog / 2)
  }

  clear(): void {
    this.#entries = []
  }
}
