import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAccounts } from './demo/accounts.ts'
import { startLocalVendors } from './demo/local-vendors.ts'
import { capture, type Stage } from './demo/stage.ts'
import { renderTerminal } from './demo/terminal-svg.ts'

const project = new URL('..', import.meta.url).pathname

/** What a person changes in the file between the apply and the plan that is shown. */
const edits: readonly (readonly [string, string])[] = [
  ['events: [MESSAGE_INBOUND, MESSAGE_DELIVERY]', 'events: [MESSAGE_INBOUND, MESSAGE_DELIVERY, EVENT_INBOUND]'],
  ['opt-outs:', 'opt-ins-and-outs:'],
  [
    'https://hooks.example.com/sinch/opt-outs\n        events: [OPT_OUT]',
    'https://hooks.example.com/sinch/consent\n        events: [OPT_IN, OPT_OUT]',
  ],
  ['events: [conversation.completed]', 'events: [conversation.completed, conversation.abandoned]'],
]

/** Plans a few changes for real and draws what the terminal shows into docs/plan.svg. */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-sync-plan-'))
  const vendors = await startLocalVendors()
  try {
    const file = join(directory, 'webhooks.yaml')
    cpSync(join(project, 'webhooks.yaml'), file)
    const accounts = await openAccounts(vendors, directory)
    const env = { PATH: process.env['PATH'] ?? '', HOME: directory, FORCE_COLOR: '1', ...accounts.env }
    const stage: Stage = { directory, env }
    await capture(stage, ['secrets', 'init'])
    for (const secret of accounts.secrets) await capture(stage, ['secrets', 'set', secret.ref], { input: secret.file })
    await capture(stage, ['apply', '--auto-approve'])
    writeFileSync(file, edits.reduce(edit, readFileSync(file, 'utf8')))
    const shown = await capture(stage, ['plan'])
    writeFileSync(join(project, 'docs/plan.svg'), renderTerminal(`$ hooks-sync plan\n${shown}`))
  } finally {
    await vendors.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function edit(text: string, [before, after]: readonly [string, string]): string {
  if (!text.includes(before)) throw new Error(`webhooks.yaml lacks "${before}".`)
  return text.replace(before, after)
}

await main()
