// Makes one file of the Terraform provider and all it needs: what the npm package starts and what the executable holds.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))

/** Bundles an entry of the sources, or of what was compiled, into one CommonJS file, the form that an executable can hold. */
export async function bundleProvider({ entry, outfile }) {
  const { version, peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // Clients of vaults, which no provider asks for secrets.
    external: Object.keys(peerDependencies),
    // Less to parse with each start; names stay, so that a log still tells where.
    minifyWhitespace: true,
    minifySyntax: true,
    // The form has no place of a module; what asks for one gets that of the file.
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    legalComments: 'linked',
    logLevel: 'warning',
    plugins: [knownVersion(version)],
  })
}

/** The file has no package around it whose version could be read. */
function knownVersion(version) {
  return {
    name: 'known-version',
    setup(building) {
      building.onLoad({ filter: /[/\\]run[/\\]version\.[jt]s$/ }, () => ({
        contents: `export const version = ${JSON.stringify(version)}`,
      }))
    },
  }
}
