import type { Answers } from '../plugin/serve-methods.ts'
import type { ProviderMethods } from '../protocol/generated/messages.ts'
import type { EngineFacts } from '../provider.ts'
import { toDiagnostics } from './diagnostic-messages.ts'
import { readConfig } from './find-resource.ts'
import { toIdentitySchema, toSchema, toSchemas } from './schema-messages.ts'
import type { Session } from './session.ts'

const serverCapabilities = {
  // A destroy is planned too, so that what is protected can be refused.
  planDestroy: true,
  // The engine may keep the schema instead of asking each process.
  getProviderSchemaOptional: true,
  // States of other types are refused in our words.
  moveResourceState: true,
}

type ProviderCalls = Pick<
  Answers<ProviderMethods, 'ListResource'>,
  | 'GetMetadata'
  | 'GetProviderSchema'
  | 'GetResourceIdentitySchemas'
  | 'GetFunctions'
  | 'CallFunction'
  | 'ValidateProviderConfig'
  | 'ConfigureProvider'
  | 'StopProvider'
>

/** Answers what concerns the provider as a whole. */
export function makeProviderCalls(session: Session): ProviderCalls {
  return {
    GetMetadata: async () => {
      const { schema } = await session.provider()
      return {
        serverCapabilities,
        resources: typeNames(schema.resources),
        dataSources: typeNames(schema.dataSources),
        ephemeralResources: typeNames(schema.ephemeralResources),
        listResources: typeNames(schema.listResources),
      }
    },
    GetProviderSchema: async () => {
      const { schema } = await session.provider()
      return {
        serverCapabilities,
        provider: toSchema(schema.provider),
        resourceSchemas: toSchemas(schema.resources),
        dataSourceSchemas: toSchemas(schema.dataSources),
        ephemeralResourceSchemas: toSchemas(schema.ephemeralResources),
        listResourceSchemas: toSchemas(schema.listResources),
      }
    },
    GetResourceIdentitySchemas: async () => {
      const { schema } = await session.provider()
      const identities = Object.entries(schema.identities)
      return {
        identitySchemas: Object.fromEntries(identities.map(([name, identity]) => [name, toIdentitySchema(identity)])),
      }
    },
    GetFunctions: async () => ({}),
    CallFunction: async ({ name }) => ({ error: { text: `The provider has no function ${name}.` } }),
    ValidateProviderConfig: async (request) => {
      const provider = await session.provider()
      const { attributes } = provider.schema.provider
      const { diagnostics } = await provider.validateConfig(readConfig(request.config, attributes, session))
      return { diagnostics: toDiagnostics(diagnostics, attributes, session) }
    },
    ConfigureProvider: async (request) => {
      const provider = await session.provider()
      const { attributes } = provider.schema.provider
      session.meetEngine(
        engineOf(request.terraformVersion, request.clientCapabilities?.writeOnlyAttributesAllowed ?? false),
      )
      const { diagnostics } = await provider.configure(readConfig(request.config, attributes, session), session.engine)
      return { diagnostics: toDiagnostics(diagnostics, attributes, session) }
    },
    StopProvider: async () => {
      session.stop()
      return {}
    },
  }
}

/** Both engines keep write-only attributes from their 1.11 on; older ones would store them. */
function engineOf(version: string, saysWriteOnly: boolean): EngineFacts {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  const isRecent = major > 1 || (major === 1 && minor >= 11)
  return { version, takesWriteOnly: saysWriteOnly || isRecent }
}

function typeNames(blocks: Readonly<Record<string, unknown>>): readonly { readonly typeName: string }[] {
  return Object.keys(blocks).map((typeName) => ({ typeName }))
}
