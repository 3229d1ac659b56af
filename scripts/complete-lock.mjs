// Adds to package-lock.json the optional packages of other platforms that npm left out because the registry at hand does
// not mirror them. Without these entries `npm ci` refuses the lock file, although it would never install them here.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

const missing = Object.values(lock.packages).flatMap(({ optionalDependencies = {}, dev }) =>
  Object.entries(optionalDependencies)
    .filter(([name, version]) => isPinned(version) && lock.packages[`node_modules/${name}`] === undefined)
    .map(([name, version]) => [`node_modules/${name}`, describePlatform(name, version, dev)]),
)
lock.packages = Object.fromEntries(
  [...Object.entries(lock.packages), ...missing].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
)
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`)
console.log(`Added ${missing.length} optional packages of other platforms.`)

/** What is built for one platform is asked for by its exact version; other optional packages are mirrored. */
function isPinned(version) {
  return /^\d/u.test(version)
}

/** The names of such packages say what they are for. */
function describePlatform(name, version, dev) {
  const words = name.split(/[/-]/u)
  const os = systems.find((system) => words.includes(system))
  const cpu = processors.find((processor) => words.includes(processor))
  if (os === undefined || cpu === undefined) {
    throw new Error(`What ${name}@${version} is for cannot be told from its name.`)
  }
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined
  return { version, cpu: [cpu], ...(dev === true && { dev }), ...(libc && { libc }), optional: true, os: [os] }
}
