import { isReferenceFault, parseReference, renderReference, type SecretReference } from './reference.ts'

/** Which neighbor of a secret is meant: the value that takes its place, or the one whose place it took. */
export type Sibling = 'pending' | 'previous'

/** Names the place beside a secret: a field of the same document, or a path of its own where the whole value is meant. */
export function siblingReference(ref: string, sibling: Sibling): string {
  const parsed = parseReference(ref)
  if (isReferenceFault(parsed)) throw new TypeError('A reference that was checked when it was loaded is no longer one.')
  const { text: _text, version: _version, pointer, path, ...rest } = parsed
  const field = pointer.at(-1)
  if (field === undefined) return renderReference({ ...rest, pointer, path: `${path}${separator(parsed)}${sibling}` })
  return renderReference({ ...rest, path, pointer: [...pointer.slice(0, -1), `${field}_${sibling}`] })
}

/** Azure takes letters, digits and hyphens only in the name of a secret. */
function separator({ backend }: SecretReference): string {
  return backend === 'azurekeyvault' ? '-' : '_'
}
