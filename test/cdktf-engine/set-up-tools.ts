import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory with the command lines of both frameworks and what runs them; empty where they cannot be installed. */
    readonly tools: string
    /** Directory with what users get: the package, packed and unpacked. */
    readonly packed: string
  }
}

const root = join(import.meta.dirname, '..', '..')
const tools = join(import.meta.dirname, 'tools')

/** Installs what the tests run beside the project, and packs the project as it would be published. */
export default function setUpTools(project: TestProject): () => void {
  const isInstalled = isFresh() || install()
  if (!isInstalled && process.env['CI'] === 'true') {
    throw new Error('The command lines of the frameworks cannot be installed, so nothing would be shown.')
  }
  const directory = mkdtempSync(join(tmpdir(), 'hooks-packed-'))
  project.provide('tools', isInstalled ? join(tools, 'node_modules') : '')
  project.provide('packed', pack(directory))
  return () => rmSync(directory, { recursive: true, force: true })
}

function isFresh(): boolean {
  const [installed, wanted] = [join(tools, 'node_modules/.package-lock.json'), join(tools, 'package-lock.json')]
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs
}

function install(): boolean {
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  return spawnSync('npm', args, { cwd: tools, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
}

function pack(directory: string): string {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory]
  const name = execFileSync('npm', args, { cwd: root, encoding: 'utf8' }).trim()
  execFileSync('tar', ['-xzf', join(directory, name), '-C', directory])
  return join(directory, 'package')
}
