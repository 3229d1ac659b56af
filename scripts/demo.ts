import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAccounts } from './demo/accounts.ts'
import { type LocalVendors, startLocalVendors } from './demo/local-vendors.ts'
import { perform, type Stage, say } from './demo/stage.ts'

const project = new URL('..', import.meta.url).pathname

/** Plays the main job from the first plan to a repaired drift; every line below a `$` is real output. */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-sync-demo-'))
  let vendors: LocalVendors | undefined
  try {
    say('Local stand-ins of the vendor APIs: real HTTP, real state, their limits and error shapes.')
    vendors = await startLocalVendors()
    console.log(`$ ${vendors.command}`)
    await play(vendors, directory)
    say('Done. webhooks.yaml, README.md and docs/ say how to go on with a real account.')
  } finally {
    await vendors?.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function play(vendors: LocalVendors, directory: string): Promise<void> {
  cpSync(join(project, 'webhooks.yaml'), join(directory, 'webhooks.yaml'))
  const accounts = await openAccounts(vendors, directory)
  const { PATH = '', FORCE_COLOR, NO_COLOR, CI, TERM } = process.env
  const kept = Object.entries({ FORCE_COLOR, NO_COLOR, CI, TERM }).filter(([, value]) => value !== undefined)
  const stage = {
    directory,
    env: { ...Object.fromEntries(kept), PATH, HOME: directory, ...accounts.env } as Stage['env'],
  }
  await fillVault(stage, accounts.secrets)
  await firstApply(stage)
  await repairDrift(stage, vendors)
  await replaceWithoutGap(stage, vendors)
  await reportDrift(stage, vendors)
}

async function fillVault(stage: Stage, secrets: Awaited<ReturnType<typeof openAccounts>>['secrets']): Promise<void> {
  say('A vault of our own: one encrypted file. Credentials come from stdin, never from the command line.')
  await perform(stage, ['secrets', 'init'])
  for (const { ref, file } of secrets) await perform(stage, ['secrets', 'set', ref], { input: file })
  await perform(stage, ['secrets', 'list'])
}

async function firstApply(stage: Stage): Promise<void> {
  say('What would change? Planning only reads.')
  await perform(stage, ['validate'])
  await perform(stage, ['plan', '--detailed-exitcode'], { exit: 2 })
  say('Make it so. And once more: nothing is left to do.')
  await perform(stage, ['apply', '--auto-approve'])
  await perform(stage, ['plan', '--detailed-exitcode'])
}

async function repairDrift(stage: Stage, vendors: LocalVendors): Promise<void> {
  say('Somebody opens the dashboard of Sinch and takes an event away from a webhook.')
  await vendors.edit('sinch', (webhook) =>
    String(webhook['target']).endsWith('/inbound') ? { ...webhook, triggers: ['MESSAGE_INBOUND'] } : webhook,
  )
  await perform(stage, ['drift'], { exit: 2 })
  await perform(stage, ['apply', '--auto-approve'])
  await perform(stage, ['drift'])
}

async function replaceWithoutGap(stage: Stage, vendors: LocalVendors): Promise<void> {
  say('tellcasey has no update and makes the secret itself. Here is another event for its webhook in webhooks.yaml:')
  editFile(
    join(stage.directory, 'webhooks.yaml'),
    'events: [conversation.completed]',
    'events: [conversation.completed, conversation.abandoned]',
  )
  await perform(stage, ['plan', '--detailed-exitcode'], { exit: 2 })
  const before = (await vendors.log('tellcasey')).length
  await perform(stage, ['apply', '--auto-approve'])
  say(
    'What tellcasey saw of it: never a moment without a webhook, and the new secret is in the vault before the old one goes.',
  )
  for (const { method, path, status, live } of (await vendors.log('tellcasey')).slice(before)) {
    console.log(`${method.padEnd(7)}${path.padEnd(60)}${status}   ${live} live`)
  }
  await perform(stage, ['plan', '--detailed-exitcode'])
}

/** What is written at the end stays, to be looked at. */
async function reportDrift(stage: Stage, vendors: LocalVendors): Promise<void> {
  say(
    'Time passes, and others have been at work again. The report for people is one page, without any request or secret.',
  )
  await vendors.edit('sinch', (webhook) =>
    String(webhook['target']).endsWith('/inbound') ? { ...webhook, triggers: ['MESSAGE_INBOUND'] } : webhook,
  )
  const page = join(mkdtempSync(join(tmpdir(), 'hooks-sync-report-')), 'drift.html')
  await perform(stage, ['drift', '--history', 'drift.jsonl', '--report', `html=${page}`], { exit: 2 })
  say('The report, to be opened in a browser:')
  console.log(page)
}

function editFile(path: string, before: string, after: string): void {
  const text = readFileSync(path, 'utf8')
  if (!text.includes(before)) throw new Error(`${path} lacks "${before}".`)
  console.log(`- ${before}\n+ ${after}`)
  writeFileSync(path, text.replace(before, after))
}

await main().catch((error: unknown) => {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
