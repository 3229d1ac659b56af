import type { LoadedAccount, LoadedProject } from '../../config/project.ts'
import type { Position } from '../../core/diagnostic.ts'
import type { Fields } from '../../core/field.ts'
import { accountKey, entryId, ledgerAccountId } from '../../core/ledger.ts'
import { SecretSlot } from '../../core/secret.ts'
import type { DesiredValues } from '../../core/value.ts'

/** A secret that signs deliveries, as one webhook or one account declares it. */
export interface SigningSecret {
  /** `provider/key`. */
  readonly id: string
  readonly provider: string
  readonly key: string
  /** Field that declares it. */
  readonly path: string
  readonly slot: SecretSlot
  /** Directory that a relative path in the reference starts at. */
  readonly baseDir: string
  readonly account: LoadedAccount
  /** What is declared beside it. */
  readonly fields: DesiredValues
  /** Where the ledger keeps what it knows of it. */
  readonly place: { readonly account: string; readonly key: string }
  readonly file: string
  readonly at?: Position
}

/** The signing secrets of a project, and the webhooks that have none. */
export interface SigningSecrets {
  readonly secrets: readonly SigningSecret[]
  /** `provider/key` of webhooks that declare none. */
  readonly without: readonly string[]
}

/** Finds the secrets that the files declare for signing: those of webhooks, and those that a whole account shares. */
export function findSigningSecrets(project: LoadedProject): SigningSecrets {
  const baseDirs = new Map(project.secrets.map(({ slot, baseDir }) => [slot, baseDir] as const))
  const found = project.accounts.flatMap((account) =>
    declarers(account).map((declarer) => ({
      id: declarer.id,
      secrets: secretsOf(project, account, declarer, baseDirs),
    })),
  )
  return {
    secrets: found.flatMap(({ secrets }) => secrets),
    without: found.filter(({ secrets }) => secrets.length === 0).map(({ id }) => id),
  }
}

interface Declarer {
  readonly id: string
  readonly key: string
  readonly declarations: Fields
  readonly fields: DesiredValues
  readonly file: string
}

function declarers({ account, definition, desired, file }: LoadedAccount): readonly Declarer[] {
  const { name, settings } = account
  const webhooks = (desired ?? [])
    .filter(({ abandon }) => !abandon)
    .map((webhook) => ({ ...webhook, id: `${name}/${webhook.key}`, declarations: definition.fields }))
  const { accountFields = {} } = definition
  const shared = Object.keys(accountFields).some((path) => settings[path] instanceof SecretSlot)
  if (!shared || desired === undefined) return webhooks
  return [
    ...webhooks,
    { id: `${name}/${accountKey}`, key: accountKey, declarations: accountFields, fields: settings, file },
  ]
}

function secretsOf(
  project: LoadedProject,
  loaded: LoadedAccount,
  { id, key, declarations, fields, file }: Declarer,
  baseDirs: ReadonlyMap<SecretSlot, string>,
): readonly SigningSecret[] {
  const { name: provider, identity } = loaded.account
  return Object.entries(declarations).flatMap(([path, field]): readonly SigningSecret[] => {
    const slot = fields[path]
    if (field.kind !== 'secret' || !(slot instanceof SecretSlot)) return []
    const steps = key === accountKey ? [provider, path] : [provider, 'webhooks', key, path]
    const at = project.place(['providers', ...steps])?.at
    return [
      {
        id,
        provider,
        key,
        path,
        slot,
        baseDir: baseDirs.get(slot) ?? project.baseDir,
        account: loaded,
        fields,
        place: { account: ledgerAccountId(provider, identity), key: entryId(file, key) },
        file,
        ...(at === undefined ? {} : { at }),
      },
    ]
  })
}
