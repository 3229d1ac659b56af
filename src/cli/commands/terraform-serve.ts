import { once } from 'node:events'
import { source } from '../../terraform/install-provider.ts'
import { isStartedByEngine } from '../../terraform/plugin/handshake.ts'
import type { AttachedPlugin } from '../../terraform/plugin/plugin.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'

/** Runs `hooks-sync terraform serve` until the engine that started it, or the one at the keyboard, ends it. */
export async function run(context: Context): Promise<number> {
  const { env, signals } = context
  if (isStartedByEngine(env)) {
    signals.close()
    await import('../../terraform/main.ts')
    // The engine ends the process.
    return new Promise<never>(() => undefined)
  }
  return serveByHand(context)
}

async function serveByHand({ output, look, signals }: Context): Promise<number> {
  const { attach } = await import('../../terraform/attach.ts')
  const attached = await attach((line) => output.note(line), look.verbose === true ? 'trace' : 'warn')
  output.result(renderAttached(attached))
  if (!signals.stop.aborted) await once(signals.stop, 'abort')
  await attached.close()
  // Being stopped is how it ends.
  return exitCode([])
}

/** Says what engines want to be told to use a provider that runs already. */
function renderAttached({ address: { network, text } }: AttachedPlugin): string {
  const plugin = {
    Protocol: 'grpc',
    ProtocolVersion: 6,
    Pid: process.pid,
    Test: true,
    Addr: { Network: network, String: text },
  }
  const hosts = ['registry.terraform.io', 'registry.opentofu.org'].map((host) => [`${host}/${source}`, plugin])
  return `# The provider runs; engines that are started with this variable use it. Ctrl-C stops it.
export TF_REATTACH_PROVIDERS='${JSON.stringify(Object.fromEntries(hosts))}'
`
}
