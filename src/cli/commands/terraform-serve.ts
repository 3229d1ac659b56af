import { makeScrubber } from '../../secrets/scrubber.ts'
import { source } from '../../terraform/install-provider.ts'
import { isStartedByEngine } from '../../terraform/plugin/handshake.ts'
import { makeLog } from '../../terraform/plugin/log.ts'
import type { AttachedPlugin } from '../../terraform/plugin/plugin.ts'
import type { Provider } from '../../terraform/provider.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'

/** Runs `hooks-sync terraform serve` until the engine that started it, or the one at the keyboard, ends it. */
export async function run(context: Context): Promise<number> {
  const { env, signals } = context
  if (isStartedByEngine(env)) {
    signals.close()
    const { runProvider } = await import('../../terraform/run-provider.ts')
    await runProvider(open)
    // The engine ends the process.
    return new Promise<never>(() => undefined)
  }
  return serveByHand(context)
}

async function serveByHand({ output, look, signals }: Context): Promise<number> {
  const { attachProvider } = await import('../../terraform/serve.ts')
  const scrubber = makeScrubber()
  const log = makeLog((line) => output.note(scrubber.scrub(line)), look.verbose === true ? 'trace' : 'warn')
  const attached = await attachProvider(open, { log, scrubber })
  output.result(renderAttached(attached))
  await new Promise<void>((resolve) => signals.stop.addEventListener('abort', () => resolve(), { once: true }))
  await attached.close()
  // Being stopped is how it ends.
  return exitCode([])
}

async function open(): Promise<Provider> {
  const { openProvider } = await import('../../terraform/open-provider.ts')
  return openProvider()
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
