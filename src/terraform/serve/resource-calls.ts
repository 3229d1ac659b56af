import type { Answers } from '../plugin/serve-methods.ts'
import type { ProviderMethods } from '../protocol/generated/messages.ts'
import { writeKept } from './block-values.ts'
import { toDiagnostics, toPath } from './diagnostic-messages.ts'
import { findResource, readConfig, readNoted } from './find-resource.ts'
import { readIdentity, writeIdentity } from './identity-values.ts'
import type { Session } from './session.ts'

type ResourceCalls = Pick<
  Answers<ProviderMethods, 'ListResource'>,
  'ValidateResourceConfig' | 'ReadResource' | 'PlanResourceChange' | 'ApplyResourceChange' | 'ImportResourceState'
>

/** Answers what concerns one managed resource. */
export function makeResourceCalls(session: Session): ResourceCalls {
  return {
    ValidateResourceConfig: async ({ typeName, config, clientCapabilities }) => {
      const { resource, attributes } = await findResource(session, typeName)
      const saysSo = clientCapabilities?.writeOnlyAttributesAllowed === true
      const engine = { ...session.engine, takesWriteOnly: session.engine.takesWriteOnly || saysSo }
      const { diagnostics } = await resource.validate(readConfig(config, attributes, session), engine)
      return { diagnostics: toDiagnostics(diagnostics, attributes, session) }
    },
    ReadResource: async ({ typeName, currentState, private: kept, currentIdentity }, signal) => {
      const { resource, attributes, identity } = await findResource(session, typeName)
      const state = readNoted(currentState, attributes, session)
      if (state === null) return { newState: writeKept(null, attributes), private: kept }
      const read = await resource.read({ state, private: kept }, signal)
      return {
        newState: writeKept(read.state, attributes),
        private: read.private,
        diagnostics: toDiagnostics(read.diagnostics, attributes, session),
        newIdentity: read.state === null ? undefined : writeIdentity(read.identity, identity, currentIdentity),
      }
    },
    PlanResourceChange: async (request, signal) => {
      const { resource, attributes } = await findResource(session, request.typeName)
      const prior = readNoted(request.priorState, attributes, session)
      const planned = await resource.plan(
        {
          prior,
          proposed: readNoted(request.proposedNewState, attributes, session),
          config: readNoted(request.config, attributes, session),
          priorPrivate: request.priorPrivate,
          engine: session.engine,
        },
        signal,
      )
      return {
        plannedState: writeKept(planned.planned, attributes),
        requiresReplace: planned.requiresReplace.map((path) => toPath(path, attributes)),
        plannedPrivate: planned.private,
        diagnostics: toDiagnostics(planned.diagnostics, attributes, session),
        // What is made anew is another object.
        plannedIdentity: prior === null ? undefined : request.priorIdentity,
      }
    },
    ApplyResourceChange: async (request, signal) => {
      const { resource, attributes, identity } = await findResource(session, request.typeName)
      const applied = await resource.apply(
        {
          prior: readNoted(request.priorState, attributes, session),
          planned: readNoted(request.plannedState, attributes, session),
          config: readNoted(request.config, attributes, session),
          plannedPrivate: request.plannedPrivate,
          engine: session.engine,
        },
        signal,
      )
      return {
        newState: writeKept(applied.state, attributes),
        private: applied.private,
        diagnostics: toDiagnostics(applied.diagnostics, attributes, session),
        newIdentity:
          applied.state === null ? undefined : writeIdentity(applied.identity, identity, request.plannedIdentity),
      }
    },
    ImportResourceState: async (request, signal) => {
      const { resource, attributes, identity } = await findResource(session, request.typeName)
      const asked = readIdentity(request.identity, identity)
      const imported = await resource.import(asked === undefined ? { id: request.id } : { identity: asked }, signal)
      const diagnostics = toDiagnostics(imported.diagnostics, attributes, session)
      if (imported.state === null) return { diagnostics }
      const found = {
        typeName: request.typeName,
        state: writeKept(imported.state, attributes),
        private: imported.private,
        identity: writeIdentity(imported.identity, identity, request.identity),
      }
      return { diagnostics, importedResources: [found] }
    },
  }
}
