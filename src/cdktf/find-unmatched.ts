import type { LoadedAccount, LoadedProject } from '../config/project.ts'
import type { Diagnostic, Severity } from '../core/diagnostic.ts'
import { SecretSlot } from '../core/secret.ts'
import type { DesiredValue, DesiredValues } from '../core/value.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import { credentialsOf } from './credentials-of.ts'
import { variableName } from './names.ts'
import { sharedValues } from './shared-values.ts'

/** What stands in a file and cannot be kept. */
interface Unmatched {
  readonly path: readonly string[]
  readonly severity: Severity
  readonly message: string
  readonly hint: string
}

/**
 * Finds what the files say and Terraform has no counterpart for; nothing is left out without a word. The credentials of
 * accounts whose provider is given are nobody's concern here.
 */
export function findUnmatched(project: LoadedProject, given: readonly string[]): readonly Diagnostic[] {
  const unmatched = project.accounts.flatMap((account) => [
    ...unmatchedOfAccount(account),
    ...(account.desired ?? []).flatMap((webhook) => unmatchedOfWebhook(account, webhook)),
  ])
  return [...unmatched, ...findSharedVariables(project, given)].map((one) => toDiagnostic(one, project))
}

function unmatchedOfAccount({ account }: LoadedAccount): readonly Unmatched[] {
  if (account.prune === 'owned') return []
  return [
    {
      path: ['providers', account.name, 'prune'],
      severity: 'warning',
      message: `Terraform does not know "prune: ${account.prune}".`,
      hint: 'It deletes what is no longer declared, and never what it does not manage.',
    },
  ]
}

function unmatchedOfWebhook(loaded: LoadedAccount, webhook: DesiredWebhook): readonly Unmatched[] {
  const path = ['providers', loaded.account.name, 'webhooks', webhook.key]
  return [
    ...unmatchedNulls(webhook, path),
    ...(webhook.overlap === undefined ? [] : [unmatchedOverlap(path)]),
    ...unmatchedMove(loaded, webhook, path),
  ]
}

function unmatchedNulls({ fields }: DesiredWebhook, path: readonly string[]): readonly Unmatched[] {
  const cleared = Object.entries(fields).filter(([, value]) => value === null)
  return cleared.map(([name]) => ({
    path: [...path, name],
    severity: 'error',
    message: `Terraform cannot tell "${name}: null" from ${name} being left out.`,
    hint: 'Remove the line, and clear the value in the dashboard or with `hooks-sync apply`.',
  }))
}

function unmatchedOverlap(path: readonly string[]): Unmatched {
  return {
    path: [...path, 'overlap'],
    severity: 'warning',
    message: 'Terraform keeps no replaced webhook beside its successor for a time.',
    hint: 'The old one goes in the same run, once the new one is there.',
  }
}

function unmatchedMove(
  { desired = [] }: LoadedAccount,
  { previously }: DesiredWebhook,
  path: readonly string[],
): readonly Unmatched[] {
  if (typeof previously !== 'string' || !desired.some(({ key }) => key === previously)) return []
  const message = `"${previously}" is declared again, so nothing moves.`
  return [{ path: [...path, 'previously'], severity: 'warning', message, hint: 'Remove previously.' }]
}

/** Names that differ only in what a variable's name cannot hold would share a value. */
function findSharedVariables(project: LoadedProject, given: readonly string[]): readonly Unmatched[] {
  const taken = new Map<string, string>()
  const secrets = project.accounts.flatMap((loaded) => [
    ...(given.includes(loaded.account.name) ? [] : listCredentials(loaded)),
    ...listSecrets(loaded),
  ])
  return secrets.flatMap(({ path, place, steps }) => {
    const name = variableName(steps)
    const other = taken.get(name)
    taken.set(name, other ?? place)
    if (other === undefined) return []
    const message = `The variable ${name} would stand for ${other} and for ${place}.`
    return [{ path, severity: 'error', message, hint: 'Give one of the two another name.' }]
  })
}

interface PlacedSecret {
  readonly path: readonly string[]
  readonly place: string
  /** What the name of its variable is made of. */
  readonly steps: readonly string[]
}

function listCredentials(loaded: LoadedAccount): readonly PlacedSecret[] {
  const { name } = loaded.account
  return credentialsOf(loaded).map(([credential]) => ({
    path: ['providers', name, 'auth'],
    place: `${name}.${credential}`,
    steps: [name, credential],
  }))
}

function listSecrets(loaded: LoadedAccount): readonly PlacedSecret[] {
  const { name } = loaded.account
  const shared = secretsIn(sharedValues(loaded)).map(
    (inner): PlacedSecret => ({
      path: ['providers', name, ...inner],
      place: `${name}.${inner.join('.')}`,
      steps: [name, ...inner],
    }),
  )
  const own = (loaded.desired ?? []).flatMap(({ key, fields }) =>
    secretsIn(fields).map(
      (inner): PlacedSecret => ({
        path: ['providers', name, 'webhooks', key, ...inner],
        place: `${name}/${key}.${inner.join('.')}`,
        steps: [name, key, ...inner],
      }),
    ),
  )
  return [...shared, ...own]
}

function secretsIn(value: DesiredValue | DesiredValues): readonly (readonly string[])[] {
  if (value instanceof SecretSlot) return value.source.form === 'capture' ? [] : [[]]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => secretsIn(inner).map((steps) => [name, ...steps]))
}

function toDiagnostic({ path, ...unmatched }: Unmatched, project: LoadedProject): Diagnostic {
  const place = project.place(path, 'key')
  return {
    code: 'HS1019',
    ...unmatched,
    ...(place === undefined ? {} : { at: place.at, length: place.length }),
    ...(place?.excerpt === undefined ? {} : { excerpt: place.excerpt }),
  }
}
