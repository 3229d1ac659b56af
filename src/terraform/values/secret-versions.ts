import type { Fields } from '../../core/field.ts'
import { isChosenSecret, secretNames } from '../../schema/terraform-secrets.ts'
import { type CtyObject, type CtyValue, isObject } from '../cty/value.ts'
import { hasUnknown, isEqualValue } from './known.ts'

/** A secret that a configuration gives write-only, or gave. */
export interface WriteOnly {
  /** Path of its field, such as `client_credentials.client_secret`. */
  readonly path: string
  /** Attributes from the block to its version. */
  readonly versionPath: readonly string[]
  /** Kept: its version is the one that the state has, so that nothing new is to be written. */
  readonly state: 'kept' | 'new' | 'removed'
}

/** Lists the secrets that a configuration gives write-only, and which of them are new to the state. */
export function listWriteOnly(declarations: Fields, config: CtyObject, prior: CtyObject | null): readonly WriteOnly[] {
  return Object.entries(declarations).flatMap(([name, field]): readonly WriteOnly[] => {
    const { writeOnly, version } = secretNames(name)
    if (isChosenSecret(field)) {
      const about = { path: name, versionPath: [version] }
      const hadVersion = (prior?.[version] ?? null) !== null
      const isGiven = (config[writeOnly] ?? null) !== null
      if (!isGiven) return hadVersion && (config[name] ?? null) === null ? [{ ...about, state: 'removed' }] : []
      const isKept = prior !== null && (prior[name] ?? null) === null && isSame(config[version], prior[version])
      return [{ ...about, state: isKept ? 'kept' : 'new' }]
    }
    const inner = config[name]
    if (field.kind !== 'object' || !isObject(inner)) return []
    const before = prior?.[name]
    return listWriteOnly(field.fields, inner, isObject(before) ? before : null).map((one) => ({
      ...one,
      path: `${name}.${one.path}`,
      versionPath: [name, ...one.versionPath],
    }))
  })
}

function isSame(version: CtyValue | undefined, before: CtyValue | undefined): boolean {
  return !hasUnknown(version) && isEqualValue(version ?? null, before ?? null)
}
