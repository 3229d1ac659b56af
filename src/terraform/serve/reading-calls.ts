import type { Answers } from '../plugin/serve-methods.ts'
import type { ProviderMethods } from '../protocol/generated/messages.ts'
import { writeBlock, writeKept } from './block-values.ts'
import { deferred, isDeferred, unknownBlock } from './deferral.ts'
import { toDiagnostics } from './diagnostic-messages.ts'
import { named, readConfig } from './find-resource.ts'
import { writeIdentity } from './identity-values.ts'
import type { Session } from './session.ts'

type ReadingCalls = Pick<
  Answers<ProviderMethods, 'ListResource'>,
  | 'ValidateDataResourceConfig'
  | 'ReadDataSource'
  | 'ValidateEphemeralResourceConfig'
  | 'OpenEphemeralResource'
  | 'RenewEphemeralResource'
  | 'CloseEphemeralResource'
  | 'ValidateListResourceConfig'
  | 'ListResource'
>

/** Answers what only reads: data sources, ephemeral resources and lists. */
export function makeReadingCalls(session: Session): ReadingCalls {
  return {
    ValidateDataResourceConfig: async ({ typeName, config }) => {
      const { schema, dataSources } = await session.provider()
      const { attributes } = named(schema.dataSources, typeName)
      const { diagnostics } = await named(dataSources, typeName).validate(readConfig(config, attributes, session))
      return { diagnostics: toDiagnostics(diagnostics, attributes, session) }
    },
    ReadDataSource: async ({ typeName, config, clientCapabilities }, signal) => {
      const { schema, dataSources } = await session.provider()
      const { attributes } = named(schema.dataSources, typeName)
      const read = await named(dataSources, typeName).read(readConfig(config, attributes, session), signal)
      if (isDeferred(read, clientCapabilities)) return { state: unknownBlock(attributes), deferred }
      return {
        state: writeKept(read.state, attributes),
        diagnostics: toDiagnostics(read.diagnostics, attributes, session),
      }
    },
    ValidateEphemeralResourceConfig: async ({ typeName, config }) => {
      const { schema, ephemeralResources } = await session.provider()
      const { attributes } = named(schema.ephemeralResources, typeName)
      const resource = named(ephemeralResources, typeName)
      const { diagnostics } = await resource.validate(readConfig(config, attributes, session))
      return { diagnostics: toDiagnostics(diagnostics, attributes, session) }
    },
    OpenEphemeralResource: async ({ typeName, config, clientCapabilities }, signal) => {
      const { schema, ephemeralResources } = await session.provider()
      const { attributes } = named(schema.ephemeralResources, typeName)
      const opened = await named(ephemeralResources, typeName).open(readConfig(config, attributes, session), signal)
      if (isDeferred(opened, clientCapabilities)) return { result: unknownBlock(attributes), deferred }
      return {
        result: writeBlock(opened.result, attributes),
        diagnostics: toDiagnostics(opened.diagnostics, attributes, session),
      }
    },
    // Nothing is leased: what was read holds until it is rotated.
    RenewEphemeralResource: async () => ({}),
    CloseEphemeralResource: async () => ({}),
    ValidateListResourceConfig: async ({ typeName, config }) => {
      const { schema, listResources } = await session.provider()
      const { attributes } = named(schema.listResources, typeName)
      const { diagnostics } = await named(listResources, typeName).validate(readConfig(config, attributes, session))
      return { diagnostics: toDiagnostics(diagnostics, attributes, session) }
    },
    ListResource: (request, signal) => listResource(request, signal, session),
  }
}

type ListCall = ReadingCalls['ListResource']

async function* listResource(
  { typeName, config, includeResourceObject: withResource, limit }: Parameters<ListCall>[0],
  signal: AbortSignal,
  session: Session,
): ReturnType<ListCall> {
  const { schema, listResources } = await session.provider()
  const { attributes } = named(schema.listResources, typeName)
  const kept = named(schema.resources, typeName).attributes
  const request = { config: readConfig(config, attributes, session), withResource, limit }
  for await (const each of named(listResources, typeName).list(request, signal)) {
    yield {
      displayName: session.scrub(each.displayName),
      identity: writeIdentity(each.identity, schema.identities[typeName], undefined),
      diagnostic: toDiagnostics(each.diagnostics, attributes, session),
      ...(withResource && each.resource !== undefined ? { resourceObject: writeKept(each.resource, kept) } : {}),
    }
  }
}
