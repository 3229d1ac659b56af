import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { editText } from '../cloud/edit-text.ts'
import type { FieldEdit, StoreFault, StoreWritten, WriteExpectation } from '../store.ts'
import { failedAs, isFailed } from './aws-client.ts'
import { readCurrent, type Version } from './read-secrets.ts'
import { readFault, type SecretsCaller, service, writeFault } from './secrets-caller.ts'

const triesOfWrite = 5
const current = 'AWSCURRENT'
/** Where a version waits until it becomes the current one. Not AWSPENDING: a rotation of AWS itself would stumble over it. */
const waiting = 'HOOKS_SYNC_PENDING'

/** Changes a secret, or makes it, if what is expected of it holds. */
export async function changeSecret(
  caller: SecretsCaller,
  path: string,
  wanted: FieldEdit,
  expectation: WriteExpectation,
): Promise<StoreWritten | StoreFault> {
  for (let tries = 1; ; tries += 1) {
    const found = await readCurrent(caller, path)
    if (isFailed(found) && !failedAs(found, 'not-found')) return readFault(found, path)
    const base = isFailed(found) ? undefined : found
    if (typeof expectation === 'object' && expectation.version !== base?.id) return overtaken(path)
    const edited = editText(base?.text, wanted, expectation, path)
    if (edited.kind === 'unchanged') return { kind: 'written', ...(base === undefined ? {} : { version: base.id }) }
    if (edited.kind === 'emptied') return removeSecret(caller, path)
    if (edited.kind !== 'changed') return edited
    const written = await replace(caller, path, edited.text, base)
    if (written.kind !== 'conflict' || expectation !== 'any' || tries >= triesOfWrite) return written
  }
}

/**
 * Adds a version beside the current one, then moves the label of the current one from the version this started from:
 * AWS refuses that when the label has moved on.
 */
async function replace(
  caller: SecretsCaller,
  path: string,
  text: string,
  base: Version | undefined,
): Promise<StoreWritten | StoreFault> {
  const token = tokenOf(path, text, base)
  const put = await caller.attempt(({ sdk, client }) =>
    client.send(
      new sdk.PutSecretValueCommand({
        SecretId: path,
        SecretString: text,
        ClientRequestToken: token,
        VersionStages: [waiting],
      }),
    ),
  )
  if (failedAs(put, 'not-found') && base === undefined) return create(caller, path, text, token)
  if (isFailed(put)) return writeFault(put, path, 'PutSecretValue')
  // The first version of a secret becomes the current one by itself.
  if (put.VersionStages?.includes(current) === true) return { kind: 'written', version: token }
  const moved = await caller.attempt(({ sdk, client }) =>
    client.send(
      new sdk.UpdateSecretVersionStageCommand({
        SecretId: path,
        VersionStage: current,
        MoveToVersionId: token,
        ...(base === undefined ? {} : { RemoveFromVersionId: base.id }),
      }),
    ),
  )
  if (!isFailed(moved)) return { kind: 'written', version: token }
  if (!failedAs(moved, 'refused')) return writeFault(moved, path, 'UpdateSecretVersionStage')
  // The SDK may have made the call twice, because the answer to the first one was lost.
  const now = await readCurrent(caller, path)
  return !isFailed(now) && now.id === token ? { kind: 'written', version: token } : overtaken(path)
}

async function create(
  caller: SecretsCaller,
  path: string,
  text: string,
  token: string,
): Promise<StoreWritten | StoreFault> {
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(new sdk.CreateSecretCommand({ Name: path, SecretString: text, ClientRequestToken: token })),
  )
  return isFailed(answer) ? writeFault(answer, path, 'CreateSecret') : { kind: 'written', version: token }
}

/** The secret can be restored for 30 days. */
async function removeSecret(caller: SecretsCaller, path: string): Promise<StoreWritten | StoreFault> {
  const answer = await caller.attempt(({ sdk, client }) => client.send(new sdk.DeleteSecretCommand({ SecretId: path })))
  return isFailed(answer) ? writeFault(answer, path, 'DeleteSecret') : { kind: 'written' }
}

/**
 * Asks for two changes that come to nothing: the current version once more, which AWS ignores, and a label taken from a
 * version that does not exist, which AWS refuses to those who may as well as to those who may not.
 */
export async function proveSecretWritable(caller: SecretsCaller, path: string): Promise<StoreFault | undefined> {
  const base = await readCurrent(caller, path)
  if (isFailed(base) && !failedAs(base, 'not-found')) return readFault(base, path)
  if (!isFailed(base)) {
    const put = await caller.attempt(({ sdk, client }) =>
      client.send(
        new sdk.PutSecretValueCommand({ SecretId: path, SecretString: base.text, ClientRequestToken: base.id }),
      ),
    )
    if (isFailed(put)) return writeFault(put, path, 'PutSecretValue')
  }
  const moved = await caller.attempt(({ sdk, client }) =>
    client.send(
      new sdk.UpdateSecretVersionStageCommand({
        SecretId: path,
        VersionStage: current,
        MoveToVersionId: isFailed(base) ? randomUUID() : base.id,
        RemoveFromVersionId: randomUUID(),
      }),
    ),
  )
  if (!isFailed(moved) || failedAs(moved, 'refused', 'not-found')) return undefined
  return writeFault(moved, path, 'UpdateSecretVersionStage')
}

const tokenKey = randomBytes(32)

/**
 * The same for the same change in this run, so that it cannot be made twice. It becomes the id of the version, which many
 * can see who cannot see the secret: without a key it would let them test guesses.
 */
function tokenOf(path: string, text: string, base: Version | undefined): string {
  const change = JSON.stringify([path, base?.id ?? null, text])
  const hex = createHmac('sha256', tokenKey).update(change).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

function overtaken(path: string): StoreFault {
  const message = `${path} in ${service} was changed since it was read.`
  return { kind: 'conflict', message, hint: 'Run the command again.' }
}
