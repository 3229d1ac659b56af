import { randomBytes } from 'node:crypto'
import type { ProviderDefinition } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import type { CallRecord } from '../http/client.ts'
import type { Clock as CallClock } from '../http/clock.ts'
import { openAccount } from '../providers/open-account.ts'
import { definitions, findProvider } from '../providers/registry.ts'
import { shareBudgets } from '../providers/shared-budgets.ts'
import { version } from '../run/version.ts'
import { sharesValues } from '../schema/terraform-account.ts'
import {
  accountResourceName,
  dataSourceName,
  ephemeralName,
  hasReadableSecret,
  resourceName,
  terraformSchema,
} from '../schema/terraform-schema.ts'
import { makeFingerprinter } from '../secrets/fingerprint.ts'
import { fingerprintFields } from '../secrets/fingerprint-fields.ts'
import { noPolicy, type Policy } from '../trust/policy.ts'
import { allowedOrigins, callEnvironment } from '../trust/trust.ts'
import { checkAccount, type Environment, isOn } from './account/account-setup.ts'
import { Accounts, type OpenVendor } from './account/accounts.ts'
import { type OperatorPolicy, readOperatorPolicy } from './account/operator-policy.ts'
import { VendorAccount } from './account/vendor-account.ts'
import { managedShared } from './account-values/managed-shared.ts'
import { type SharedType, sharedType } from './account-values/shared-type.ts'
import { madeSecret } from './listing/made-secret.ts'
import { webhooksData } from './listing/webhooks-data.ts'
import { webhooksQuery } from './listing/webhooks-query.ts'
import type { Provider } from './provider.ts'
import type { LimitingClock } from './resource/deadline.ts'
import { managedWebhook } from './resource/managed-webhook.ts'
import type { WebhookType } from './resource/webhook-type.ts'

export interface ProviderOptions {
  readonly env?: Environment
  readonly cwd?: string
  /** Tells the time, waits between looks at a vendor, and says when a time limit is over. */
  readonly clock?: LimitingClock
  /** Waits between attempts of one call. */
  readonly callClock?: CallClock
  /** Hears of every attempt of a vendor call. */
  readonly onCall?: (call: CallRecord & { readonly type: string }) => void
  /** Takes known secrets out of what vendors say. */
  readonly scrub?: (text: string) => string
}

const systemClock: LimitingClock = {
  now: Date.now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  limit: (ms) => AbortSignal.timeout(ms),
}

/** Opens what the plugin server asks: all vendors behind one provider block. */
export async function openProvider(options: ProviderOptions = {}): Promise<Provider> {
  const { env = process.env, cwd = process.cwd(), clock = systemClock } = options
  const schema = terraformSchema(definitions)
  const fingerprints = makeFingerprints()
  let operator: OperatorPolicy = { policy: noPolicy, diagnostics: [], judge: () => [] }
  const accounts = new Accounts(
    definitions,
    env,
    openVendor({ ...options, env }, () => operator.policy),
  )
  const types = definitions.map((definition): WebhookType => {
    const name = resourceName(definition)
    return {
      definition,
      name,
      block: blockOf(schema.resources, name),
      clock,
      account: () => accounts.of(definition),
      fingerprints: (fields) => fingerprints(definition, fields),
      allowUnknownEvents: isOn(env, 'HOOKS_SYNC_ALLOW_UNKNOWN_EVENTS'),
      receivers: (about, fields) => operator.judge(about, fields),
    }
  })
  const byName = <Made>(
    name: (definition: ProviderDefinition) => string,
    make: (type: WebhookType) => Made,
    some = types,
  ) => Object.fromEntries(some.map((type) => [name(type.definition), make(type)]))
  const shared = definitions.filter(sharesValues).map((vendor) =>
    sharedType(vendor, {
      block: blockOf(schema.resources, accountResourceName(vendor)),
      clock,
      account: () => accounts.of(vendor),
      fingerprints: (values) => fingerprints({ ...vendor, fields: vendor.accountFields }, values),
    }),
  )
  return {
    schema,
    validateConfig: async (config) => ({
      diagnostics: definitions.flatMap((definition) => checkAccount(definition, config)),
    }),
    configure: async (config) => {
      operator = await readOperatorPolicy(env, cwd)
      return { diagnostics: [...operator.diagnostics, ...accounts.configure(config)] }
    },
    resources: { ...byName(resourceName, managedWebhook), ...sharedResources(shared) },
    dataSources: byName(dataSourceName, (type) =>
      webhooksData(type, blockOf(schema.dataSources, dataSourceName(type.definition))),
    ),
    ephemeralResources: byName(
      ephemeralName,
      madeSecret,
      types.filter(({ definition }) => hasReadableSecret(definition)),
    ),
    listResources: byName(resourceName, webhooksQuery),
    close: () => accounts.close(),
  }
}

function sharedResources(types: readonly SharedType[]): Provider['resources'] {
  return Object.fromEntries(types.map((type) => [accountResourceName(type.vendor), managedShared(type)]))
}

function blockOf<Block>(blocks: Readonly<Record<string, Block>>, name: string): Block {
  const block = blocks[name]
  if (block === undefined) throw new TypeError(`The schema has no ${name}.`)
  return block
}

function openVendor({ env = {}, callClock, onCall, scrub }: ProviderOptions, policy: () => Policy): OpenVendor {
  return (definition, { settings, credentials }, readsEach) => {
    const { account, baseUrl, rateLimit } = settings
    const rate = rateLimit ?? definition.limits.requestsPerSecond
    const { name, type } = account
    const budgeted = { name, type, baseUrl, credentials, ...(rate === undefined ? {} : { rate }) }
    const share = shareBudgets([budgeted]).shares.get(name)
    const provider = findProvider(type)
    if (share === undefined || provider === undefined) throw new TypeError(`No provider is registered for ${type}.`)
    const trust = { policy: policy(), doubt: undefined }
    const open = (receivers: VendorAccount['receivers']) =>
      openAccount(provider, {
        account,
        baseUrl,
        share,
        credentials,
        desired: [],
        formerParams: [],
        receivers,
        allowedOrigins: allowedOrigins(trust, env, type),
        http: {
          userAgent: `hooks-sync/${version} (terraform)`,
          env: callEnvironment(trust, env),
          ...(scrub === undefined ? {} : { scrub }),
          ...(onCall === undefined ? {} : { onCall: (call) => onCall({ ...call, type }) }),
          ...(callClock === undefined ? {} : { clock: callClock }),
        },
      })
    return new VendorAccount({ definition, account, readsEach, open })
  }
}

/** Fingerprints are good for this process alone: nothing else ever sees them. */
function makeFingerprints() {
  const fingerprint = makeFingerprinter(new Secret(randomBytes(32).toString('hex')))
  if (typeof fingerprint !== 'function') throw new TypeError('32 random bytes are no key.')
  return ({ type, fields }: ProviderDefinition, values: Parameters<WebhookType['fingerprints']>[0]) =>
    fingerprintFields(fingerprint, fields, values, { account: type, webhook: 'terraform' })
}
