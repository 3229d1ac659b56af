import type { LoadedAccount } from '../config/project.ts'
import type { SecretSlot } from '../core/secret.ts'

/** Lists the credentials that a stack hands to the provider; it looks for the others in the environment by itself. */
export function credentialsOf({ auth, definition }: LoadedAccount): readonly (readonly [string, SecretSlot])[] {
  return Object.entries(auth.apply).filter(([name, { source }]) => {
    return source.ref !== `ref+env://${definition.auth[name]?.env}`
  })
}
