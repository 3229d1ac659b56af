import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { timeNode } from './child.ts'
import { atMost, exactly, type Measured, median, type Row, shown } from './row.ts'

const root = join(import.meta.dirname, '..')
const peers = ['cdktf', 'cdktn', 'constructs'] as const
const warmUps = 3
const runs = 21

/** What the npm package weighs, part by part, and that nothing of the optional frameworks is needed to start. */
export const packageSize: Row = {
  name: 'package-size',
  title: 'Size of the package, and its start beside CDKTF and CDK Terrain',
  measure: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hooks-bench-package-'))
    try {
      return [...measureSize(), ...(await measureStart(directory))]
    } finally {
      rmSync(directory, { recursive: true })
    }
  },
}

interface Packed {
  readonly size: number
  readonly files: readonly { readonly path: string; readonly size: number }[]
}

function measureSize(): readonly Measured[] {
  const packed = pack()
  const [terraform, cdktf, cdktn] = [
    weigh(packed, ['dist/terraform/']),
    weigh(packed, ['dist/cdktf/', 'dist/webhook-model/']),
    weigh(packed, ['dist/cdktn/', 'dist/webhook-model/']),
  ]
  const whole = weigh(packed, [''])
  const base = whole - weigh(packed, ['dist/terraform/', 'dist/cdktf/', 'dist/cdktn/', 'dist/webhook-model/'])
  const dependencies = listDependencies()
  return [
    shown('download', inMb(packed.size), 'MB'),
    atMost('unpacked', inMb(whole), 7, 'MB'),
    atMost('… command line, library and sandbox', inMb(base), 3.6, 'MB'),
    shown('… Terraform provider', inMb(terraform), 'MB'),
    shown('… CDKTF', inMb(cdktf), 'MB'),
    shown('… CDK Terrain, with what it shares with CDKTF', inMb(cdktn), 'MB'),
    { what: 'packages that are installed with it', value: String(dependencies.length) },
    shown(
      '… unpacked',
      inMb(
        dependencies
          .filter(isTop)
          .map(weighDirectory)
          .reduce((sum, size) => sum + size, 0),
      ),
      'MB',
    ),
    exactly('… of CDKTF, CDK Terrain and gRPC', dependencies.filter(isOptional).length, 0),
  ]
}

/** In turns, so that a busy moment of the machine meets both alike; without the frameworks nothing of them could load. */
async function measureStart(directory: string): Promise<readonly Measured[]> {
  const [without, beside] = [install(directory, 'without', []), install(directory, 'beside', peers)]
  const times: [number[], number[]] = [[], []]
  for (let run = -warmUps; run < runs; run += 1) {
    const pair = [await timeNode([without, 'plan', '--help']), await timeNode([beside, 'plan', '--help'])] as const
    if (run >= 0) pair.forEach((time, at) => times[at]?.push(time))
  }
  for (const entry of ['index.js', 'sandbox/index.js']) {
    await timeNode(['--input-type=module', '-e', `await import('${join(dirname(without), '..', entry)}')`])
  }
  return [atMost('start beside the frameworks ÷ without them', median(times[1]) / median(times[0]), 1.1, '×')]
}

function pack(): Packed {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent']
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' })) as readonly Packed[]
  if (packed === undefined) throw new Error('npm pack packs nothing.')
  return packed
}

function weigh({ files }: Packed, starts: readonly string[]): number {
  const chosen = files.filter(({ path }) => starts.some((start) => path.startsWith(start)))
  return chosen.reduce((sum, { size }) => sum + size, 0)
}

/** Lists the places of what npm installs for users: neither for developers nor optional. */
function listDependencies(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  const places = Object.entries(lock.packages).filter(
    ([place, facts]) =>
      place !== '' && !['dev', 'optional', 'devOptional', 'peer'].some((mark) => facts[mark] === true),
  )
  return places.map(([place]) => place)
}

function isOptional(place: string): boolean {
  return [...peers, '@grpc/grpc-js', 'protobufjs'].some((name) => place === `node_modules/${name}`)
}

/** What stands within another one is weighed, and linked, with it. */
function isTop(place: string): boolean {
  return place.lastIndexOf('node_modules/') === 0
}

function weighDirectory(place: string): number {
  const directory = join(root, place)
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

/** Makes a project that has the package and what is beside it; answers with the program. */
function install(directory: string, name: string, beside: readonly string[]): string {
  const modules = join(directory, name, 'node_modules')
  mkdirSync(join(modules, 'hooks-sync'), { recursive: true })
  for (const part of ['dist', 'package.json']) {
    cpSync(join(root, part), join(modules, 'hooks-sync', part), { recursive: true })
  }
  for (const place of [...listDependencies().filter(isTop), ...beside.map((peer) => `node_modules/${peer}`)]) {
    const path = place.slice('node_modules/'.length)
    mkdirSync(dirname(join(modules, path)), { recursive: true })
    symlinkSync(join(root, place), join(modules, path))
  }
  return join(modules, 'hooks-sync/dist/cli/main.js')
}

function inMb(bytes: number): number {
  return bytes / 1e6
}
