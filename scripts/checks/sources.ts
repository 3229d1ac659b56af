import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { root } from './check.ts'
import { runCommand } from './command.ts'
import type { SourceFile } from './source-rules.ts'

const textFiles = new Set(['.ts', '.mjs', '.cjs', '.json', '.md', '.yaml', '.yml', '.sh', ''])

/** Reads the texts of the project: what is committed and what is new. */
export async function readProjectFiles(): Promise<readonly SourceFile[]> {
  const listed = await runCommand('git', ['ls-files', '--cached', '--others', '--exclude-standard'])
  if (listed.code !== 0) throw new Error(`The files of the project cannot be listed: ${listed.text.trim()}`)
  const paths = listed.text.split('\n').filter((path) => path !== '' && textFiles.has(extname(path)))
  return paths
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}
