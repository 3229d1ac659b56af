import { constants, copyFileSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The hosts under which the engines look for a source without one: Terraform and OpenTofu. */
const registries = ['registry.terraform.io', 'registry.opentofu.org'] as const

export const source = 'hooks-sync/hooks'

const bundlePath = 'dist/terraform/main.cjs'

export interface InstallWish {
  /** Directory that is laid out as a mirror of registries. */
  readonly mirror: string
  readonly version: string
  /** Such as `linux_amd64`. */
  readonly target: string
}

export interface InstalledProvider {
  /** An executable with Node in it, or a script that starts the installed package. */
  readonly kind: 'executable' | 'script'
  readonly paths: readonly string[]
}

/** Puts the provider into a mirror, for both engines; undefined where this system takes an executable and none is built. */
export function installProvider({ mirror, version, target }: InstallWish): InstalledProvider | undefined {
  const suffix = target.startsWith('windows_') ? '.exe' : ''
  const name = `terraform-provider-hooks_v${version}${suffix}`
  const built = packageFile(`dist-provider/${name}`)
  const kind = isCurrent(built) ? 'executable' : 'script'
  if (kind === 'script' && suffix !== '') return undefined
  const paths = registries.map((registry) => {
    const directory = join(mirror, registry, source, version, target)
    mkdirSync(directory, { recursive: true })
    return join(directory, name)
  })
  for (const path of paths) {
    // An engine may be running the one that is replaced.
    const fresh = `${path}.new`
    if (kind === 'executable') copyFileSync(built, fresh, constants.COPYFILE_FICLONE)
    else writeFileSync(fresh, launchScript(), { mode: 0o755 })
    renameSync(fresh, path)
  }
  return { kind, paths }
}

/** An executable that is older than the package it was made of would do what that did before. */
function isCurrent(executable: string): boolean {
  const made = statSync(executable, { throwIfNoEntry: false })
  const bundle = statSync(packageFile(bundlePath), { throwIfNoEntry: false })
  return made !== undefined && (bundle === undefined || made.mtimeMs >= bundle.mtimeMs)
}

/** Names this system as registries do; undefined for one that they have no name for. */
export function registryTarget(platform: string, arch: string): string | undefined {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows', freebsd: 'freebsd' }[platform]
  const processor = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' }[arch]
  return system === undefined || processor === undefined ? undefined : `${system}_${processor}`
}

function launchScript(): string {
  const [node, file] = [process.execPath, packageFile(bundlePath)].map(quote)
  return `#!/bin/sh\nexec ${node} ${file}\n`
}

function quote(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`
}

/** From here as from the bundle of the command line, the package is two directories up. */
function packageFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
