/** What a reference to a backend may and must say, whether or not a store of that backend is configured. */
export interface BackendTraits {
  /** Whether a reference names a field below the path. */
  readonly pointer: 'none' | 'optional' | 'required'
  readonly hasVersions: boolean
  /** Whether hooks-sync writes to it; `capture` and `generate` need that. */
  readonly isWritable: boolean
}

export type Backend =
  | 'env'
  | 'file'
  | 'age'
  | 'vault'
  | 'awssecrets'
  | 'awsssm'
  | 'gcpsecrets'
  | 'azurekeyvault'
  | 'op'
  | 'sops'

/** Every backend a reference can name. */
export const backends: { readonly [B in Backend]: BackendTraits } = {
  env: { pointer: 'none', hasVersions: false, isWritable: false },
  file: { pointer: 'optional', hasVersions: false, isWritable: false },
  age: { pointer: 'required', hasVersions: false, isWritable: true },
  vault: { pointer: 'required', hasVersions: true, isWritable: true },
  awssecrets: { pointer: 'optional', hasVersions: true, isWritable: true },
  awsssm: { pointer: 'optional', hasVersions: true, isWritable: true },
  gcpsecrets: { pointer: 'optional', hasVersions: true, isWritable: true },
  azurekeyvault: { pointer: 'optional', hasVersions: true, isWritable: true },
  op: { pointer: 'none', hasVersions: false, isWritable: false },
  sops: { pointer: 'optional', hasVersions: false, isWritable: false },
}

/** Tells whether a name is that of a backend. */
export function isBackend(name: string): name is Backend {
  return Object.hasOwn(backends, name)
}

/** What is read from this machine; all else is asked over a connection. */
export const localBackends: ReadonlySet<Backend> = new Set(['env', 'file', 'age', 'sops'])
