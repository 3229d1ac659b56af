import { DiagnosticError } from '../core/diagnostic.ts'
import type { ProviderApi } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { Account, DesiredWebhook } from '../core/webhook.ts'
import { checkOrigin } from '../http/allowed-origin.ts'
import type { HttpOptions } from '../http/client.ts'
import { describeReceivers, type Receivers } from './receiver-url.ts'
import type { Provider } from './registry.ts'
import type { Share } from './shared-budgets.ts'

export interface OpenAccountOptions {
  readonly account: Account
  readonly baseUrl: string
  /** What it spends its requests from. */
  readonly share: Share
  readonly credentials: Readonly<Record<string, Secret>>
  readonly desired: readonly DesiredWebhook[]
  /** Names of secret query parameters that were written before and may still be live. */
  readonly formerParams: readonly string[]
  /** Stands for what `desired` and `formerParams` say, where that is not all known yet. */
  readonly receivers?: Receivers
  /** Origins the operator allows beside the vendor's own hosts. */
  readonly allowedOrigins: readonly string[]
  readonly http: Pick<HttpOptions, 'userAgent' | 'env' | 'onCall' | 'scrub' | 'timeoutMs' | 'clock' | 'patience'>
}

/** Opens the API of one account. Throws a `DiagnosticError` where its credentials would go to a foreign host. */
export async function openAccount(provider: Provider, options: OpenAccountOptions): Promise<ProviderApi> {
  const { definition } = provider
  const { account, baseUrl } = options
  const allowed = [...definition.hosts, ...options.allowedOrigins]
  for (const [setting, url] of [['base_url', baseUrl] as const, ...urlSettings(provider, account)]) {
    if (!checkOrigin(url, allowed)) throw foreignHost(definition.title, setting, url, account)
  }
  const { budget, rate } = options.share
  const declared = describeReceivers(options.desired.map((webhook) => webhook.fields))
  const secretParams = new Set([...declared.secretParams, ...options.formerParams])
  const { connect } = await provider.load()
  return connect({
    account,
    credentials: options.credentials,
    receivers: options.receivers ?? { ...declared, secretParams },
    http: {
      ...options.http,
      baseUrl,
      allowedOrigins: allowed,
      budget,
      concurrency: definition.limits.concurrency,
      ...(rate === undefined ? {} : { rate }),
    },
  })
}

/** Settings that name a host which gets credentials too, such as a token service. */
function urlSettings({ definition }: Provider, account: Account): readonly (readonly [string, string])[] {
  return Object.entries(definition.settings).flatMap(([name, field]) => {
    const value = account.settings[name]
    return field.kind === 'url' && typeof value === 'string' ? [[name, value] as const] : []
  })
}

function foreignHost(title: string, setting: string, url: string, account: Account): DiagnosticError {
  const origin = URL.canParse(url) ? new URL(url).origin : 'what it names'
  return new DiagnosticError([
    {
      code: 'HS2007',
      severity: 'error',
      message: `${setting} would send the credentials of ${account.name} to ${origin}, which is no host of ${title}.`,
      hint: `If that is right, allow it from outside the files: HOOKS_SYNC_ALLOWED_ORIGINS=${origin}`,
      provider: account.name,
      ...(account.at === undefined ? {} : { at: account.at }),
    },
  ])
}
