import { batchesOf } from '../cloud/batches.ts'
import { mapLimited } from '../cloud/map-limited.ts'
import { SecretDocument } from '../document.ts'
import type { StoredDocument, StoreFault, StorePath } from '../store.ts'
import { type AwsFailure, failedAs, isFailed } from './aws-client.ts'
import { type ParameterCaller, readFault, service } from './parameter-caller.ts'

const batchSize = 10

/** A parameter in one of its versions. */
export interface Parameter {
  readonly kind: 'parameter'
  readonly text: string
  readonly number: number
  readonly type: string
}

type Found = Parameter | 'absent' | AwsFailure | StoreFault

/** Reads parameters, many at a time where all of them are allowed. */
export async function readParameters(
  caller: ParameterCaller,
  paths: readonly StorePath[],
): Promise<readonly (StoredDocument | StoreFault)[]> {
  const selectors = [...new Set(paths.map(selectorOf))]
  const found = new Map((await mapLimited(batchesOf(selectors, batchSize), (batch) => readBatch(caller, batch))).flat())
  return paths.map((wanted) => toDocument(found.get(selectorOf(wanted)) ?? 'absent', wanted))
}

/** Reads one parameter, to start a change from. */
export async function readParameter(caller: ParameterCaller, path: string, number?: number): Promise<Found> {
  const selector = selectorOf(number === undefined ? { path } : { path, version: String(number) })
  const [[, found] = [selector, 'absent' as const]] = await readBatch(caller, [selector])
  return found
}

function selectorOf({ path, version }: StorePath): string {
  return version === undefined ? path : `${path}:${version}`
}

async function readBatch(
  caller: ParameterCaller,
  selectors: readonly string[],
): Promise<readonly (readonly [string, Found])[]> {
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(new sdk.GetParametersCommand({ Names: [...selectors], WithDecryption: true })),
  )
  if (isFailed(answer)) {
    // One that is not allowed or not well formed fails the whole batch; what else went wrong would go wrong again.
    if (selectors.length > 1 && failedAs(answer, 'denied', 'refused', 'not-found')) {
      return (await mapLimited(selectors, (selector) => readBatch(caller, [selector]))).flat()
    }
    return selectors.map((selector) => [selector, answer])
  }
  const parameters = answer.Parameters ?? []
  return selectors.map((selector) => {
    const parameter = parameters.find(({ Name = '', ARN = '', Selector = '' }) =>
      [`${Name}${Selector}`, `${ARN}${Selector}`].includes(selector),
    )
    if (parameter === undefined) return [selector, 'absent']
    return [selector, toParameter(parameter)]
  })
}

interface ParameterAnswer {
  readonly Value?: string | undefined
  readonly Version?: number | undefined
  readonly Type?: string | undefined
}

function toParameter({ Value: text, Version: number, Type: type }: ParameterAnswer): Parameter | AwsFailure {
  if (text === undefined || number === undefined) return { kind: 'failure', failure: { kind: 'malformed' } }
  return { kind: 'parameter', text, number, type: type ?? 'SecureString' }
}

function toDocument(found: Found, { path, version }: StorePath): StoredDocument | StoreFault {
  if (found === 'absent') {
    if (version === undefined) return readFault({ kind: 'failure', failure: { kind: 'not-found' } }, path)
    return { kind: 'not-found', message: `${service} has no ${path} of version ${version}.`, hint: 'Check ?version=.' }
  }
  if (found.kind !== 'parameter') return readFault(found, path)
  return { kind: 'document', document: SecretDocument.ofText(found.text), version: String(found.number) }
}
