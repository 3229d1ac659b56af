import type { Plan } from '../core/plan.ts'
import type { Account } from '../core/webhook.ts'

/** Which vendor account each name stood for when a file was made: the file is for that one. Holds no credential. */
export type AccountIdentities = Readonly<Record<string, Account['identity']>>

/** Lists which accounts the actions of a plan are about. */
export function accountIdentities({ accounts }: Plan): AccountIdentities {
  return Object.fromEntries(
    accounts.flatMap(({ account, actions }) => (actions.length === 0 ? [] : [[account.name, account.identity]])),
  )
}

/** Reads account identities from a file, as far as they are some. */
export function readIdentities(value: unknown): AccountIdentities {
  const texts = (identity: unknown): Account['identity'] =>
    Object.fromEntries(entriesOf(identity).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])))
  return Object.fromEntries(entriesOf(value).map(([name, identity]) => [name, texts(identity)]))
}

/** Words in what a name stands for another account than when the file was made; undefined where it is the same. */
export function otherAccount(made: AccountIdentities, { name, identity }: Account): string | undefined {
  const before = Object.hasOwn(made, name) ? made[name] : undefined
  if (before === undefined) return 'it does not say which account it was made for'
  const names = [...new Set([...Object.keys(before), ...Object.keys(identity)])].toSorted()
  const differing = names.filter((field) => before[field] !== identity[field])
  const words = differing.map((field) => `${field} ${before[field] ?? 'none'} → ${identity[field] ?? 'none'}`)
  return words.length === 0 ? undefined : `${name} is another account now: ${words.join(', ')}`
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}
