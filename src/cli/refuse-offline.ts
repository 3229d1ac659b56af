import type { Context } from './context.ts'
import { usageError } from './flags.ts'

/** Refuses `--offline` for a command that must see what is live. */
export function refuseOffline({ command, flags }: Context): void {
  if (!flags.isOn('offline')) return
  const hint = 'Only plan can: hooks-sync plan --offline'
  throw usageError(`${command} cannot work offline.`, hint, 'HS6003')
}
