import type { TerraformAttributes, TerraformIdentity } from '../../schema/terraform-type.ts'
import type { CtyObject } from '../cty/value.ts'
import type { DynamicValue } from '../protocol/generated/messages.ts'
import type { ManagedResource } from '../provider.ts'
import { readBlock, secretsOf } from './block-values.ts'
import type { Session } from './session.ts'

/** A resource with what its values look like. */
export interface FoundResource {
  readonly resource: ManagedResource
  readonly attributes: TerraformAttributes
  readonly version: number
  readonly identity: TerraformIdentity | undefined
}

/** Finds the resource that a call is about. */
export async function findResource({ provider }: Session, typeName: string): Promise<FoundResource> {
  const { schema, resources } = await provider()
  const { attributes, version } = named(schema.resources, typeName)
  return { resource: named(resources, typeName), attributes, version, identity: schema.identities[typeName] }
}

/** Finds what a name of a configuration means. */
export function named<T>(all: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(all, name) ? all[name] : undefined
  if (found === undefined) throw new Error(`This version of the provider has no ${name}.`)
  return found
}

/** Reads a value that may be null, and notes its secrets before anything can go wrong with them. */
export function readNoted(
  value: DynamicValue | undefined,
  attributes: TerraformAttributes,
  { noteSecret }: Session,
): CtyObject | null {
  const block = readBlock(value, attributes)
  for (const secret of block === null ? [] : secretsOf(block, attributes)) noteSecret(secret)
  return block
}

/** Reads a configuration, which is never null. */
export function readConfig(
  value: DynamicValue | undefined,
  attributes: TerraformAttributes,
  session: Session,
): CtyObject {
  return readNoted(value, attributes, session) ?? {}
}
