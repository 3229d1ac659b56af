import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { errorCode } from './ledger-errors.ts'
import type { LockInfo } from './ledger-store.ts'

export type ProcessIdentity = Pick<LockInfo, 'host' | 'pid' | 'machine' | 'processStart'>

/** Describes this process so that another one can tell whether it still runs. */
export function identifyProcess(): ProcessIdentity {
  const machine = readMachine()
  const processStart = readProcess(process.pid)?.start
  return {
    host: hostname(),
    pid: process.pid,
    ...(machine === undefined ? {} : { machine }),
    ...(processStart === undefined ? {} : { processStart }),
  }
}

/** Tells whether a process is known to be dead; one on another machine never is. */
export function isDead(other: ProcessIdentity): boolean {
  if (other.host !== hostname() || other.machine !== readMachine()) return false
  if (!isRunning(other.pid)) return true
  const found = readProcess(other.pid)
  if (found === undefined) return false
  return found.state === 'Z' || found.state === 'X' || (other.processStart ?? found.start) !== found.start
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}

// Containers may share a host name and count their processes apart, so a pid means something in one namespace only.
function readMachine(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

// proc_pid_stat(5): the name in parentheses may hold anything, so count from its end; state is field 3, start 22.
function readProcess(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, start] = [fields[0], fields[19]]
    return state === undefined || start === undefined ? undefined : { state, start }
  } catch {
    return undefined
  }
}
