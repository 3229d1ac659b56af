import type { Code } from '../core/codes.ts'
import { DiagnosticError } from '../core/diagnostic.ts'
import type { FlagName, ListName, SwitchName, ValueName } from './flag-table.ts'

/** The flags of one call: the command line first, then the environment. */
export interface Flags {
  isOn(name: SwitchName): boolean
  value(name: ValueName): string | undefined
  list(name: ListName): readonly string[]
}

export interface FlagSource {
  /** Whether the command has the flag at all. */
  readonly has: (name: FlagName) => boolean
  /** What the command line says; undefined where it says nothing. */
  readonly given: (name: FlagName) => unknown
  readonly env: Readonly<Record<string, string | undefined>>
}

const yes = new Set(['1', 'true', 'yes', 'on'])
const no = new Set(['', '0', 'false', 'no', 'off'])

/** Reads flags from the command line and, where it does not name them, from `HOOKS_SYNC_…` variables. */
export function makeFlags(source: FlagSource): Flags {
  const fromEnv = (name: FlagName): string | undefined => {
    const value = source.has(name) ? source.env[variableOf(name)] : undefined
    return value === '' ? undefined : value
  }
  return {
    isOn: (name) => {
      const given = source.given(name)
      return given === undefined ? isYes(variableOf(name), fromEnv(name)) : given === true
    },
    value: (name) => {
      const given = source.given(name)
      return typeof given === 'string' ? given : fromEnv(name)
    },
    list: (name) => {
      const given = source.given(name)
      return Array.isArray(given) ? given.map(String) : linesOf(fromEnv(name))
    },
  }
}

/** Names the environment variable of a flag. */
export function variableOf(name: FlagName): string {
  return `HOOKS_SYNC_${name.toUpperCase().replaceAll('-', '_')}`
}

/** Makes the error for a command that is not used as it must be. */
export function usageError(message: string, hint?: string, code: Code = 'HS6001'): DiagnosticError {
  return new DiagnosticError([{ code, severity: 'error', message, ...(hint === undefined ? {} : { hint }) }])
}

/** Reads a whole number within limits. */
export function parseCount(flag: string, text: string, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  throw usageError(`${flag} takes a whole number ${range}.`)
}

function isYes(variable: string, value: string | undefined): boolean {
  const word = (value ?? '').trim().toLowerCase()
  if (no.has(word)) return false
  if (yes.has(word)) return true
  throw usageError(`The variable ${variable} is neither on nor off.`, 'Write 1 or 0.')
}

function linesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
