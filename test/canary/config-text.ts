import { sandboxApp } from '../sync/open-world.ts'

/** The vendors of the accounts. */
export const vendors = ['sinch', 'sendblue', 'smallest', 'tellcasey'] as const

export type VendorName = (typeof vendors)[number]

/** Where the files say that each server is. */
export type Addresses = Readonly<Record<VendorName | 'vault', string>>

export const identityFile = '.config/hooks-sync/key.txt'
const agent = 'a6e270000000000000000001'
const hooks = 'https://hooks.example.com'

/** Renders files that use each kind of secret, from each kind of store. */
export function configText(at: Addresses, roleId: string): string {
  return `version: 1
ledger: .hooks-sync/ledger.json
fingerprint_key: ref+vault://kv/hooks#/fingerprint_key
stores:
  default: { backend: vault, address: "${at.vault}", auth: { method: approle, role_id: ${roleId}, secret_id_env: SECRET_ID } }
  other: { backend: vault, address: "${at.vault}", auth: { method: token, token_env: OTHER_TOKEN } }
  local: { backend: age, file: secrets.age, identity: ~/${identityFile} }
providers:
  sinch:
    type: sinch
    region: eu
    project_id: sandbox-project
    base_url: ${at.sinch}
    auth_url: ${at.sinch}
    auth: { key_id: "ref+vault://kv/hooks#/sinch_key_id", key_secret: "ref+vault://kv/hooks#/sinch_key_secret" }
    webhooks:
      inbound:
        app_id: ${sandboxApp}
        url: ${hooks}/sinch
        url_params: { token: "ref+vault://kv/hooks#/sinch_url_token" }
        events: [MESSAGE_INBOUND]
        signing_secret: ref+vault://kv/hooks#/sinch_signing
        client_credentials: { client_id: hooks, client_secret: "ref+vault://kv/hooks#/sinch_client_secret", endpoint: ${hooks}/token }
  sendblue:
    type: sendblue
    base_url: ${at.sendblue}
    auth: { api_key: "ref+vault://kv/hooks#/sendblue_api_key", api_secret: "ref+vault://kv/hooks#/sendblue_api_secret" }
    global_signing_secret: ref+vault://kv/hooks#/sendblue_global
    webhooks:
      received: { url: ${hooks}/sendblue, events: [receive], signing_secret: "ref+age://secrets.age#/sendblue_signing" }
  smallest:
    type: smallest
    base_url: ${at.smallest}
    auth: { api_key: "ref+vault://kv/other?store=other#/smallest_api_key" }
    webhooks:
      calls:
        url: ${hooks}/smallest
        description: Calls
        subscriptions: [{ agent_id: ${agent}, events: [post-conversation] }]
        headers: { X-Key: "ref+vault://kv/hooks#/smallest_header" }
        signing_secret: { capture: "ref+vault://kv/captured#/smallest_made" }
  tellcasey:
    type: tellcasey
    base_url: ${at.tellcasey}
    auth: { api_key: "ref+env://TELLCASEY_KEY" }
    webhooks:
      conversations: { url: ${hooks}/casey, signing_secret: { capture: "ref+vault://kv/captured#/tellcasey_made" } }
`
}
