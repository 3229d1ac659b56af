import { parseAgeSettings } from './age/age-settings.ts'
import { type Backend, isBackend } from './backends.ts'
import { parseFileSettings } from './file/locate-file.ts'
import type { StoreConfig } from './store.ts'
import { refuseUnknown, type SettingsFault } from './store-options.ts'

type Check = (config: StoreConfig) => SettingsFault | undefined

/** What each backend can tell of its settings by looking at them; whether they lead anywhere shows when they are used. */
const checks: { readonly [B in Backend]: () => Check | Promise<Check> } = {
  env: () => (config) => refuseUnknown(config, []),
  file: () => (config) => faultOf(parseFileSettings(config, '')),
  age: () => (config) => faultOf(parseAgeSettings(config, '')),
  vault: async () => (await import('./vault/vault-settings.ts')).checkVaultSettings,
  awssecrets: async () => (await import('./aws/aws-settings.ts')).checkAwsSettings,
  awsssm: async () => (await import('./aws/aws-settings.ts')).checkAwsSettings,
  gcpsecrets: async () => (await import('./gcp/locate-gcp.ts')).checkGcpSettings,
  azurekeyvault: async () => (await import('./azure/locate-azure.ts')).checkAzureSettings,
  op: async () => (await import('./op/op-settings.ts')).checkOpSettings,
  sops: async () => {
    const { parseSopsSettings } = await import('./sops/locate-sops.ts')
    return (config) => faultOf(parseSopsSettings(config, ''))
  },
}

/** Finds what is wrong with the settings of a store whatever the environment is like. */
export async function checkSettings(config: StoreConfig): Promise<SettingsFault | undefined> {
  if (!isBackend(config.backend)) return undefined
  const check = await checks[config.backend]()
  return check(config)
}

function faultOf(settings: object | SettingsFault): SettingsFault | undefined {
  return 'message' in settings ? settings : undefined
}
