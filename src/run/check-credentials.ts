import type { LoadedAccount, LoadedProject } from '../config/project.ts'
import type { Diagnostic, Position } from '../core/diagnostic.ts'
import type { Secret } from '../core/secret.ts'
import type { ResolvedSlots } from '../secrets/resolve-slots.ts'

/**
 * Leaves out accounts whose credentials no request could carry, such as one with the line break of the file it came
 * from, and says so: sent all the same, it would look as if the vendor could not be reached.
 */
export function refuseUnsendable(
  project: LoadedProject,
  use: 'plan' | 'apply',
  resolved: ResolvedSlots,
): ResolvedSlots {
  const found = project.accounts.flatMap((loaded) => checkCredentials(project, loaded, use, resolved))
  return {
    ...resolved,
    failedAccounts: new Set([...resolved.failedAccounts, ...found.flatMap(({ provider }) => provider ?? [])]),
    diagnostics: [...resolved.diagnostics, ...found],
  }
}

function checkCredentials(
  project: LoadedProject,
  { account, auth }: LoadedAccount,
  use: 'plan' | 'apply',
  { valueOf }: ResolvedSlots,
): readonly Diagnostic[] {
  return Object.entries(auth[use]).flatMap(([name, slot]) => {
    const path = project.secrets.find((declared) => declared.slot === slot)?.path
    const place = path === undefined ? undefined : project.place(path)
    const credential = { provider: account.name, name, ref: slot.source.ref, at: place?.at }
    return findUnsendable(credential, valueOf(slot)) ?? []
  })
}

/** A secret that goes into the headers of each request. */
export interface Credential {
  /** Account it belongs to. */
  readonly provider: string
  readonly name: string
  readonly ref: string
  /** Where it is declared. */
  readonly at: Position | undefined
}

/** Says why no request could carry the value of a credential; nothing where one could. */
export function findUnsendable(
  { provider, name, ref, at }: Credential,
  value: Secret | undefined,
): Diagnostic | undefined {
  const flaw = value?.whatCannotBeSent()
  if (flaw === undefined) return undefined
  return {
    code: 'HS2017',
    severity: 'error',
    message: `The ${name} of ${provider} holds ${flaw}, which no request can carry.`,
    hint: `Store the value alone at ${ref}.`,
    provider,
    ...(at === undefined ? {} : { at }),
  }
}
