import type { Diagnostic } from '../core/diagnostic.ts'
import { DiagnosticError } from '../core/diagnostic.ts'
import type { Secret } from '../core/secret.ts'
import { generateSecret } from './generate.ts'
import type { Resolver, WriteTarget } from './resolver.ts'
import { type Sibling, siblingReference } from './sibling-reference.ts'

/** A reference and the webhook it belongs to. */
export interface VaultTarget {
  readonly ref: string
  readonly provider: string
  readonly key: string
  readonly path: string
  /** The neighbor of the place that the reference names is meant. */
  readonly sibling?: Sibling
}

/** Writes secrets of webhooks to the stores their references name. */
export interface WritableVault {
  proveWritable(target: VaultTarget): Promise<Diagnostic | undefined>
  store(target: VaultTarget, value: Secret): Promise<Diagnostic | undefined>
  generate(target: VaultTarget, bytes: number): Promise<Secret | Diagnostic>
  /** Rejects with a `DiagnosticError` where it cannot be told whether there is one. */
  read(target: VaultTarget): Promise<Secret | undefined>
  remove(target: VaultTarget): Promise<Diagnostic | undefined>
}

/** Makes the writing side of a resolver; `baseDirOf` says where a reference's relative path starts. */
export function makeVault(resolver: Resolver, baseDirOf: (ref: string) => string): WritableVault {
  const place = ({ sibling, ref, ...rest }: VaultTarget): WriteTarget => ({
    ...rest,
    ref: sibling === undefined ? ref : siblingReference(ref, sibling),
    baseDir: baseDirOf(ref),
  })
  const read = async (target: VaultTarget): Promise<Secret | undefined> => {
    const want = { ...place(target), optional: true }
    const { values, diagnostics } = await resolver.resolve([want])
    // A store that does not answer is not one that holds nothing.
    if (diagnostics.length > 0) throw new DiagnosticError(diagnostics)
    return values.get(want)
  }
  return {
    proveWritable: async (target) => {
      try {
        await resolver.proveWritable(place(target))
        return undefined
      } catch (error) {
        if (error instanceof DiagnosticError) return error.diagnostics[0]
        throw error
      }
    },
    store: async (target, value) => {
      const outcome = await resolver.write(place(target), value, 'any')
      return outcome.kind === 'written' ? undefined : outcome.diagnostic
    },
    // Whoever writes first wins: of two runs that make one at once, both use the same in the end.
    generate: async (target, bytes) => {
      const made = generateSecret(bytes)
      const outcome = await resolver.write(place(target), made, 'absent')
      if (outcome.kind === 'written') return made
      return outcome.kind === 'failed' ? outcome.diagnostic : ((await read(target)) ?? outcome.diagnostic)
    },
    read,
    remove: async (target) => {
      const want = { ...place(target), optional: true }
      const { values, diagnostics } = await resolver.resolve([want])
      if (!values.has(want)) return diagnostics[0]
      const outcome = await resolver.remove(place(target))
      return outcome.kind === 'written' ? undefined : outcome.diagnostic
    },
  }
}
