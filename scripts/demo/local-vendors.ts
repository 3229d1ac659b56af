import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

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

/** Starts `hooks-sync sandbox` and waits until it answers. */
export async function startLocalVendors(): Promise<LocalVendors> {
  const port = await freePort()
  const child = spawn(process.execPath, [cli, 'sandbox', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const control = `http://127.0.0.1:${port}/_sandbox`
  await answering(control, child)
  return {
    command: `hooks-sync sandbox --port ${port} &`,
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

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`The sandbox ended with exit code ${child.exitCode}.`)
    const isUp = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (isUp) return
    await wait(50)
  }
  child.kill()
  throw new Error('The sandbox did not answer within 10 seconds.')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}
