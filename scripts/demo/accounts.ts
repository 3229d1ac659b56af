import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalVendors } from './local-vendors.ts'

/** How `webhooks.yaml` is pointed at the stand-in of one vendor. */
interface AccountSetup {
  readonly vendor: string
  /** Variables that take the base URL. */
  readonly urls: readonly string[]
  /** Variables that take something the stand-in tells. */
  readonly settings?: Readonly<Record<string, string>>
  /** Places in the vault, and the credential that goes there. */
  readonly secrets: Readonly<Record<string, string>>
}

const setups: readonly AccountSetup[] = [
  {
    vendor: 'sinch',
    urls: ['SINCH_URL', 'SINCH_AUTH_URL'],
    settings: { SINCH_PROJECT_ID: 'project_id', SINCH_APP_ID: 'app_id' },
    secrets: { 'sinch/key_id': 'key_id', 'sinch/key_secret': 'key_secret' },
  },
  {
    vendor: 'sendblue',
    urls: ['SENDBLUE_URL'],
    secrets: { 'sendblue/api_key': 'api_key', 'sendblue/api_secret': 'api_secret' },
  },
  {
    vendor: 'smallest',
    urls: ['SMALLEST_URL'],
    settings: { SMALLEST_AGENT_ID: 'agent_id' },
    secrets: { 'smallest/api_key': 'api_key' },
  },
  {
    vendor: 'bird',
    urls: ['BIRD_URL'],
    settings: { BIRD_WORKSPACE_ID: 'workspace_id' },
    secrets: { 'bird/access_key': 'access_key' },
  },
  { vendor: 'tellcasey', urls: ['TELLCASEY_URL'], secrets: { 'casey/api_key': 'api_key' } },
]

/** What the demo needs to know of the accounts. */
export interface Accounts {
  readonly env: Readonly<Record<string, string>>
  /** References into the vault, each with the file that holds the value. */
  readonly secrets: readonly { readonly ref: string; readonly file: string }[]
}

/** Asks the stand-ins for their accounts and puts the credentials into files, as a person would have them. */
export async function openAccounts(vendors: LocalVendors, directory: string): Promise<Accounts> {
  mkdirSync(join(directory, 'credentials'), { mode: 0o700 })
  const env: Record<string, string> = {}
  const secrets: { ref: string; file: string }[] = []
  for (const { vendor, urls, settings = {}, secrets: places } of setups) {
    const { baseUrl, credentials } = await vendors.describe(vendor)
    const told = (name: string): string => credentials[name] ?? ''
    for (const name of urls) env[name] = baseUrl
    for (const [name, from] of Object.entries(settings)) env[name] = told(from)
    for (const [place, from] of Object.entries(places)) {
      const file = `credentials/${place.replaceAll('/', '-')}`
      writeFileSync(join(directory, file), told(from), { mode: 0o600 })
      secrets.push({ ref: `ref+age://secrets.age#/${place}`, file })
    }
  }
  return { env, secrets }
}
