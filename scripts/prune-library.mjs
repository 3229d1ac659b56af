// Takes away what nobody can load: the package names its doors, and what is reached by none of them is read by none.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'

/** Removes from a compiled library the modules, and the declarations, that its entries do not reach. */
export async function pruneLibrary(directory, entries, folders) {
  const kept = new Set([
    ...(await reachedModules(
      directory,
      entries.map((name) => join(directory, `${name}.js`)),
    )),
    ...reachedTypes(entries.map((name) => join(directory, `${name}.d.ts`))),
  ])
  for (const folder of folders) prune(join(directory, folder), kept)
}

async function reachedModules(directory, entryPoints) {
  const { metafile } = await build({
    absWorkingDir: directory,
    entryPoints,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'unwritten',
    write: false,
    metafile: true,
  })
  return Object.keys(metafile.inputs).map((path) => resolve(directory, path))
}

function reachedTypes(entries) {
  const found = new Set()
  const open = [...entries]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path) || !existsSync(path)) continue
    found.add(path)
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/['"](\.{1,2}\/[^'"]+)\.[jt]s['"]/g)) {
      open.push(resolve(dirname(path), `${name}.d.ts`))
    }
  }
  return found
}

function prune(directory, kept) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) prune(path, kept)
    else if (/\.(?:js|d\.ts)$/.test(entry.name) && !kept.has(path)) rmSync(path)
  }
  if (readdirSync(directory).length === 0) rmdirSync(directory)
}
