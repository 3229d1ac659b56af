import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Flavor, installTools, makeRepo, performFramework } from './demo/infrastructure-repo.ts'
import { type LocalVendors, startLocalVendors } from './demo/local-vendors.ts'
import { perform, say } from './demo/stage.ts'
import { findEngine } from './demo/terraform-repo.ts'

/** Deploys the example of a framework to local stand-ins, with its real command line and a real engine, twice. */
async function main(flavor: Flavor): Promise<void> {
  const engine = findEngine()
  installTools()
  const directory = mkdtempSync(join(tmpdir(), 'hooks-sync-demo-'))
  let vendors: LocalVendors | undefined
  try {
    say('Local stand-ins of the vendor APIs.')
    vendors = await startLocalVendors()
    console.log(`$ ${vendors.command}`)
    const env = { ...(await environmentOf(vendors)), TERRAFORM_BINARY_NAME: engine }
    const repo = makeRepo(directory, flavor, env)
    say('The provider goes where the engine looks by itself.')
    await perform(repo, ['terraform', 'install'])
    say('One stack of generated classes, one made from webhooks.yaml. Signing secrets are ephemeral variables.')
    await performFramework(repo, ['deploy', 'webhooks-by-classes', 'webhooks-from-yaml', '--auto-approve'])
    say('And once more: nothing is left to do.')
    await performFramework(repo, ['diff', 'webhooks-by-classes'])
    await performFramework(repo, ['diff', 'webhooks-from-yaml'])
    say(`Done. examples/${flavor} is a project to start from.`)
  } finally {
    await vendors?.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function environmentOf(vendors: LocalVendors): Promise<Readonly<Record<string, string>>> {
  const [sinch, tellcasey] = [await vendors.describe('sinch'), await vendors.describe('tellcasey')]
  return {
    SINCH_BASE_URL: sinch.baseUrl,
    SINCH_AUTH_URL: sinch.baseUrl,
    SINCH_PROJECT_ID: sinch.credentials['project_id'] ?? '',
    SINCH_APP_ID: sinch.credentials['app_id'] ?? '',
    SINCH_KEY_ID: sinch.credentials['key_id'] ?? '',
    SINCH_KEY_SECRET: sinch.credentials['key_secret'] ?? '',
    TELLCASEY_BASE_URL: tellcasey.baseUrl,
    TELLCASEY_API_KEY: tellcasey.credentials['api_key'] ?? '',
    TF_VAR_signing_secret: 'a-signing-secret-of-the-demo',
    TF_VAR_hooks_sinch_eu_inbound_messages_signing_secret: 'another-signing-secret-of-the-demo',
  }
}

await main(process.argv[2] === 'cdktn' ? 'cdktn' : 'cdktf')
