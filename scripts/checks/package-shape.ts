import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './check.ts'
import { findingsOf, runBinary, runCommand } from './command.ts'

const shipped = ['package.json', 'schemas', 'LICENSE', 'README.md', 'CHANGELOG.md'] as const

/** Builds the package into a directory of its own, so that nobody's `dist` changes, and holds it against what npm expects. */
export async function checkPackageShape(): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'package-'))
  try {
    const built = await runBinary('tsc', ['-p', 'tsconfig.build.json', '--outDir', join(directory, 'dist')])
    if (built.code !== 0) return findingsOf(built)
    const bound = await runCommand(process.execPath, ['scripts/build-bindings.mjs', join(directory, 'dist')])
    if (bound.code !== 0) return findingsOf(bound)
    for (const name of shipped) cpSync(join(root, name), join(directory, name), { recursive: true })
    const [published, typed] = await Promise.all([
      runBinary('publint', [directory, '--strict']),
      runBinary('attw', ['--pack', directory, '--profile', 'esm-only', '--no-emoji', '--no-color']),
    ])
    return [...findingsOf(published), ...findingsOf(typed)]
  } finally {
    rmSync(directory, { recursive: true })
  }
}
