import { objectType } from '../../schema/terraform-type.ts'
import { decodeCtyJson } from '../cty/json.ts'
import type { CtyObject } from '../cty/value.ts'
import type { Answers } from '../plugin/serve-methods.ts'
import type { ProviderMethods, RawState } from '../protocol/generated/messages.ts'
import type { Findings } from '../provider.ts'
import { writeKept } from './block-values.ts'
import { toDiagnostics } from './diagnostic-messages.ts'
import { type FoundResource, findResource } from './find-resource.ts'
import { readStoredIdentity, writeIdentity } from './identity-values.ts'
import type { Session } from './session.ts'

type StoredStateCalls = Pick<
  Answers<ProviderMethods, 'ListResource'>,
  'UpgradeResourceState' | 'UpgradeResourceIdentity' | 'MoveResourceState'
>

/** Answers what concerns states that were written before, maybe by another version. */
export function makeStoredStateCalls(session: Session): StoredStateCalls {
  return {
    UpgradeResourceState: async ({ typeName, version, rawState }) => {
      const found = await findResource(session, typeName)
      const { state, diagnostics } = await upgrade(found, typeName, version, rawState)
      return {
        upgradedState: writeKept(state, found.attributes),
        diagnostics: toDiagnostics(diagnostics, found.attributes, session),
      }
    },
    UpgradeResourceIdentity: async ({ typeName, version, rawIdentity }) => {
      const { identity } = await findResource(session, typeName)
      if (identity === undefined) throw new Error(`${typeName} has no identity.`)
      if (version !== identity.version) throw new Error(newerVersion(`The identity of ${typeName}`, version))
      const stored = readStoredIdentity(jsonOf(rawIdentity), identity)
      return { upgradedIdentity: writeIdentity(stored, identity, undefined) }
    },
    MoveResourceState: async ({ sourceTypeName, targetTypeName }) => {
      const summary = `A ${sourceTypeName} cannot become a ${targetTypeName}.`
      const detail =
        'Put "removed" with "destroy = false" in place of the old resource and an "import" block before the new one: nothing is called for that.'
      return { diagnostics: toDiagnostics([{ severity: 'error', summary, detail }], {}, session) }
    },
  }
}

/** Reads a state of today by its type alone; only one of before is the resource's to understand. */
async function upgrade(
  { resource, attributes, version: current }: FoundResource,
  typeName: string,
  version: number,
  raw: RawState | undefined,
): Promise<Findings & { readonly state: CtyObject | null }> {
  if (version > current) throw new Error(newerVersion(`The state of a ${typeName}`, version))
  const text = Buffer.from(jsonOf(raw)).toString('utf8')
  if (version < current) return resource.upgrade({ version, state: JSON.parse(text) as unknown })
  const state = decodeCtyJson(text, objectType(attributes)) as CtyObject | null
  if (state !== null) resource.note?.(state)
  return { state, diagnostics: [] }
}

function jsonOf(raw: RawState | undefined): Uint8Array {
  if (raw === undefined || raw.json.length === 0) {
    throw new Error('The state is in the form of Terraform 0.11, which this provider never wrote.')
  }
  return raw.json
}

function newerVersion(what: string, version: number): string {
  return `${what} was written by another version of the provider (schema ${version}), which this one cannot read.`
}
