/**
 * A Terraform schema as data: what the provider serves, what the registry docs and the CDKTF bindings are made from. The
 * words are Terraform's own, so that `terraform providers schema -json` and this say the same.
 */

/** A type as cty writes it in JSON. */
export type TerraformType =
  | 'string'
  | 'bool'
  | 'number'
  | readonly ['list' | 'set' | 'map', TerraformType]
  | readonly ['object', Readonly<Record<string, TerraformType>>]

/** An object attribute whose members are attributes of their own. */
export interface NestedAttributes {
  readonly nesting: 'single' | 'list' | 'set' | 'map'
  readonly attributes: TerraformAttributes
}

/** What every attribute says beside its type. `required` stands alone; `optional` and `computed` may go together. */
interface AttributeFacts {
  /** Markdown. */
  readonly description: string
  readonly presence: 'required' | 'optional' | 'computed' | 'optional-computed'
  /** Hidden in what the engine prints; it is kept in the state in clear. */
  readonly sensitive?: true
  /** Never kept in plan or state. Takes an engine from 1.11 on. */
  readonly writeOnly?: true
}

export type TerraformAttribute = AttributeFacts &
  ({ readonly type: TerraformType } | { readonly nested: NestedAttributes })

export type TerraformAttributes = Readonly<Record<string, TerraformAttribute>>

/** What one resource, data source, ephemeral resource, list resource or the provider itself takes. */
export interface TerraformBlock {
  /** Raised when a state of before cannot be read any more without being changed. */
  readonly version: number
  /** Markdown. */
  readonly description: string
  readonly attributes: TerraformAttributes
}

/** What tells one remote object from all others, for engines from 1.12 on. */
export interface TerraformIdentity {
  readonly version: number
  readonly attributes: Readonly<
    Record<
      string,
      { readonly type: TerraformType; readonly description: string; readonly importable: 'required' | 'optional' }
    >
  >
}

/** Everything the provider offers, by the names that configurations use. */
export interface TerraformSchema {
  readonly provider: TerraformBlock
  readonly resources: Readonly<Record<string, TerraformBlock>>
  readonly identities: Readonly<Record<string, TerraformIdentity>>
  readonly dataSources: Readonly<Record<string, TerraformBlock>>
  readonly ephemeralResources: Readonly<Record<string, TerraformBlock>>
  readonly listResources: Readonly<Record<string, TerraformBlock>>
}

/** Tells the type of an attribute's values, nested attributes included. */
function typeOf(attribute: TerraformAttribute): TerraformType {
  if ('type' in attribute) return attribute.type
  const { nesting, attributes } = attribute.nested
  const object = objectType(attributes)
  return nesting === 'single' ? object : [nesting, object]
}

/** Tells the type of the object that all attributes of a block make up. */
export function objectType(attributes: TerraformAttributes): TerraformType {
  return ['object', Object.fromEntries(Object.entries(attributes).map(([name, each]) => [name, typeOf(each)]))]
}
