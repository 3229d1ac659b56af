import { batchesOf } from '../cloud/batches.ts'
import { mapLimited } from '../cloud/map-limited.ts'
import { SecretDocument } from '../document.ts'
import type { StoredDocument, StoreFault, StorePath } from '../store.ts'
import { type AwsFailure, failedAs, isFailed } from './aws-client.ts'
import { readFault, type SecretsCaller, service } from './secrets-caller.ts'

const batchSize = 20

/** A version of a secret, as text. */
export interface Version {
  readonly text: string
  readonly id: string
}

/** Reads many at a time where that is allowed, and one by one what that did not answer. */
export async function readSecrets(
  caller: SecretsCaller,
  paths: readonly StorePath[],
): Promise<readonly (StoredDocument | StoreFault)[]> {
  const unpinned = [...new Set(paths.filter(({ version }) => version === undefined).map(({ path }) => path))]
  const found = new Map<string, StoredDocument | StoreFault>()
  // For a single secret, the batch would only ask for one more permission.
  if (unpinned.length > 1) {
    await mapLimited(batchesOf(unpinned, batchSize), async (batch) => {
      for (const [path, answer] of await readBatch(caller, batch)) found.set(path, answer)
    })
  }
  return mapLimited(paths, async (wanted) => {
    const known = wanted.version === undefined ? found.get(wanted.path) : undefined
    return known ?? readSecret(caller, wanted)
  })
}

async function readBatch(
  caller: SecretsCaller,
  paths: readonly string[],
): Promise<ReadonlyMap<string, StoredDocument | StoreFault>> {
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(new sdk.BatchGetSecretValueCommand({ SecretIdList: [...paths] })),
  )
  if (isFailed(answer)) {
    // One name that is not allowed or not well formed fails the whole batch; what else went wrong would go wrong again.
    if (failedAs(answer, 'denied', 'refused', 'not-found', 'unusable')) return new Map()
    return new Map(paths.map((path) => [path, readFault(answer, path)]))
  }
  const values = answer.SecretValues ?? []
  return new Map(
    paths.flatMap((path) => {
      const value = values.find(({ Name, ARN }) => Name === path || ARN === path)
      return value === undefined ? [] : [[path, toDocument(value, path)] as const]
    }),
  )
}

/** Reads one secret, in its current version or a pinned one. */
export async function readSecret(
  caller: SecretsCaller,
  { path, version }: StorePath,
): Promise<StoredDocument | StoreFault> {
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(new sdk.GetSecretValueCommand({ SecretId: path, ...selectorOf(version) })),
  )
  if (!isFailed(answer)) return toDocument(answer, path)
  if (version === undefined || !failedAs(answer, 'not-found')) return readFault(answer, path)
  return { kind: 'not-found', message: `${service} has no version ${version} of ${path}.`, hint: 'Check ?version=.' }
}

/** A pinned version is a version id, or one of the labels that move from version to version. */
function selectorOf(version: string | undefined): { readonly VersionId?: string; readonly VersionStage?: string } {
  if (version === undefined) return {}
  return /^[0-9a-f-]{32,64}$/i.test(version) ? { VersionId: version } : { VersionStage: version }
}

interface SecretValue {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
  readonly VersionId?: string | undefined
}

function toDocument(value: SecretValue, path: string): StoredDocument | StoreFault {
  const { SecretString: text, SecretBinary: binary, VersionId: version } = value
  if (typeof text === 'string') {
    return { kind: 'document', document: SecretDocument.ofText(text), ...(version === undefined ? {} : { version }) }
  }
  if (binary === undefined) return readFault({ kind: 'failure', failure: { kind: 'malformed' } }, path)
  return { kind: 'not-text', message: `${path} in ${service} is binary.`, hint: 'Store it as text.' }
}

/** Reads the current version, to start a change from. */
export async function readCurrent(caller: SecretsCaller, path: string): Promise<Version | AwsFailure | StoreFault> {
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(new sdk.GetSecretValueCommand({ SecretId: path })),
  )
  if (isFailed(answer)) return answer
  const document = toDocument(answer, path)
  if (document.kind !== 'document') return document
  return { text: answer.SecretString ?? '', id: answer.VersionId ?? '' }
}
