import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeSinchApps, startSandbox } from '../../src/sandbox/index.ts'
import type { Stage } from './stage.ts'

/** A project whose apply takes a while. */
export interface LargeProject {
  readonly stage: Stage
  /** Lets the vendor refuse a few of the next creates, as it does on a bad day. */
  refuseSome(): void
  close(): Promise<void>
}

/** Makes a project of many apps, with five webhooks each, at a vendor that takes its time. */
export async function makeLargeProject(apps: number): Promise<LargeProject> {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-sync-large-'))
  const sandbox = await startSandbox({
    vendors: ['sinch'],
    latencyMs: 120,
    settings: { sinch: { apps: makeSinchApps(apps) } },
  })
  const { sinch } = sandbox.vendors
  const webhooks = Object.keys(sinch.settings.apps).flatMap((app, index) =>
    events.map(
      (event) => `      app-${index}-${event.toLowerCase().replaceAll('_', '-')}:
        { app_id: ${app}, url: "https://hooks.example.com/${index}/${event}", events: [${event}] }`,
    ),
  )
  writeFileSync(
    join(directory, 'webhooks.yaml'),
    `version: 1
providers:
  chat:
    type: sinch
    region: eu
    project_id: ${sinch.credentials['project_id']}
    base_url: ${sinch.baseUrl}
    auth_url: ${sinch.baseUrl}
    auth: { key_id: "ref+env://KEY_ID", key_secret: "ref+env://KEY_SECRET" }
    webhooks:
${webhooks.join('\n')}
`,
  )
  const { key_id: id = '', key_secret: secret = '' } = sinch.credentials
  return {
    stage: {
      directory,
      env: { PATH: process.env['PATH'] ?? '', HOME: directory, FORCE_COLOR: '1', KEY_ID: id, KEY_SECRET: secret },
    },
    refuseSome: () => {
      sinch.fault({
        kind: 'status',
        status: 422,
        match: { method: 'POST', pathIncludes: 'webhooks' },
        after: 5,
        times: 2,
      })
    },
    close: async () => {
      await sandbox.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const events = ['MESSAGE_INBOUND', 'MESSAGE_DELIVERY', 'EVENT_INBOUND', 'OPT_IN', 'OPT_OUT'] as const
