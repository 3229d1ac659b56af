import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAccounts } from './accounts.ts'
import { type LocalVendors, startLocalVendors } from './local-vendors.ts'
import { capture, type Stage } from './stage.ts'

const project = new URL('../..', import.meta.url).pathname

/** A copy of the project of the demo, applied to stand-ins of the vendors. */
export interface StagedProject {
  readonly stage: Stage
  readonly vendors: LocalVendors
  /** Changes texts of `webhooks.yaml`, starting from the file as it was applied. */
  readonly edit: (edits: readonly (readonly [before: string, after: string])[]) => void
  close(): Promise<void>
}

/** Makes the project, fills its vault and applies it. */
export async function stageProject(): Promise<StagedProject> {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-sync-screens-'))
  const vendors = await startLocalVendors()
  const file = join(directory, 'webhooks.yaml')
  cpSync(join(project, 'webhooks.yaml'), file)
  const original = readFileSync(file, 'utf8')
  const accounts = await openAccounts(vendors, directory)
  const env = { PATH: process.env['PATH'] ?? '', HOME: directory, FORCE_COLOR: '1', ...accounts.env }
  const stage: Stage = { directory, env }
  await capture(stage, ['secrets', 'init'])
  for (const { ref, file: input } of accounts.secrets) await capture(stage, ['secrets', 'set', ref], { input })
  await capture(stage, ['apply', '--auto-approve'])
  return {
    stage,
    vendors,
    edit: (edits) => writeFileSync(file, edits.reduce(edit, original)),
    close: async () => {
      await vendors.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function edit(text: string, [before, after]: readonly [string, string]): string {
  if (!text.includes(before)) throw new Error(`webhooks.yaml lacks "${before}".`)
  return text.replace(before, after)
}
