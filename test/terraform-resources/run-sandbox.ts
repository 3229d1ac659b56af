import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'

/** Runs the stand-ins for the tests of a file; each test finds them empty, and set as they come. */
export function runSandbox(): Pick<Sandbox, 'vendors'> {
  let sandbox: Sandbox
  let settings: Readonly<Record<string, object>>

  beforeAll(async () => {
    sandbox = await startSandbox()
    sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
    settings = Object.fromEntries(
      Object.entries(sandbox.vendors).map(([name, { settings: own }]) => [name, structuredClone(own)]),
    )
  })

  afterAll(async () => {
    await sandbox.close()
  })

  beforeEach(() => {
    for (const [name, standIn] of Object.entries(sandbox.vendors)) {
      standIn.webhooks.clear()
      standIn.clearFaults()
      standIn.configure(settings[name] ?? {})
      standIn.clearLog()
    }
  })

  return {
    get vendors() {
      return sandbox.vendors
    },
  }
}
