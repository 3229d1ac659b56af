import type { Clock } from './clock.ts'
import { LearnedRate } from './learned-rate.ts'
import { onAbort } from './on-abort.ts'
import { Queue } from './queue.ts'
import { type Backoff, backoffMs } from './retry-after.ts'

/** How late a slot may be taken without losing it to the rate; evens out timers that fire late. */
const toleranceMs = 30

/** Timers of Node hold no more, and go off at once instead; who wakes up too early waits once more. */
const longestTimerMs = 2 ** 31 - 1

export interface PacerOptions {
  readonly concurrency: number
  /** Requests per second; learned from 429s when absent. */
  readonly rate?: number
  readonly backoff: Backoff
  readonly clock: Clock
  /** A pause longer than this is not waited for. */
  readonly maxPauseMs: number
}

/** Leave to send one request. */
export interface Slot {
  /** How often the client had been throttled when the slot was handed out. */
  readonly epoch: number
}

/** Why no slot was handed out. */
export type NoSlot = { readonly kind: 'aborted' } | { readonly kind: 'paused'; readonly seconds: number }

/**
 * What goes first when many wait: what was sent before, then reading, then writing. While a run writes, it reads in order
 * to check what it wrote or to find out what a lost answer did, and something waits for that; a new write can wait.
 */
export type Urgency = 'again' | 'read' | 'write'

interface Waiter {
  readonly ordinal: number
  /** Answers the waiter; once, later calls do nothing. */
  readonly settle: (outcome: Slot | NoSlot) => void
  settled: boolean
}

/** Tells a slot from the reason there is none. */
export function isSlot(outcome: Slot | NoSlot): outcome is Slot {
  return 'epoch' in outcome
}

/**
 * Hands out slots in order: so many at once, so many per second, none while the vendor wants a pause. Accounts that
 * share a key share one.
 */
export class Pacer {
  readonly #options: PacerOptions
  readonly #learned = new LearnedRate()
  /** In the order in which they are served. */
  readonly #queues: Readonly<Record<Urgency, Queue<Waiter>>> = {
    again: new Queue(),
    read: new Queue(),
    write: new Queue(),
  }
  #ordinals = 0
  #active = 0
  #epoch = 0
  #roundsWithoutSuccess = 0
  #nextSlotAt = Number.NEGATIVE_INFINITY
  #pausedUntil = Number.NEGATIVE_INFINITY
  #cancelWakeUp: (() => void) | undefined

  constructor(options: PacerOptions) {
    this.#options = options
  }

  /** Numbers a request, so that it keeps its place when it is sent again. */
  number(): number {
    return this.#ordinals++
  }

  /** Waits for a slot; requests that were sent before go in their first order. */
  acquire(ordinal: number, urgency: Urgency, signals: readonly AbortSignal[]): Promise<Slot | NoSlot> {
    return new Promise((resolve) => {
      let stop: (() => void) | undefined
      const waiter: Waiter = {
        ordinal,
        settled: false,
        settle: (outcome) => {
          waiter.settled = true
          stop?.()
          resolve(outcome)
        },
      }
      stop = onAbort(signals, () => {
        waiter.settle({ kind: 'aborted' })
        // Once all have left there is nobody to wake up, and the timer would keep the process from ending.
        queueMicrotask(() => this.#pump())
      })
      if (waiter.settled) return
      if (urgency === 'again') this.#queues.again.insert(waiter, (other) => other.ordinal > ordinal)
      else this.#queues[urgency].push(waiter)
      this.#pump()
    })
  }

  /** Gives a slot back. */
  release(): void {
    this.#active -= 1
    this.#pump()
  }

  /** Notes that the vendor took a request on, whatever it answered. */
  accepted(): void {
    this.#roundsWithoutSuccess = 0
    this.#learned.accepted(this.#options.clock.now())
  }

  /** Pauses the whole client after a 429, as long as told or a growing while; returns the milliseconds until it goes on. */
  throttled(slot: Slot, toldMs: number | undefined): number {
    const now = this.#options.clock.now()
    // Requests that were in flight when the pause began tell nothing new, unless they ask for a longer one.
    const isNews = slot.epoch === this.#epoch
    if (isNews || toldMs !== undefined) {
      const pauseMs = toldMs ?? backoffMs(this.#options.backoff, this.#roundsWithoutSuccess, this.#options.clock)
      this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs)
    }
    if (isNews) {
      this.#epoch += 1
      this.#roundsWithoutSuccess += 1
      if (this.#options.rate === undefined) this.#learned.throttled(now, this.#pausedUntil, toldMs !== undefined)
    }
    this.#pump()
    return Math.max(0, this.#pausedUntil - now)
  }

  #pump(): void {
    this.#cancelWakeUp?.()
    this.#cancelWakeUp = undefined
    const now = this.#options.clock.now()
    if (this.#pausedUntil - now > this.#options.maxPauseMs) return this.#refuseAll(this.#pausedUntil - now)
    while (this.#active < this.#options.concurrency) {
      const startsAt = Math.max(this.#pausedUntil, this.#nextSlotAt)
      if (startsAt > now) return this.#wakeUpAt(startsAt, now)
      const waiter = this.#dequeue()
      if (waiter === undefined) return this.#learned.idle()
      this.#active += 1
      this.#nextSlotAt = Math.max(this.#nextSlotAt, now - toleranceMs) + this.#intervalMs(now)
      waiter.settle({ epoch: this.#epoch })
    }
  }

  #wakeUpAt(startsAt: number, now: number): void {
    if (this.#isEmpty()) return this.#learned.idle()
    this.#cancelWakeUp = this.#options.clock.after(Math.min(Math.ceil(startsAt - now), longestTimerMs), () =>
      this.#pump(),
    )
  }

  #intervalMs(now: number): number {
    return 1000 / (this.#options.rate ?? this.#learned.at(now))
  }

  #refuseAll(pauseMs: number): void {
    for (let waiter = this.#dequeue(); waiter !== undefined; waiter = this.#dequeue()) {
      waiter.settle({ kind: 'paused', seconds: pauseMs / 1000 })
    }
  }

  /** Takes the first that still waits. */
  #dequeue(): Waiter | undefined {
    return this.#next()?.take()
  }

  #isEmpty(): boolean {
    return this.#next() === undefined
  }

  /** Drops those that were aborted from the front, and finds the queue that is served next. */
  #next(): Queue<Waiter> | undefined {
    return Object.values(this.#queues).find((queue) => {
      while (queue.first?.settled === true) queue.take()
      return queue.first !== undefined
    })
  }
}
