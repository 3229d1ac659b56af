import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { SandboxOptions } from '../src/sandbox/index.ts'

/** What a sandbox in a process of its own is started with. */
export interface SandboxOrder {
  readonly options: SandboxOptions
  /** Webhooks that are there from the start, by vendor. */
  readonly webhooks: Readonly<Record<string, readonly { readonly id: string }[]>>
}

/** A sandbox that takes none of the measured process's time. */
export interface SandboxProcess {
  readonly url: string
  /** Asks the control endpoint of a vendor. */
  control(path: string, init?: RequestInit): Promise<unknown>
  stop(): Promise<void>
}

/** Starts a sandbox in a process of its own. */
export async function startSandboxProcess(order: SandboxOrder): Promise<SandboxProcess> {
  const child = fork(new URL('serve-sandbox.ts', import.meta.url), { serialization: 'advanced' })
  child.send(order)
  const [url] = (await Promise.race([once(child, 'message'), failing(child)])) as [string]
  return {
    url,
    control: async (path, init) => (await fetch(`${url}/_sandbox/${path}`, init)).json(),
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

async function failing(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`The sandbox ended with exit code ${String(code)}.`)
}
