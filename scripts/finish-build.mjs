// Finishes what the compiler has written: the command line becomes a few files, because each start would otherwise open
// a hundred, and its entry becomes executable; the Terraform provider becomes one. The library stays as compiled, one file
// for one source.
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { splitProvider } from './bundle-provider.mjs'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

await build({
  entryPoints: [`${dist}cli/main.js`],
  outdir: `${dist}cli-bundle`,
  bundle: true,
  // What a command needs stays in files of its own, loaded when the command runs.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  // Less to parse with each start; names stay, so that a stack still tells where.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
})
await splitProvider({ entry: `${dist}terraform/main.js`, outdir: `${dist}terraform-bundle` })
for (const name of ['cli', 'terraform']) {
  rmSync(`${dist}${name}`, { recursive: true })
  renameSync(`${dist}${name}-bundle`, `${dist}${name}`)
}
chmodSync(`${dist}cli/main.js`, 0o755)
