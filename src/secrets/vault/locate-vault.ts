import type { Lookup, Opening, PlaceFault } from '../locate.ts'

/** Finds the store of a reference to the backend. */
export function locateVault({ reference: { backend } }: Lookup, _: Opening): PlaceFault {
  const message = `This version of hooks-sync cannot read references to ${backend}.`
  return { kind: 'fault', blame: 'reference', code: 'HS2006', message, hint: 'It reads env, file and age.' }
}
