import type { ProviderApi, ProviderDefinition } from '../../src/core/provider.ts'
import { Secret, SecretSlot } from '../../src/core/secret.ts'
import type { DesiredValue, DesiredValues } from '../../src/core/value.ts'
import type { Account } from '../../src/core/webhook.ts'
import type { Connection } from '../../src/providers/connection.ts'
import { noReceivers } from '../../src/providers/receiver-url.ts'
import type { Provider } from '../../src/providers/registry.ts'
import type { VendorSandbox } from '../../src/sandbox/index.ts'

/** The parts of a stand-in that an account needs. */
export type StandIn = Pick<VendorSandbox, 'baseUrl' | 'credentials'>

export interface OpenOptions {
  readonly settings?: DesiredValues
  readonly credentials?: Readonly<Record<string, string>>
  readonly receivers?: Connection['receivers']
  readonly http?: Partial<Connection['http']>
}

/** An account at a stand-in, with the API of our provider opened on it. */
export interface OpenAccount {
  readonly account: Account
  readonly api: ProviderApi
}

/** Opens a provider on a stand-in, with its credentials, and without waiting long between attempts. */
export async function openAccount(
  { definition, load }: Provider,
  standIn: StandIn,
  options: OpenOptions = {},
): Promise<OpenAccount> {
  const account = describeAccount(definition, standIn, options.settings)
  const given = { ...standIn.credentials, ...options.credentials }
  const names = Object.keys(definition.auth)
  const { connect } = await load()
  const api = connect({
    account,
    credentials: Object.fromEntries(names.map((name) => [name, new Secret(given[name] ?? '')])),
    receivers: options.receivers ?? noReceivers,
    http: {
      baseUrl: standIn.baseUrl,
      userAgent: 'hooks-sync tests',
      backoffBaseMs: 1,
      ...options.http,
    },
  })
  return { account, api }
}

/** Describes the account at a stand-in as its files would. */
export function describeAccount(definition: ProviderDefinition, standIn: StandIn, given: DesiredValues = {}): Account {
  const settings = Object.entries(definition.settings).flatMap(([name, field]): readonly [string, DesiredValue][] => {
    const fallback = field.absence?.means === 'default' ? field.absence.value : undefined
    const value = given[name] ?? standIn.credentials[name] ?? fallback
    return value === undefined ? [] : [[name, value]]
  })
  return {
    name: 'account',
    type: definition.type,
    settings: Object.fromEntries(settings),
    identity: { origin: new URL(standIn.baseUrl).origin },
    prune: 'owned',
  }
}

/** Makes a declared secret whose value the vault has already given. */
export function aSecret(value: string): SecretSlot {
  return new SecretSlot({ form: 'ref', ref: 'ref+file://secret' }, { value: new Secret(value) })
}

/** Declares a secret that is captured into the vault of the tests. */
export function captureTo(ref: string): SecretSlot {
  return new SecretSlot({ form: 'capture', ref })
}
