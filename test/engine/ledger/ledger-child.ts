import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { DiagnosticError } from '../../../src/core/diagnostic.ts'
import { LocalLedger } from '../../../src/engine/ledger/local-ledger.ts'
import { makeFaultyFileSystem } from './faulty-file-system.ts'
import { putEntry, putIntent } from './ledger-changes.ts'

const [path = '', task, at = '0'] = process.argv.slice(2)
const say = (text: string): number => writeSync(1, `${text}\n`)

/** Says each change that was acknowledged, and dies in the middle. */
async function recordUntilKilled(): Promise<void> {
  const fileSystem = makeFaultyFileSystem({
    at: Number(at),
    after: 'half',
    strike: () => {
      process.kill(process.pid, 'SIGKILL')
      throw new Error('killed')
    },
  })
  const open = await new LocalLedger(path, { fileSystem }).open({ waitMs: 0, owner: 'child', now: Date.now })
  for (const key of ['a', 'b']) {
    await open.record(putIntent(key))
    say(`intent ${key}`)
    await open.record(putEntry(key))
    say(`entry ${key}`)
  }
  await open.close()
  say('closed')
}

/** Says that it is there, opens once it is told to, says who won, and holds what it won until its input ends. */
async function race(): Promise<void> {
  const isOver = once(process.stdin, 'end')
  say('ready')
  await once(process.stdin, 'data')
  try {
    await new LocalLedger(path).open({ waitMs: 0, owner: 'child', now: Date.now })
    say('won')
    await isOver
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    say(error.diagnostics[0]?.code ?? '')
  }
}

const run = task === 'race' ? race() : recordUntilKilled()
await run
