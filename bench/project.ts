import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The number of the nth app of the stand-in, as an id. */
export function appId(number: number): string {
  return `01SANDBOXAPP${String(number).padStart(14, '0')}`
}

/** The receiver of the nth webhook of an app. */
export function receiver(app: number, nth: number): string {
  return `https://hooks.example.com/${app}/${nth}`
}

export const events: readonly string[] = ['MESSAGE_INBOUND', 'MESSAGE_DELIVERY']

/** Writes webhooks of Sinch, five per app, as a team that has many would. */
export function sinchYaml(webhooks: number, settings: readonly string[] = []): string {
  const lines = Array.from({ length: webhooks }, (_, index) => {
    const app = Math.floor(index / 5) + 1
    const nth = (index % 5) + 1
    return `      app-${app}-${nth}:
        app_id: ${appId(app)}
        url: ${receiver(app, nth)}
        events: [${events.join(', ')}]`
  })
  return `version: 1
providers:
  sinch:
    type: sinch
    region: eu
    project_id: sandbox-project
${settings.map((line) => `    ${line}\n`).join('')}    auth:
      key_id: ref+env://SINCH_KEY_ID
      key_secret: ref+env://SINCH_KEY_SECRET
    webhooks:
${lines.join('\n')}
`
}

export const sinchEnv: Readonly<Record<string, string>> = {
  SINCH_KEY_ID: 'sandbox-key',
  SINCH_KEY_SECRET: 'sandbox-secret-0123456789abcdef',
}

/** Makes a directory with files for the time of some work. */
export async function inProject<Value>(
  files: Readonly<Record<string, string>>,
  work: (directory: string) => Promise<Value>,
): Promise<Value> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true })
      writeFileSync(join(directory, name), text)
    }
    return await work(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
