import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './check.ts'
import { findingsOf, runBinary } from './command.ts'

const config = join(root, '.dependency-cruiser.cjs')

/** Files that break one rule each; the names of the rules are the values. */
const violations: Readonly<Record<string, { readonly text: string; readonly breaks: string }>> = {
  'src/core/a.ts': { text: `import type { C } from '../config/c.ts'\nexport type A = C`, breaks: 'core-imports' },
  'src/core/b.ts': {
    text: `import { readFileSync } from 'node:fs'\nexport const b = readFileSync`,
    breaks: 'core-is-pure',
  },
  'src/config/c.ts': { text: `import type { A } from '../core/a.ts'\nexport type C = A`, breaks: 'no-cycles' },
  'src/engine/d.ts': { text: `import { s } from '../sync.ts'\nexport const d = s`, breaks: 'engine-imports' },
  'src/sync.ts': { text: `import { m } from './cli/m.ts'\nexport const s = m`, breaks: 'cli-is-a-leaf' },
  'src/cli/m.ts': { text: `export const m = 1`, breaks: 'undici-only-in-http' },
  'src/cli/n.ts': { text: `import { fetch } from 'undici'\nexport const n = fetch`, breaks: 'undici-only-in-http' },
  'src/odds/e.ts': { text: `export { d } from '../engine/d.ts'`, breaks: 'known-layers' },
  'src/providers/one/f.ts': { text: `export { g } from '../two/g.ts'`, breaks: 'vendors-apart' },
  'src/providers/two/g.ts': { text: `export const g = 1`, breaks: 'vendors-apart' },
  'src/schema/h.ts': { text: `export { x } from '../../test/x.ts'`, breaks: 'no-tests-in-src' },
  'test/x.ts': { text: `export const x = 1`, breaks: 'no-tests-in-src' },
}

/** Checks who imports whom, and that the check itself still sees. */
export async function checkLayers(): Promise<readonly string[]> {
  const [project, blind] = await Promise.all([cruise(root), findBlindness()])
  return [...project, ...blind]
}

async function cruise(directory: string): Promise<readonly string[]> {
  const result = await runBinary('depcruise', ['src', '--config', config], directory)
  const count = Number(/(\d+) modules\b/u.exec(result.text)?.[1] ?? 0)
  // With a compiler it does not know, dependency-cruiser reads nothing and reports success.
  if (count === 0) return ['dependency-cruiser read 0 modules, so it checked nothing', ...findingsOf(result)]
  return findingsOf(result)
}

async function findBlindness(): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'layers-'))
  try {
    for (const [path, { text }] of Object.entries(violations)) {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), `${text}\n`)
    }
    await writeFile(join(directory, 'package.json'), '{"type":"module","dependencies":{"undici":"*"}}\n')
    await mkdir(join(directory, 'node_modules', 'undici'), { recursive: true })
    await writeFile(join(directory, 'node_modules', 'undici', 'package.json'), '{"name":"undici","main":"i.js"}\n')
    await writeFile(join(directory, 'node_modules', 'undici', 'i.js'), 'module.exports = {}\n')
    const found = (await cruise(directory)).join('\n')
    const rules = new Set(Object.values(violations).map(({ breaks }) => breaks))
    return [...rules]
      .filter((rule) => !found.includes(` ${rule}: `))
      .map((rule) => `the rule ${rule} does not find a violation made for it`)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
