import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname

interface StoredWebhook {
  readonly id: string
  readonly [field: string]: unknown
}

interface VendorState {
  readonly webhooks: readonly StoredWebhook[]
  readonly settings: object
}

/** One request as the vendor saw it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  /** How many webhooks get deliveries after it. */
  readonly live: number
}

/** The stand-ins of the vendor APIs, running in a process of their own. */
export interface LocalVendors {
  readonly command: string
  /** Where a vendor is reached, and with what. */
  describe(
    vendor: string,
  ): Promise<{ readonly baseUrl: string; readonly credentials: Readonly<Record<string, string>> }>
  /** Changes stored webhooks as a person would in the vendor's dashboard. */
  edit(vendor: string, change: (webhook: StoredWebhook) => StoredWebhook): Promise<void>
  log(vendor: string): Promise<readonly SeenRequest[]>
  stop(): Promise<void>
}

/** Starts `hooks-sync sandbox` and waits until it says where it is. */
export async function startLocalVendors(): Promise<LocalVendors> {
  const child = spawn(process.execPath, [cli, 'sandbox', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const { url } = await readDocument(child.stdout)
  const control = `${url}/_sandbox`
  return {
    command: `hooks-sync sandbox --port ${new URL(url).port} &`,
    describe: async (vendor) => {
      const found = (await ask(`${control}/${vendor}`)) as { base_url: string; credentials: Record<string, string> }
      return { baseUrl: found.base_url, credentials: found.credentials }
    },
    edit: async (vendor, change) => {
      const state = (await ask(`${control}/${vendor}/state`)) as VendorState
      const body = JSON.stringify({ ...state, webhooks: state.webhooks.map(change) })
      await ask(`${control}/${vendor}/state`, { method: 'PUT', body })
    },
    log: async (vendor) => (await ask(`${control}/${vendor}/log`)) as readonly SeenRequest[],
    stop: async () => {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function ask(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** Reads what it prints once it answers. */
async function readDocument(stdout: Readable): Promise<{ readonly url: string }> {
  let text = ''
  stdout.setEncoding('utf8')
  for await (const part of stdout) {
    text += part
    if (text.endsWith('\n}\n')) return JSON.parse(text) as { readonly url: string }
  }
  throw new Error('The sandbox ended before it answered.')
}
