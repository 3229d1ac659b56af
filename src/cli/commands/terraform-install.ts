import { join } from 'node:path'
import { version } from '../../run/version.ts'
import { type InstalledProvider, installProvider, registryTarget, source } from '../../terraform/install-provider.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { usageError } from '../flags.ts'

/** Runs `hooks-sync terraform install`. */
export async function run(context: Context): Promise<number> {
  const { flags, isJson, output, command } = context
  const target = registryTarget(process.platform, process.arch)
  if (target === undefined) throw usageError(`No engine runs on ${process.platform} ${process.arch}.`)
  const mirror = flags.value('dir') ?? defaultMirror(context)
  const installed = install(mirror, target)
  if (isJson) output.result(renderDocument(command, { version, target, mirror, ...installed }))
  else output.result(renderInstalled(installed, mirror))
  return exitCode([])
}

/** Where both engines look without being told to. */
function defaultMirror({ env, homeDir }: Context): string {
  const { APPDATA: appData } = env
  const isWindows = process.platform === 'win32' && appData !== undefined
  return isWindows ? join(appData, 'terraform.d', 'plugins') : join(homeDir, '.terraform.d', 'plugins')
}

function install(mirror: string, target: string): InstalledProvider {
  try {
    const installed = installProvider({ mirror, version, target })
    if (installed !== undefined) return installed
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw usageError(`The provider cannot be written to ${mirror} (${reason}).`, 'Name another directory with --dir.')
  }
  throw usageError(
    'Windows takes an executable, and none is built.',
    'Run npm run build:provider in the sources first.',
  )
}

const kinds: { readonly [K in InstalledProvider['kind']]: string } = {
  executable: 'the executable that npm run build:provider has made',
  script: 'a script that starts this package with this Node, as long as both stay where they are',
}

function renderInstalled({ kind, paths }: InstalledProvider, mirror: string): string {
  return `Installed into ${mirror}: ${kinds[kind]}.

${paths.map((path) => `  ${path}\n`).join('')}
terraform init and tofu init find it there for:

  terraform {
    required_providers {
      hooks = { source = "${source}", version = "${version}" }
    }
  }
`
}
