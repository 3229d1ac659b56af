import { createHash } from 'node:crypto'

/** Words that are told apart from what joins them: no underscore at an end, and never two in a row. */
const plain = /^[A-Za-z][A-Za-z0-9-]*(?:_[A-Za-z0-9-]+)*$/u

/** Names a webhook in the state, by our key alone: where the construct stands does not matter. */
export function logicalId(account: string, key: string): string {
  return `${identifier(account)}__${identifier(key)}`
}

/** Turns any name into one that Terraform takes; different names stay different. */
export function identifier(name: string): string {
  if (plain.test(name)) return name
  const readable = name.replaceAll(/[^A-Za-z0-9-]+/gu, '_').replaceAll(/^[_-]+|_+$/gu, '')
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${/^[A-Za-z]/u.test(readable) ? readable : `x${readable}`}_${digest}`
}

/** Names the variable that stands for a secret, so that `TF_VAR_…` can be foretold. */
export function variableName(path: readonly string[]): string {
  return ['hooks', ...path].map((step) => step.replaceAll(/[^A-Za-z0-9_]/gu, '_')).join('_')
}

/** Names an attribute as the bindings do. */
export function camelCase(name: string): string {
  return name.replaceAll(/_+([a-z0-9])/gu, (_found, letter: string) => letter.toUpperCase())
}

/** Writes a text so that Terraform does not take `${` or `%{` in it for an expression. */
export function escapeTemplate(text: string): string {
  return text.replaceAll(/([$%])\{/gu, '$1$1{')
}

/** A version that is new whenever one of these texts is: an engine cannot see that a write-only value changed. */
export function versionOf(texts: readonly unknown[]): number {
  return createHash('sha256').update(JSON.stringify(texts)).digest().readUIntBE(0, 6)
}
