/** What a run came to. */
export type Ending = 'interrupted' | 'terminated' | 'error' | 'refused' | 'stale' | 'in-part' | 'changes' | 'done'

const exitCodes: Readonly<Record<Ending, number>> = {
  done: 0,
  error: 1,
  changes: 2,
  'in-part': 3,
  stale: 4,
  refused: 5,
  interrupted: 130,
  terminated: 143,
}

/** Which ending is told when several hold; an `error` says that nothing was written. */
const precedence: readonly Ending[] = [
  'terminated',
  'interrupted',
  'error',
  'refused',
  'stale',
  'in-part',
  'changes',
  'done',
]

/** Returns the exit code of a run, whatever it came to at once. */
export function exitCode(endings: readonly Ending[]): number {
  const told = precedence.find((ending) => endings.includes(ending)) ?? 'done'
  return exitCodes[told]
}
