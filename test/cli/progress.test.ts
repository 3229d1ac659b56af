import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/cli/context.ts'
import { makeLook } from '../../src/cli/look.ts'
import { openOutput, type TextStream } from '../../src/cli/output.ts'
import { makeProgress, type Progress, type Ticking } from '../../src/cli/progress.ts'
import type { RunEvent } from '../../src/core/outcome.ts'
import { anAccountPlan, anAction, aPlan } from '../report/build-plan.ts'

interface Watched {
  readonly progress: Progress
  /** Lets time pass. */
  readonly pass: (seconds: number) => void
  /** All that was written to stderr. */
  readonly written: () => string
}

interface Timer {
  readonly work: () => void
  readonly every: number
  next: number
}

interface Kind {
  readonly isTerminal?: boolean
  readonly columns?: number
  readonly isCi?: boolean
  readonly isJson?: boolean
  readonly isQuiet?: boolean
  readonly isVerbose?: boolean
}

function watch(kind: Kind = {}): Watched {
  const parts: string[] = []
  const stream: TextStream = {
    isTTY: kind.isTerminal ?? false,
    columns: kind.columns ?? 80,
    write: (text, done) => {
      parts.push(text)
      done()
      return true
    },
    on: () => undefined,
  }
  const output = openOutput(stream, stream)
  const wishes = { isPlain: true, isQuiet: kind.isQuiet ?? false, isVerbose: kind.isVerbose ?? false }
  const noteLook = makeLook(output.stderr, {}, wishes)
  let now = 0
  const works: Timer[] = []
  const ticking: Ticking = {
    now: () => now,
    every: (milliseconds, work) => {
      // Timers ring a moment early now and then.
      works.push({ work, every: milliseconds, next: now + milliseconds - 0.5 })
      return () => works.splice(0)
    },
  }
  const context = { output, noteLook, isCi: kind.isCi ?? false, isJson: kind.isJson ?? false }
  const progress = makeProgress(context as Context, ticking)
  return {
    progress,
    pass: (seconds) => {
      const end = now + seconds * 1000
      for (;;) {
        const [first] = works.toSorted((one, other) => one.next - other.next)
        if (first === undefined || first.next > end) break
        now = Math.max(now, first.next)
        first.next += first.every
        first.work()
      }
      now = end
    },
    written: () => parts.join(''),
  }
}

const eraseLine = '\r\u001b[2K'

/** What a terminal shows last, on the line that changes. */
function lastStatus(text: string): string {
  return text.split(eraseLine).at(-1) ?? ''
}

function done(index: number): RunEvent {
  return { type: 'action_done', provider: 'acme', key: `hook-${index}`, kind: 'create', ids: [] }
}

function begin(progress: Progress, count: number): void {
  const actions = Array.from({ length: count }, (_, index) => anAction({ key: `hook-${index}` }))
  progress.begin(aPlan([anAccountPlan({ actions })]))
}

function emitAll(progress: Progress, from: number, to: number): void {
  for (let index = from; index < to; index += 1) progress.emit(done(index))
}

const failed: RunEvent = {
  type: 'action_failed',
  provider: 'acme',
  key: 'odd',
  kind: 'create',
  failure: { code: 'HS4004', message: 'Acme refused it.' },
}

describe('on a terminal', () => {
  test('work of less than a second shows nothing but what was done', () => {
    const { progress, written } = watch({ isTerminal: true })

    begin(progress, 2)
    emitAll(progress, 0, 2)
    progress.end()

    expect(written()).toBe('acme/hook-0: created\nacme/hook-1: created\n')
  })

  test('one line tells counts, rate and the time that is left', () => {
    const { progress, pass, written } = watch({ isTerminal: true })

    begin(progress, 200)
    emitAll(progress, 0, 19)
    progress.emit(failed)
    pass(4)

    expect(lastStatus(written())).toBe('Applying: 20 of 200, 1 failed, 5.0/s, about 36s left …')
  })

  test('work of a little more than a second is told', () => {
    const { progress, pass, written } = watch({ isTerminal: true })

    begin(progress, 2)
    pass(1.4)

    expect(lastStatus(written())).toBe('Applying: 0 of 2 …')
  })

  test('the line is gone at the end', () => {
    const { progress, pass, written } = watch({ isTerminal: true })

    begin(progress, 200)
    emitAll(progress, 0, 20)
    pass(4)
    progress.end()

    expect(lastStatus(written())).toBe('')
  })

  test('reading tells how many accounts there are, not only those begun', () => {
    const { progress, pass, written } = watch({ isTerminal: true })

    progress.emit({ type: 'account_reading', provider: 'a', accounts: 40 })
    progress.emit({ type: 'account_read', provider: 'a', webhooks: 1 })
    pass(2)

    expect(lastStatus(written())).toBe('Reading accounts: 1 of 40 …')
  })

  test('nothing is shown over a question, however long somebody thinks', () => {
    const { progress, pass, written } = watch({ isTerminal: true })

    progress.emit({ type: 'account_reading', provider: 'a', accounts: 1 })
    pass(2)
    progress.emit({ type: 'account_read', provider: 'a', webhooks: 1 })
    const shown = written()
    pass(60)

    expect(lastStatus(shown)).toBe('')
    expect(written()).toBe(shown)
  })

  test('the line fits into the columns', () => {
    const { progress, pass, written } = watch({ isTerminal: true, columns: 30 })

    begin(progress, 100_000)
    emitAll(progress, 0, 40)
    pass(4)

    expect(lastStatus(written())).toHaveLength(29)
  })

  test('of many actions only what goes wrong is told one by one', () => {
    const { progress, written } = watch({ isTerminal: true })

    begin(progress, 101)
    progress.emit(done(0))
    progress.emit(failed)

    expect(written()).toBe('acme/odd: create failed: HS4004  Acme refused it.\n')
  })
})

describe('elsewhere', () => {
  test.each([
    ['a pipe', {}],
    ['a CI, also with a terminal', { isTerminal: true, isCi: true }],
  ])('%s gets a line every ten seconds, and none that changes', (_, kind) => {
    const { progress, pass, written } = watch(kind)

    begin(progress, 1000)
    emitAll(progress, 0, 100)
    pass(35)
    emitAll(progress, 100, 200)
    pass(10)

    expect(written().split('\n')).toEqual([
      'Applying: 100 of 1000, 9.8/s, about 1m 32s left',
      'Applying: 100 of 1000, 4.9/s, about 3m 2s left',
      'Applying: 100 of 1000, 3.3/s, about 4m 32s left',
      'Applying: 200 of 1000, 5.0/s, about 2m 41s left',
      '',
    ])
  })

  test.each([
    ['--quiet', { isQuiet: true }],
    ['--json', { isJson: true }],
  ])('%s keeps it silent', (_, kind) => {
    const { progress, pass, written } = watch(kind)

    begin(progress, 1000)
    emitAll(progress, 0, 100)
    pass(35)

    expect(written()).toBe('')
  })

  test('--verbose tells each of many', () => {
    const { progress, written } = watch({ isVerbose: true })

    begin(progress, 500)
    emitAll(progress, 0, 500)

    expect(written().split('\n')).toHaveLength(501)
  })
})
