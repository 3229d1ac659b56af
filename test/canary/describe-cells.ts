import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CanaryWorld, openCanaryWorld } from './canary-world.ts'
import { faults } from './faults.ts'
import type { Arrived } from './front.ts'
import type { FrontName } from './ground.ts'
import { encodings } from './leaks.ts'

/** A command, and which of the requests it makes go wrong. */
export interface Row {
  readonly does: string
  readonly argv: readonly string[]
  readonly hits: (arrived: Arrived) => boolean
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

export interface Table {
  /** The servers that go wrong. */
  readonly at: readonly FrontName[]
  readonly servers: string
  readonly rows: readonly Row[]
  /** Commands that ask these servers nothing. */
  readonly calm?: readonly Row[]
  /** Rows whose servers repeat secrets once more in each encoding there is. */
  readonly repeating: readonly Row[]
  /** How many cells there are; a cell that does not run is missed. */
  readonly cells: number
}

const troubles = [...faults, 'bad TLS' as const].map(
  (fault, number) => [fault === 'bad TLS' ? 'a certificate that nobody knows' : fault.name, fault, number] as const,
)

/** Holds every command to it that no secret gets out, whatever the servers answer. */
export function describeCells({ at, servers, rows, calm = [], repeating, cells }: Table): void {
  let world: CanaryWorld
  let done = 0

  beforeAll(async () => {
    world = await openCanaryWorld()
  })
  beforeEach(() => world.reset())
  afterAll(() => world.close())

  test.each(named([...rows, ...calm]))(
    '%s lets no secret out when all goes well',
    async (_does, { argv, ...given }) => {
      const ran = await world.run(argv, given)

      expect(ran.stdout + ran.stderr).not.toBe('')
      expect(await world.findLeaks(ran)).toEqual([])
      done += 1
    },
  )

  describe.each(named(rows))('%s lets no secret out', (_does, { argv, env, stdin, hits }) => {
    test.each(troubles)(`when ${servers} with %s`, async (_, fault, number) => {
      await world.cause({ at, fault, hits, firstPair: number })

      const ran = await world.run(argv, { env, stdin })

      expect(world.struck()).toBeGreaterThan(0)
      expect(await world.findLeaks(ran)).toEqual([])
      done += 1
    })
  })

  describe.each(named(repeating))('%s', (_does, { argv, env, stdin, hits }) => {
    test.each(encodingPairs(at.length))(`tells what ${servers} with, but no secret %s`, async (_, firstPair) => {
      const [fault = 'bad TLS'] = faults
      await world.cause({ at, fault, hits, firstPair })

      const ran = await world.run(argv, { env, stdin })

      expect(`${ran.stdout}${ran.stderr}`).toContain('[secret]')
      expect(await world.findLeaks(ran)).toEqual([])
      done += 1
    })
  })

  test('no cell was left out', () => {
    expect(done).toBe(cells)
  })
}

/** Parts the encodings among runs in which each server speaks two of them. */
function encodingPairs(servers: number): readonly (readonly [names: string, firstPair: number])[] {
  const perRun = 2 * servers
  return Array.from({ length: Math.ceil(encodings.length / perRun) }, (_, run) => {
    const spoken = encodings.slice(run * perRun, (run + 1) * perRun)
    return [spoken.map(({ name }) => name).join(' or '), run * servers]
  })
}

function named(rows: readonly Row[]): readonly (readonly [string, Row])[] {
  return rows.map((row) => [row.does, row])
}
