import type { PlainValue } from '../core/value.ts'

/** The part of JSON Schema draft-07 that is made here. */
export interface JsonSchema {
  readonly $schema?: string
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly markdownDescription?: string
  readonly type?: string | readonly string[]
  readonly const?: PlainValue
  readonly enum?: readonly PlainValue[]
  readonly default?: PlainValue
  readonly examples?: readonly PlainValue[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly anyOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly if?: JsonSchema
  readonly then?: JsonSchema
  readonly else?: JsonSchema
  readonly definitions?: Readonly<Record<string, JsonSchema>>
}

/**
 * Who reads a schema. An editor sees the text as written, with `${env:…}` and references in it. The strict form is
 * compiled for the loader, which fills in text, parses secrets and finds repeated members itself before it validates.
 */
export type Reader = 'editor' | 'strict'
