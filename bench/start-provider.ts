import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { splitProvider } from '../scripts/bundle-provider.mjs'
import { makeServerCertificate } from '../src/terraform/plugin/certificate.ts'
import { atMost, type Measured, median, type Row, shown } from './row.ts'

const warmUps = 3
const runs = 31

/** A gRPC server of the same library that does nothing but say where it listens. */
const bareServer = `
const { Server, ServerCredentials } = require('@grpc/grpc-js')
new Server().bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_error, port) => {
  process.stdout.write('1|6|tcp|127.0.0.1:' + port + '|grpc|\\n')
})`

/** How long the Terraform provider takes until an engine may call it, with a certificate of its own. */
export const startProvider: Row = {
  name: 'start-provider',
  title: 'Start of the Terraform provider, to its handshake',
  measure: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hooks-bench-provider-'))
    try {
      return await measureStart(directory)
    } finally {
      rmSync(directory, { recursive: true })
    }
  },
}

async function measureStart(directory: string): Promise<readonly Measured[]> {
  const root = join(import.meta.dirname, '..')
  const [bare, provider] = [join(directory, 'bare.cjs'), join(directory, 'provider')]
  await build({
    stdin: { contents: bareServer, resolveDir: root },
    outfile: bare,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'error',
  })
  await splitProvider({ entries: [join(root, 'src/terraform/main.ts')], outdir: provider })
  const bareTimes: number[] = []
  const times: number[] = []
  // In turns, so that a busy moment of the machine meets both alike.
  for (let run = -warmUps; run < runs; run += 1) {
    const pair = [
      await timeHandshake(bare, directory),
      await timeHandshake(join(provider, 'main.cjs'), directory),
    ] as const
    if (run < 0) continue
    bareTimes.push(pair[0])
    times.push(pair[1])
  }
  return [
    shown('bare gRPC server', median(bareTimes), 'ms'),
    shown('provider', median(times), 'ms'),
    atMost('provider ÷ bare gRPC server', median(times) / median(bareTimes), 1.2, '×'),
  ]
}

/** Times a start as an engine sees it: from the spawn to the line that says where to connect. */
function timeHandshake(file: string, directory: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
        PLUGIN_CLIENT_CERT: makeServerCertificate().pem,
        PLUGIN_UNIX_SOCKET_DIR: directory,
      },
    })
    let took = 0
    child.stdout.once('data', () => {
      took = performance.now() - start
      child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', () => (took > 0 ? resolve(took) : reject(new Error(`${file} did not say where it listens.`))))
  })
}
