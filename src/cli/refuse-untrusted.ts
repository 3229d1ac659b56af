import { findDoubt } from '../trust/find-doubt.ts'
import { requireTrust } from '../trust/untrusted.ts'
import type { Context } from './context.ts'

/** Commands that open neither a store nor a connection, or do without in a run on code from a fork. */
const harmless: ReadonlySet<string> = new Set([
  'init',
  'validate',
  'plan',
  'providers',
  'report merge',
  'schema',
  'sandbox',
  'completion',
])

/** Refuses a command that would use secrets in a run on code from a fork, unless the operator trusts it. */
export async function refuseUntrusted({ command, env, flags }: Context): Promise<void> {
  if (harmless.has(command) || flags.isOn('trusted')) return
  requireTrust({ doubt: await findDoubt(env) }, command)
}
