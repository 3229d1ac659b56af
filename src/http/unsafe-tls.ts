import type { Diagnostic } from '../core/diagnostic.ts'

const variable = 'NODE_TLS_REJECT_UNAUTHORIZED'

/** Finds that the environment turns off the check of certificates, for this process or for what is called from it. */
export function findUnsafeTls(
  env: Readonly<Record<string, string | undefined>>,
): (Diagnostic & { readonly hint: string }) | undefined {
  if (env[variable] !== '0' && process.env[variable] !== '0') return undefined
  return {
    code: 'HS2011',
    severity: 'error',
    message: `${variable}=0 turns off the check that a server is who it claims to be.`,
    hint: 'Unset it; NODE_EXTRA_CA_CERTS adds a certificate authority of your own.',
  }
}
