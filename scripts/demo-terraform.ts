import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalVendors, startLocalVendors } from './demo/local-vendors.ts'
import { perform, say } from './demo/stage.ts'
import { findEngine, makeTerraformRepo, performEngine } from './demo/terraform-repo.ts'

/** Installs the built provider, and applies the example to local stand-ins with a real engine, twice. */
async function main(): Promise<void> {
  const engine = findEngine()
  const root = mkdtempSync(join(tmpdir(), 'hooks-sync-demo-'))
  const [home, directory] = [join(root, 'home'), join(root, 'infrastructure')]
  for (const path of [home, directory]) mkdirSync(path)
  let vendors: LocalVendors | undefined
  try {
    say('Local stand-ins of the vendor APIs.')
    vendors = await startLocalVendors()
    console.log(`$ ${vendors.command}`)
    await makeTerraformRepo(directory, vendors)
    say('The provider goes where the engine looks by itself: neither a registry nor a CLI configuration is needed.')
    await perform({ directory, env: { HOME: home, PATH: process.env['PATH'] ?? '' } }, ['terraform', 'install'])
    const place = { directory, home }
    await performEngine(engine, ['init', '-input=false'], place)
    say('The webhooks of five vendors. Signing secrets are write-only: neither plan nor state holds them.')
    await performEngine(engine, ['apply', '-auto-approve', '-input=false'], place)
    say('And once more: nothing is left to do.')
    await performEngine(engine, ['apply', '-auto-approve', '-input=false'], place)
    say('Somebody takes an event away in the dashboard of Sinch. The next plan shows it, the next apply mends it.')
    await vendors.edit('sinch', (webhook) => ({ ...webhook, triggers: ['MESSAGE_INBOUND'] }))
    await performEngine(engine, ['plan', '-detailed-exitcode', '-input=false'], { ...place, exit: 2 })
    await performEngine(engine, ['apply', '-auto-approve', '-input=false'], place)
    await performEngine(engine, ['plan', '-detailed-exitcode', '-input=false'], place)
    say('Done. docs/index.md and examples/terraform say how to go on with a real account.')
  } finally {
    await vendors?.stop()
    rmSync(root, { recursive: true, force: true })
  }
}

await main()
