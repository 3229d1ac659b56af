import { refuseOrigin } from '../cloud/cloud-origin.ts'
import { type Lookup, type Opening, type Place, type PlaceFault, settingsFault } from '../locate.ts'
import type { StoreConfig } from '../store.ts'
import { isText, refuseOtherThan, refuseUnknown, type SettingsFault, textOf } from '../store-options.ts'
import { service } from './azure-caller.ts'
import { makeAzureStore } from './azure-store.ts'

/** Hosts of vaults, in the clouds that Azure has. */
const ownHosts = /^[a-z0-9-]{1,127}\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)$/

/** A secret as a reference names it; the vault may stand before it, the version behind it. */
const form = /^(?:(?<vault>[A-Za-z0-9.-]+)\/)?(?<name>[A-Za-z0-9-]{1,127})(?:\/(?<version>[0-9a-f]{32}))?$/

/** Finds the secret in an Azure Key Vault that a reference names. */
export function locateAzureSecret({ reference, config }: Lookup, opening: Opening): Place | PlaceFault {
  const fault = config === undefined ? undefined : checkAzureSettings(config)
  if (fault !== undefined) return settingsFault(fault, config)
  const { vault, name, version = reference.version } = form.exec(reference.path)?.groups ?? {}
  if (name === undefined) return noName(reference.path)
  const setting = config === undefined ? undefined : textOf(config.options, 'vault')
  const url = vaultUrl(vault ?? setting ?? '')
  if (url === undefined) return noVault(config)
  const named = vault === undefined ? 'The setting "vault"' : `The vault ${vault}`
  const refusal = refuseOrigin({ named, url, config, service, ownHosts }, opening)
  if (refusal !== undefined) return vault === undefined ? refusal : { ...refusal, blame: 'reference' }
  const { origin, hostname } = new URL(url)
  const group = `azurekeyvault:${origin}`
  const store = opening.openOnce(group, () =>
    makeAzureStore({ vaultUrl: origin, isAzure: ownHosts.test(hostname) }, opening.calls),
  )
  return { kind: 'place', store, group, path: name, ...(version === undefined ? {} : { version }) }
}

/** Finds what is wrong with the settings themselves. */
export function checkAzureSettings(config: StoreConfig): SettingsFault | undefined {
  return (
    refuseUnknown(config, ['vault']) ?? refuseOtherThan(config, ['vault'], isText, 'the name or the URL of a vault')
  )
}

/** A vault is named by its URL, by its host or, in the public cloud, by its name. */
function vaultUrl(vault: string): string | undefined {
  if (vault === '') return undefined
  if (vault.includes('://')) return vault
  return vault.includes('.') ? `https://${vault}` : `https://${vault.toLowerCase()}.vault.azure.net`
}

function noName(path: string): PlaceFault {
  const message = `"${path}" is no name of a secret in ${service}.`
  const hint = 'A name has letters, digits and "-"; the form is <name>, or <vault>/<name>.'
  return { kind: 'fault', blame: 'reference', code: 'HS2006', message, hint }
}

function noVault(config: StoreConfig | undefined): PlaceFault {
  const message = 'Nothing says which Azure Key Vault is meant.'
  const hint = 'Set vault under "stores:", or write ref+azurekeyvault://<vault>/<name>.'
  return settingsFault({ message, hint }, config)
}
