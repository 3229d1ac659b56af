import { editText } from '../cloud/edit-text.ts'
import { type NumberedSecret, type NumberedVersion, writeNumbered } from '../cloud/write-numbered.ts'
import type { FieldEdit, StoreFault, StoreWritten, WriteExpectation } from '../store.ts'
import { crc32c } from './crc32c.ts'
import { failedAs, type GcpCaller, type GcpFailure, gcpFault, isFailed, service } from './gcp-caller.ts'
import { access, type GcpSession, readFault } from './read-secrets.ts'

const neededToWrite = ['secretmanager.versions.add', 'secretmanager.versions.access']

/** Changes a secret, or makes it, if what is expected of it holds. */
export async function changeSecret(
  session: GcpSession,
  path: string,
  wanted: FieldEdit,
  expectation: WriteExpectation,
): Promise<StoreWritten | StoreFault> {
  const overtaken: StoreFault = {
    kind: 'conflict',
    message: `${path} in ${service} was changed since it was read.`,
    hint: 'Run the command again.',
  }
  const outcome = await writeNumbered(
    numbered(session, path),
    (base) => {
      if (typeof expectation === 'object' && expectation.version !== String(base?.number)) return overtaken
      return editText(base?.text, wanted, expectation, path)
    },
    overtaken,
  )
  return outcome.kind === 'emptied' ? removeSecret(session, path) : outcome
}

function numbered(session: GcpSession, path: string): NumberedSecret {
  return {
    read: async (number) => {
      const found = await access(session, path, number === undefined ? undefined : String(number))
      if (found.kind === 'version') return found
      if (failedAs(found, 'not-found')) return undefined
      return failedAs(found, 'unusable') ? readDestroyed(session.caller, path, found) : readFault(found, path)
    },
    append: (text) => append(session, path, text),
  }
}

/** A destroyed version is as good as none, but the next one gets the number after it; a disabled one was not meant to be replaced. */
async function readDestroyed(
  caller: GcpCaller,
  path: string,
  failed: GcpFailure | StoreFault,
): Promise<NumberedVersion | StoreFault> {
  const answer = await caller.attempt(path, async (client, name) => {
    const [version] = await client.getSecretVersion({ name: `${name}/versions/latest` })
    return { version }
  })
  if (isFailed(answer)) return readFault(failed, path)
  const { name, state } = answer.version
  const isDestroyed = state === 'DESTROYED'
  return isDestroyed ? { kind: 'version', number: Number(name?.split('/').at(-1)) } : readFault(failed, path)
}

async function append(session: GcpSession, path: string, text: string): ReturnType<NumberedSecret['append']> {
  const first = await addVersion(session.caller, path, text)
  const isAbsent = failedAs(first, 'not-found')
  const refusal = isAbsent ? await create(session.caller, path) : undefined
  if (refusal !== undefined) return refusal
  const added = isAbsent ? await addVersion(session.caller, path, text) : first
  if (isFailed(added)) return writeFault(added, path, 'secretmanager.versions.add')
  session.written.set(path, added.number)
  return { kind: 'appended', number: added.number }
}

async function addVersion(
  caller: GcpCaller,
  path: string,
  text: string,
): Promise<{ readonly number: number } | GcpFailure | StoreFault> {
  const data = Buffer.from(text)
  return caller.attempt(path, async (client, parent) => {
    const [version] = await client.addSecretVersion({ parent, payload: { data, dataCrc32c: crc32c(data) } })
    return { number: Number(version.name?.split('/').at(-1)) }
  })
}

async function create(caller: GcpCaller, path: string): Promise<StoreFault | undefined> {
  const answer = await caller.attempt(path, (client, name) => {
    const [parent = '', secretId = ''] = name.split('/secrets/')
    // A regional secret is where it is; only a global one says where it is copied to.
    const replication = parent.includes('/locations/') ? {} : { replication: { automatic: {} } }
    return client.createSecret({ parent, secretId, secret: replication })
  })
  // Somebody else made it in between; the numbers will tell whether there is a version too.
  if (!isFailed(answer) || failedAs(answer, 'conflict')) return undefined
  return writeFault(answer, path, 'secretmanager.secrets.create')
}

async function removeSecret({ caller, written }: GcpSession, path: string): Promise<StoreWritten | StoreFault> {
  const answer = await caller.attempt(path, (client, name) => client.deleteSecret({ name }))
  if (isFailed(answer)) return writeFault(answer, path, 'secretmanager.secrets.delete')
  written.delete(path)
  return { kind: 'written' }
}

/** Asks what the identity may do with the secret; of one that does not exist, nobody can tell before it is made. */
export async function proveSecretWritable(caller: GcpCaller, path: string): Promise<StoreFault | undefined> {
  const found = await access({ caller, written: new Map() }, path)
  if (found.kind !== 'version' && !failedAs(found, 'not-found', 'unusable')) return readFault(found, path)
  const answer = await caller.attempt(path, async (client, resource) => {
    const [allowed] = await client.testIamPermissions({ resource, permissions: neededToWrite })
    return { allowed: allowed.permissions ?? [] }
  })
  if (isFailed(answer))
    return failedAs(answer, 'not-found') ? undefined : writeFault(answer, path, 'the test of its permissions')
  const missing = neededToWrite.find((permission) => !answer.allowed.includes(permission))
  if (missing === undefined || (await isAbsent(caller, path, found))) return undefined
  return writeFault({ kind: 'failure', failure: { kind: 'denied' } }, path, missing)
}

/** The permissions on a secret that does not exist are none at all, whoever asks. */
async function isAbsent(caller: GcpCaller, path: string, found: object): Promise<boolean> {
  if (!failedAs(found, 'not-found')) return false
  const answer = await caller.attempt(path, (client, name) => client.getSecret({ name }))
  return failedAs(answer, 'not-found')
}

function writeFault(failed: GcpFailure | StoreFault, path: string, permission: string): StoreFault {
  return gcpFault(failed, { verb: 'write', path, permission })
}
