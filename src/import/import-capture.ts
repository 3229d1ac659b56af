import type { Diagnostic } from '../core/diagnostic.ts'
import { DiagnosticError, hasErrors } from '../core/diagnostic.ts'
import type { AccountImport, ImportedWebhook } from '../core/import-webhooks.ts'
import { declaredOf } from '../core/import-webhooks.ts'
import type { ProviderApi } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import type { LiveObject } from '../core/webhook.ts'
import type { Explained } from '../engine/ports.ts'
import type { WritableVault } from '../secrets/make-vault.ts'
import { isReferenceFault, parseReference, renderPointer } from '../secrets/reference.ts'
import type { ImportedAccount, SettledAccount } from './import-settle.ts'

export interface CaptureTools {
  /** Reference that the places of all secrets start with. */
  readonly prefix: string
  readonly vault: WritableVault
  readonly apiOf: (account: string) => ProviderApi | undefined
  readonly explain: (error: unknown) => Explained
  readonly signal: AbortSignal
}

/** Reads the secrets that vendors made for imported webhooks, and declares where they will be stored. */
export async function readMadeSecrets(
  accounts: readonly ImportedAccount[],
  tools: CaptureTools,
): Promise<{ readonly accounts: readonly ImportedAccount[]; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = []
  const read: ImportedAccount[] = []
  for (const account of accounts) {
    const secrets = new Map<string, Secret>()
    for (const webhook of account.made.definition.serverSecret === undefined ? [] : declaredOf(account.made)) {
      const secret = await readMadeSecret(account, webhook, tools)
      if (secret instanceof Secret) secrets.set(webhook.key, secret)
      else diagnostics.push(secret)
    }
    read.push({ ...account, secrets, made: declareCaptures(account.made, secrets, tools.prefix) })
  }
  return { accounts: read, diagnostics }
}

async function readMadeSecret(
  { input, made }: ImportedAccount,
  webhook: ImportedWebhook,
  { apiOf, explain, signal }: CaptureTools,
): Promise<Secret | Diagnostic> {
  const about = { severity: 'warning', provider: made.account, key: webhook.key } as const
  const live = input.live.objects.find((object) => object.id === webhook.ids[0])
  const shown = live?.fields[made.definition.serverSecret ?? '']
  if (shown instanceof Secret) return shown
  try {
    const secret = live === undefined ? undefined : await askForSecret(apiOf(made.account), live, signal)
    if (secret !== undefined) return secret
    const message = `${made.definition.title} does not show the secret it made for ${webhook.key}; it is not captured.`
    return { ...about, code: 'HS4011', message, hint: 'Make a new one with `hooks-sync rotate`.' }
  } catch (error) {
    const { code, message, hint } = explain(error).failure
    const words = `The secret of ${webhook.key} is not captured: ${message}`
    return { ...about, code, message: words, ...(hint === undefined ? {} : { hint }) }
  }
}

function askForSecret(
  api: ProviderApi | undefined,
  { id, scope }: LiveObject,
  signal: AbortSignal,
): Promise<Secret> | undefined {
  return api?.readSecret?.({ id, scope }, signal)
}

function declareCaptures(made: AccountImport, secrets: ReadonlyMap<string, Secret>, prefix: string): AccountImport {
  const name = made.definition.serverSecret
  if (name === undefined) return made
  const webhooks = made.webhooks.map((webhook) => {
    if (!secrets.has(webhook.key)) return webhook
    const line = { as: 'line', name, value: { capture: captureRef(prefix, made.account, webhook.key) } } as const
    return { ...webhook, fields: [...webhook.fields.filter((field) => field.name !== name), line] }
  })
  return { ...made, webhooks }
}

/** Names the place of one secret below the prefix. */
function captureRef(prefix: string, account: string, key: string): string {
  return `${prefix}${prefix.includes('#') ? '' : '#'}${renderPointer([account, key])}`
}

/** Throws where a prefix cannot become a reference. */
export function checkCapturePrefix(prefix: string): void {
  const parsed = parseReference(captureRef(prefix.replace(/\/+$/u, ''), 'account', 'key'))
  if (!isReferenceFault(parsed)) return
  const { message, hint } = parsed
  throw new DiagnosticError([{ code: 'HS2002', severity: 'error', message: `--capture: ${message}`, hint }])
}

/**
 * Stores the secrets, unless another one stands there: what a store holds is not ours to replace. Throws before
 * anything is written where that cannot be.
 */
export async function storeMadeSecrets(accounts: readonly SettledAccount[], tools: CaptureTools): Promise<void> {
  const wants = accounts.flatMap(({ made, secrets }) => {
    const declared = new Set(declaredOf(made).map((webhook) => webhook.key))
    const path = made.definition.serverSecret ?? ''
    return [...secrets]
      .filter(([key]) => declared.has(key))
      .map(([key, value]) => {
        const target = { ref: captureRef(tools.prefix, made.account, key), provider: made.account, key, path }
        return { target, value }
      })
  })
  const missing: typeof wants = []
  const refusals: Diagnostic[] = []
  for (const want of wants) {
    const stored = await tools.vault.read(want.target)
    if (stored === undefined) missing.push(want)
    else if (!stored.equals(want.value)) refusals.push(holdsAnother(want.target))
  }
  for (const { target } of missing.slice(0, 1))
    refusals.push(...[(await tools.vault.proveWritable(target)) ?? []].flat())
  if (hasErrors(refusals)) throw new DiagnosticError(refusals)
  for (const { target, value } of missing) {
    const refusal = await tools.vault.store(target, value)
    if (refusal !== undefined) throw new DiagnosticError([refusal])
  }
}

function holdsAnother({
  ref,
  provider,
  key,
}: {
  readonly ref: string
  readonly provider: string
  readonly key: string
}): Diagnostic {
  return {
    code: 'HS4010',
    severity: 'error',
    message: `The store holds another secret at ${ref} than the vendor made for ${provider}/${key}.`,
    hint: 'Remove it with `hooks-sync secrets rm`, or name another place with --capture.',
    provider,
    key,
  }
}
