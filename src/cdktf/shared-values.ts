import type { LoadedAccount } from '../config/project.ts'
import type { DesiredValues } from '../core/value.ts'

/** Lists what a file says of an account that all its webhooks share; an account without `webhooks:` is never written. */
export function sharedValues({ account, definition, desired }: LoadedAccount): DesiredValues {
  if (desired === undefined) return {}
  const { accountFields = {} } = definition
  return Object.fromEntries(Object.entries(account.settings).filter(([name]) => Object.hasOwn(accountFields, name)))
}
