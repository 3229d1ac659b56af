import { locateAge } from './age/locate-age.ts'
import type { Backend } from './backends.ts'
import { locateVariable } from './env/locate-variable.ts'
import { locateFile } from './file/locate-file.ts'
import type { Locate } from './locate.ts'

/** Where references of each backend lead. What is a server, or needs a package of its own, is loaded when it is named. */
export const locators: { readonly [B in Backend]: Locate } = {
  env: locateVariable,
  file: locateFile,
  age: locateAge,
  vault: async (...lookup) => (await import('./vault/locate-vault.ts')).locateVault(...lookup),
  awssecrets: async (...lookup) => (await import('./aws/locate-aws.ts')).locateAwsSecret(...lookup),
  awsssm: async (...lookup) => (await import('./aws/locate-aws.ts')).locateParameter(...lookup),
  gcpsecrets: async (...lookup) => (await import('./gcp/locate-gcp.ts')).locateGcpSecret(...lookup),
  azurekeyvault: async (...lookup) => (await import('./azure/locate-azure.ts')).locateAzureSecret(...lookup),
  op: async (...lookup) => (await import('./op/locate-op.ts')).locateOp(...lookup),
  sops: async (...lookup) => (await import('./sops/locate-sops.ts')).locateSops(...lookup),
}
