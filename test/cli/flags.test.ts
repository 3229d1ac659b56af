import { expect, test } from 'vitest'
import type { FlagName } from '../../src/cli/flag-table.ts'
import { flagTable } from '../../src/cli/flag-table.ts'
import { type Flags, makeFlags, parseCount, variableOf } from '../../src/cli/flags.ts'
import { parseDuration } from '../../src/cli/parse-duration.ts'

function flagsOf(given: Partial<Record<FlagName, unknown>>, env: Readonly<Record<string, string>> = {}): Flags {
  return makeFlags({ has: () => true, given: (name) => given[name], env })
}

test('a switch is read from its variable, and the command line comes first', () => {
  expect(flagsOf({}).isOn('dedupe')).toBe(false)
  for (const word of ['1', 'true', 'YES', 'on'])
    expect(flagsOf({}, { HOOKS_SYNC_DEDUPE: word }).isOn('dedupe')).toBe(true)
  for (const word of ['0', 'false', 'no', '', 'off']) {
    expect(flagsOf({}, { HOOKS_SYNC_DEDUPE: word }).isOn('dedupe')).toBe(false)
  }
  expect(flagsOf({ dedupe: true }, { HOOKS_SYNC_DEDUPE: '0' }).isOn('dedupe')).toBe(true)
})

test('a switch whose variable says neither on nor off is refused by name', () => {
  expect(() => flagsOf({}, { HOOKS_SYNC_ALLOW_GAP: 'maybe' }).isOn('allow-gap')).toThrow('HOOKS_SYNC_ALLOW_GAP')
})

test('a repeatable flag takes a value a line from its variable, so that a value may hold commas and blanks', () => {
  const flags = flagsOf({}, { HOOKS_SYNC_TARGET: 'a/{b,c}\n\n d e/* \n' })

  expect(flags.list('target')).toEqual(['a/{b,c}', 'd e/*'])
})

test('a variable of a flag that the command does not have changes nothing', () => {
  const flags = makeFlags({ has: () => false, given: () => undefined, env: { HOOKS_SYNC_OUT: 'plan.json' } })

  expect(flags.value('out')).toBeUndefined()
})

test('no flag shares its variable with another, nor with what the tool reads by itself', () => {
  const names = Object.keys(flagTable) as FlagName[]
  const own = ['HOOKS_SYNC_ALLOW_ENV', 'HOOKS_SYNC_ALLOWED_ORIGINS', 'HOOKS_SYNC_AGE_KEY', 'HOOKS_SYNC_AGE_KEY_FILE']

  const variables = [...names.map(variableOf), ...own]

  expect(new Set(variables).size).toBe(variables.length)
})

test('times have a unit, and a bare number counts seconds', () => {
  const read = ['500ms', '30s', '5m', '1.5h', '2d', '7'].map((text) => parseDuration('--lock-timeout', text))

  expect(read).toEqual([500, 30_000, 300_000, 5_400_000, 172_800_000, 7000])
  for (const text of ['', '5 m', '-1s', '1w', 'soon']) {
    expect(() => parseDuration('--lock-timeout', text)).toThrow('--lock-timeout takes a time')
  }
})

test('counts are whole numbers within their limits', () => {
  expect(parseCount('--port', '80', 0, 65_535)).toBe(80)
  for (const text of ['', '1.5', '-1', '0x10', '99999', 'many']) {
    expect(() => parseCount('--port', text, 0, 65_535)).toThrow('--port takes a whole number from 0 to 65535')
  }
})
