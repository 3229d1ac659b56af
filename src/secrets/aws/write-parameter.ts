import { randomUUID } from 'node:crypto'
import { editText } from '../cloud/edit-text.ts'
import { type NumberedSecret, type NumberedVersion, writeNumbered } from '../cloud/write-numbered.ts'
import type { FieldEdit, StoreFault, StoreWritten, WriteExpectation } from '../store.ts'
import { type AwsFailure, failedAs, isFailed } from './aws-client.ts'
import { type ParameterCaller, readFault, service, writeFault } from './parameter-caller.ts'
import { readParameter } from './read-parameters.ts'

/** Changes a parameter, or makes it, if what is expected of it holds. */
export async function changeParameter(
  caller: ParameterCaller,
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
    numbered(caller, path),
    (base) => {
      if (typeof expectation === 'object' && expectation.version !== String(base?.number)) return overtaken
      return editText(base?.text, wanted, expectation, path)
    },
    overtaken,
  )
  return outcome.kind === 'emptied' ? removeParameter(caller, path) : outcome
}

function numbered(caller: ParameterCaller, path: string): NumberedSecret {
  return {
    read: async (number) => {
      const found = await readParameter(caller, path, number)
      if (found === 'absent') return undefined
      if (found.kind !== 'parameter') return readFault(found, path)
      if (found.type !== 'SecureString') return notEncrypted(path, found.type)
      return { kind: 'version', number: found.number, text: found.text }
    },
    append: (text, base) => put(caller, path, text, base),
  }
}

async function put(
  caller: ParameterCaller,
  path: string,
  text: string,
  base: NumberedVersion | undefined,
): ReturnType<NumberedSecret['append']> {
  const key = base === undefined ? undefined : await keyOf(caller, path)
  if (typeof key === 'object') return key
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(
      new sdk.PutParameterCommand({
        Name: path,
        Value: text,
        Type: 'SecureString',
        Overwrite: base !== undefined,
        ...(key === undefined ? {} : { KeyId: key }),
      }),
    ),
  )
  if (isFailed(answer)) return writeFault(answer, path, 'PutParameter')
  return { kind: 'appended', number: answer.Version ?? 0 }
}

/** Finds the key a parameter is encrypted with: without one, AWS would take its own key for the new version. */
async function keyOf(caller: ParameterCaller, path: string): Promise<string | undefined | StoreFault> {
  let token: string | undefined
  let key: string | undefined
  do {
    const page = await caller.attempt(({ sdk, client }) =>
      client.send(
        new sdk.GetParameterHistoryCommand({
          Name: path,
          WithDecryption: false,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    )
    if (isFailed(page)) return writeFault(page, path, 'GetParameterHistory')
    // From the oldest version to the newest.
    key = page.Parameters?.at(-1)?.KeyId ?? key
    token = page.NextToken
  } while (token !== undefined)
  return key
}

async function removeParameter(caller: ParameterCaller, path: string): Promise<StoreWritten | StoreFault> {
  const answer = await caller.attempt(({ sdk, client }) => client.send(new sdk.DeleteParameterCommand({ Name: path })))
  return isFailed(answer) ? writeFault(answer, path, 'DeleteParameter') : { kind: 'written' }
}

/**
 * Asks for a parameter that cannot be made, because its value does not match its own pattern, its key does not exist and,
 * mostly, its name is taken. Who may not make it at all is told that instead.
 */
export async function proveParameterWritable(caller: ParameterCaller, path: string): Promise<StoreFault | undefined> {
  const found = await numbered(caller, path).read()
  if (found !== undefined && found.kind !== 'version') return found
  const key = found === undefined ? undefined : await keyOf(caller, path)
  if (typeof key === 'object') return key
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(
      new sdk.PutParameterCommand({
        Name: path,
        Value: 'hooks-sync asks whether it may write here',
        Type: 'SecureString',
        AllowedPattern: '^nothing$',
        KeyId: `alias/hooks-sync-${randomUUID()}`,
        Overwrite: false,
      }),
    ),
  )
  if (isFailed(answer) && (failedAs(answer, 'refused', 'conflict') || isUnknownKey(answer))) return undefined
  if (isFailed(answer)) return writeFault(answer, path, 'PutParameter')
  return {
    kind: 'denied',
    message: `${service} took a value for ${path} that it should have refused.`,
    hint: 'Look at it.',
  }
}

function isUnknownKey(answer: AwsFailure | StoreFault): boolean {
  return 'failure' in answer && answer.failure.code === 'InvalidKeyId'
}

function notEncrypted(path: string, type: string): StoreFault {
  return {
    kind: 'read-only',
    message: `${path} in ${service} is a ${type}, which AWS keeps in clear.`,
    hint: 'Remove it and let hooks-sync make it, or make it as a SecureString.',
  }
}
