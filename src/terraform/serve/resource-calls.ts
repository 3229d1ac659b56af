import type { Answers } from '../plugin/serve-methods.ts'
import type { ProviderMethods } from '../protocol/generated/messages.ts'
import { writeKept } from './block-values.ts'
import { deferred, isDeferred, unknownBlock } from './deferral.ts'
import { toDiagnostics, toPath } from './diagnostic-messages.ts'
import { findResource, readConfig, readNoted } from './find-resource.ts'
import { readIdentity, writeIdentity } from './identity-values.ts'
import type { Session } from './session.ts'

type Calls = Answers<ProviderMethods, 'ListResource'>

type ResourceCalls = Pick<
  Calls,
  'ValidateResourceConfig' | 'ReadResource' | 'PlanResourceChange' | 'ApplyResourceChange' | 'ImportResourceState'
>

/** Answers what concerns one managed resource. */
export function makeResourceCalls(session: Session): ResourceCalls {
  return {
    ValidateResourceConfig: validateWith(session),
    ReadResource: readWith(session),
    PlanResourceChange: planWith(session),
    ApplyResourceChange: applyWith(session),
    ImportResourceState: importWith(session),
  }
}

function validateWith(session: Session): Calls['ValidateResourceConfig'] {
  return async ({ typeName, config, clientCapabilities }) => {
    const { resource, attributes } = await findResource(session, typeName)
    const saysSo = clientCapabilities?.writeOnlyAttributesAllowed === true
    const engine = { ...session.engine, takesWriteOnly: session.engine.takesWriteOnly || saysSo }
    const { diagnostics } = await resource.validate(readConfig(config, attributes, session), engine)
    return { diagnostics: toDiagnostics(diagnostics, attributes, session) }
  }
}

function readWith(session: Session): Calls['ReadResource'] {
  return async ({ typeName, currentState, private: kept, currentIdentity }, signal) => {
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
  }
}

function planWith(session: Session): Calls['PlanResourceChange'] {
  return async (request, signal) => {
    const { resource, attributes } = await findResource(session, request.typeName)
    const { priorPrivate, priorIdentity } = request
    const prior = readNoted(request.priorState, attributes, session)
    const proposed = readNoted(request.proposedNewState, attributes, session)
    const config = readNoted(request.config, attributes, session)
    const planned = await resource.plan({ prior, proposed, config, priorPrivate, engine: session.engine }, signal)
    return {
      plannedState: writeKept(planned.planned, attributes),
      requiresReplace: planned.requiresReplace.map((path) => toPath(path, attributes)),
      plannedPrivate: planned.private,
      diagnostics: toDiagnostics(planned.diagnostics, attributes, session),
      // What is made anew is another object.
      plannedIdentity: prior === null ? undefined : priorIdentity,
    }
  }
}

function applyWith(session: Session): Calls['ApplyResourceChange'] {
  return async (request, signal) => {
    const { resource, attributes, identity } = await findResource(session, request.typeName)
    const { plannedPrivate, plannedIdentity } = request
    const prior = readNoted(request.priorState, attributes, session)
    const planned = readNoted(request.plannedState, attributes, session)
    const config = readNoted(request.config, attributes, session)
    const applied = await resource.apply({ prior, planned, config, plannedPrivate, engine: session.engine }, signal)
    return {
      newState: writeKept(applied.state, attributes),
      private: applied.private,
      diagnostics: toDiagnostics(applied.diagnostics, attributes, session),
      newIdentity: applied.state === null ? undefined : writeIdentity(applied.identity, identity, plannedIdentity),
    }
  }
}

function importWith(session: Session): Calls['ImportResourceState'] {
  return async (request, signal) => {
    const { typeName, id } = request
    const { resource, attributes, identity } = await findResource(session, typeName)
    const asked = readIdentity(request.identity, identity)
    const imported = await resource.import(asked === undefined ? { id } : { identity: asked }, signal)
    if (isDeferred(imported, request.clientCapabilities)) {
      const later = { typeName, state: unknownBlock(attributes), identity: request.identity }
      return { importedResources: [later], deferred }
    }
    const diagnostics = toDiagnostics(imported.diagnostics, attributes, session)
    if (imported.state === null) return { diagnostics }
    const state = writeKept(imported.state, attributes)
    const found = { typeName, state, private: imported.private }
    return {
      diagnostics,
      importedResources: [{ ...found, identity: writeIdentity(imported.identity, identity, request.identity) }],
    }
  }
}
