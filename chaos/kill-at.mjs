// Loaded before the program (`node --import`). Counts what a run does to the world outside: HTTP requests, and files
// that are made, written, synced, renamed or removed. With CHAOS_KILL_AT=<n> the process kills itself, as kill -9 does,
// right before the n-th of these moments; without it the moments are written to CHAOS_LOG.
import { subscribe } from 'node:diagnostics_channel'
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

const killAt = Number(process.env.CHAOS_KILL_AT ?? 0)
const log = process.env.CHAOS_LOG === undefined ? undefined : fs.openSync(process.env.CHAOS_LOG, 'a')
let count = 0

function moment(what) {
  count += 1
  if (count === killAt) process.kill(process.pid, 'SIGKILL')
  if (log !== undefined && killAt === 0) fs.writeSync(log, `${what}\n`)
}

// Both sides of a request: not sent yet, and answered but not read yet.
subscribe('undici:request:create', ({ request }) => moment(`before ${request.method}`))
subscribe('undici:request:headers', ({ request }) => moment(`answered ${request.method}`))

function around(owner, name, isCounted = () => true) {
  const original = owner[name]
  owner[name] = async function (...args) {
    if (!isCounted(...args)) return original.apply(this, args)
    moment(`before ${name}`)
    const outcome = await original.apply(this, args)
    moment(`after ${name}`)
    return outcome
  }
}

function aroundSync(owner, name) {
  const original = owner[name]
  owner[name] = (...args) => {
    moment(`before ${name}`)
    const outcome = original(...args)
    moment(`after ${name}`)
    return outcome
  }
}

const probe = await promises.open(new URL(import.meta.url))
const handle = Object.getPrototypeOf(probe)
await probe.close()
for (const name of ['writeFile', 'appendFile', 'write', 'sync', 'datasync', 'truncate']) around(handle, name)
for (const name of ['rename', 'rm', 'unlink', 'writeFile', 'mkdir', 'link']) around(promises, name)
around(promises, 'open', (_path, flags) => typeof flags === 'string' && /[wa+]/u.test(flags))
aroundSync(fs, 'writeFileSync')

// What a vendor is given to settle is waited for in a twentieth of the time.
const haste = 20
const { setTimeout: wait } = globalThis
globalThis.setTimeout = Object.assign((task, ms = 0, ...args) => wait(task, ms / haste, ...args), wait)
const { setTimeout: sleep } = timers
timers.setTimeout = (ms, ...rest) => sleep(ms / haste, ...rest)
syncBuiltinESMExports()
