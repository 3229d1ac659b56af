// Makes the Terraform provider one executable with Node in it, and packs it as a provider registry wants it.
// npm run build:provider [-- --node PATH --target OS_ARCH]: with another platform's Node, for that platform.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inject } from 'postject'
import { bundleProvider } from './bundle-provider.mjs'
import { makeZip } from './write-zip.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { values } = parseArgs({
  options: { node: { type: 'string' }, target: { type: 'string' }, out: { type: 'string' } },
})
const own = `${{ win32: 'windows' }[process.platform] ?? process.platform}_${{ x64: 'amd64' }[process.arch] ?? process.arch}`
const target = values.target ?? own
const out = values.out ?? join(root, 'dist-provider')
const isWindows = target.startsWith('windows_')
const isMac = target.startsWith('darwin_')
const executable = `terraform-provider-hooks_v${version}${isWindows ? '.exe' : ''}`

if (target !== own && values.node === undefined) {
  console.error(`For ${target} name the Node of that platform: --node PATH.`)
  process.exit(1)
}

const nodeTerms = 'Node.js, under the terms of https://github.com/nodejs/node/blob/main/LICENSE\n\n'

mkdirSync(out, { recursive: true })
await makeExecutable()
const archive = pack()
console.log(`${join(out, executable)}\n${join(out, archive)}`)

async function makeExecutable() {
  const [bundle, blob, config] = ['provider.cjs', 'provider.blob', 'provider.sea.json'].map((name) => join(out, name))
  const path = join(out, executable)
  await bundleProvider({ entry: join(root, 'src/terraform/main.ts'), outfile: bundle })
  // The code cache is the machine code of one Node; another one would throw it away.
  const useCodeCache = values.node === undefined
  writeFileSync(
    config,
    JSON.stringify({ main: bundle, output: blob, disableExperimentalSEAWarning: true, useCodeCache }),
  )
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: ['ignore', 'ignore', 'inherit'] })
  rmSync(path, { force: true })
  copyFileSync(values.node ?? process.execPath, path)
  chmodSync(path, 0o755)
  // A signature would no longer hold; macOS wants a new one, if only an ad hoc one.
  if (isMac) spawnSync('codesign', ['--remove-signature', path])
  await inject(path, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    ...(isMac ? { machoSegmentName: 'NODE_SEA' } : {}),
  })
  if (isMac) spawnSync('codesign', ['--sign', '-', path])
  for (const each of [bundle, blob, config]) rmSync(each)
}

/** Never strip: an executable that was stripped after the injection does not start. */
function pack() {
  const archive = `terraform-provider-hooks_${version}_${target}.zip`
  const manifest = `terraform-provider-hooks_${version}_manifest.json`
  const facts = `${JSON.stringify({ version: 1, metadata: { protocol_versions: ['6.0'] } }, undefined, 2)}\n`
  const licenses = readFileSync(join(out, 'THIRD-PARTY.txt'))
  const files = [
    { name: executable, content: readFileSync(join(out, executable)), mode: 0o755 },
    { name: 'LICENSE', content: readFileSync(join(root, 'LICENSE')) },
    { name: 'THIRD-PARTY.txt', content: Buffer.concat([Buffer.from(nodeTerms), licenses]) },
  ]
  rmSync(join(out, 'THIRD-PARTY.txt'))
  writeFileSync(join(out, archive), makeZip(files))
  writeFileSync(join(out, 'terraform-registry-manifest.json'), facts)
  writeFileSync(join(out, manifest), facts)
  addSums([archive, manifest])
  return archive
}

/** The archives of all platforms share one list, which a release signs. */
function addSums(names) {
  const path = join(out, `terraform-provider-hooks_${version}_SHA256SUMS`)
  const sums = new Map(names.map((name) => [name, sha256(join(out, name))]))
  for (const line of readIfThere(path).split('\n').filter(Boolean)) {
    const [sum, name] = line.split('  ')
    if (!sums.has(name)) sums.set(name, sum)
  }
  const lines = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, sum]) => `${sum}  ${name}\n`)
  writeFileSync(path, lines.join(''))
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
