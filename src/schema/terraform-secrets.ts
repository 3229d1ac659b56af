import type { FieldKind, MapKind, SecretKind } from '../core/field.ts'

/** Tells whether a field is a secret, or a map that may hold some, that is ours to choose. */
export function isChosenSecret(kind: FieldKind): kind is SecretKind | (MapKind & { readonly secrets: true }) {
  if (kind.kind === 'map') return kind.secrets
  return kind.kind === 'secret' && kind.forms.some((form) => form !== 'capture')
}

/** Names the write-only twin of a secret attribute, and the version that has it written again. */
export function secretNames(name: string): { readonly writeOnly: string; readonly version: string } {
  return { writeOnly: `${name}_wo`, version: `${name}_wo_version` }
}

/** Tells whether a field is a secret or may hold one, whoever makes it. */
export function isSecret(kind: FieldKind): boolean {
  return kind.kind === 'secret' || isChosenSecret(kind)
}
