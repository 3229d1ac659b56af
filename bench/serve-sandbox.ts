import { startSandbox } from '../src/sandbox/index.ts'
import type { SandboxOrder } from './sandbox-process.ts'

// Runs as a child of sandbox-process.ts: takes one order, answers with the URL, and serves until it is ended.
process.once('message', (order: SandboxOrder) => void serve(order))

async function serve({ options, webhooks }: SandboxOrder): Promise<void> {
  const sandbox = await startSandbox(options)
  for (const [name, stored] of Object.entries(webhooks)) {
    const vendor = sandbox.vendors[name]
    for (const webhook of stored) vendor?.webhooks.put(webhook)
  }
  process.send?.(sandbox.url)
}
