/* Made from tfplugin6.proto, go-plugin.proto, health.proto by `npm run generate`. */

import type { MessageTable, ServiceTable } from '../tables.ts'

export const DiagnosticSeverity = {
  INVALID: 0,
  ERROR: 1,
  WARNING: 2,
} as const

export const StringKind = {
  PLAIN: 0,
  MARKDOWN: 1,
} as const

export const SchemaObjectNestingMode = {
  INVALID: 0,
  SINGLE: 1,
  LIST: 2,
  SET: 3,
  MAP: 4,
} as const

export const DeferredReason = {
  UNKNOWN: 0,
  RESOURCE_CONFIG_UNKNOWN: 1,
  PROVIDER_CONFIG_UNKNOWN: 2,
  ABSENT_PREREQ: 3,
} as const

export const StdioDataChannel = {
  INVALID: 0,
  STDOUT: 1,
  STDERR: 2,
} as const

export const HealthCheckResponseServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
} as const

export interface DynamicValue {
  readonly msgpack: Uint8Array
  readonly json: Uint8Array
}

export interface RawState {
  readonly json: Uint8Array
  readonly flatmap: Readonly<Record<string, string>>
}

export interface ResourceIdentityData {
  readonly identityData: DynamicValue | undefined
}

export interface Diagnostic {
  readonly severity: number
  readonly summary: string
  readonly detail: string
  readonly attribute: AttributePath | undefined
}

export interface AttributePath {
  readonly steps: readonly AttributePathStep[]
}

export interface AttributePathStep {
  readonly attributeName: string | undefined
  readonly elementKeyString: string | undefined
  readonly elementKeyInt: number | undefined
}

export interface FunctionError {
  readonly text: string
  readonly functionArgument: number | undefined
}

export interface Schema {
  readonly version: number
  readonly block: SchemaBlock | undefined
}

export interface SchemaBlock {
  readonly version: number
  readonly attributes: readonly SchemaAttribute[]
  readonly description: string
  readonly descriptionKind: number
  readonly deprecated: boolean
}

export interface SchemaAttribute {
  readonly name: string
  readonly type: Uint8Array
  readonly description: string
  readonly required: boolean
  readonly optional: boolean
  readonly computed: boolean
  readonly sensitive: boolean
  readonly descriptionKind: number
  readonly deprecated: boolean
  readonly nestedType: SchemaObject | undefined
  readonly writeOnly: boolean
}

export interface SchemaObject {
  readonly attributes: readonly SchemaAttribute[]
  readonly nesting: number
}

export interface ResourceIdentitySchema {
  readonly version: number
  readonly identityAttributes: readonly ResourceIdentitySchemaIdentityAttribute[]
}

export interface ResourceIdentitySchemaIdentityAttribute {
  readonly name: string
  readonly type: Uint8Array
  readonly requiredForImport: boolean
  readonly optionalForImport: boolean
  readonly description: string
}

export interface Function {
  readonly summary: string
  readonly description: string
}

export interface ServerCapabilities {
  readonly planDestroy: boolean
  readonly getProviderSchemaOptional: boolean
  readonly moveResourceState: boolean
  readonly generateResourceConfig: boolean
}

export interface ClientCapabilities {
  readonly deferralAllowed: boolean
  readonly writeOnlyAttributesAllowed: boolean
}

export interface Deferred {
  readonly reason: number
}

export interface Timestamp {
  readonly seconds: number
  readonly nanos: number
}

export interface TypeName {
  readonly typeName: string
}

export interface FunctionName {
  readonly name: string
}

export type GetMetadata = Readonly<Record<string, never>>

export type GetMetadataRequest = Readonly<Record<string, never>>

export interface GetMetadataResponse {
  readonly serverCapabilities: ServerCapabilities | undefined
  readonly diagnostics: readonly Diagnostic[]
  readonly dataSources: readonly TypeName[]
  readonly resources: readonly TypeName[]
  readonly functions: readonly FunctionName[]
  readonly ephemeralResources: readonly TypeName[]
  readonly listResources: readonly TypeName[]
}

export type GetProviderSchema = Readonly<Record<string, never>>

export type GetProviderSchemaRequest = Readonly<Record<string, never>>

export interface GetProviderSchemaResponse {
  readonly provider: Schema | undefined
  readonly resourceSchemas: Readonly<Record<string, Schema>>
  readonly dataSourceSchemas: Readonly<Record<string, Schema>>
  readonly diagnostics: readonly Diagnostic[]
  readonly providerMeta: Schema | undefined
  readonly serverCapabilities: ServerCapabilities | undefined
  readonly functions: Readonly<Record<string, Function>>
  readonly ephemeralResourceSchemas: Readonly<Record<string, Schema>>
  readonly listResourceSchemas: Readonly<Record<string, Schema>>
}

export type GetResourceIdentitySchemas = Readonly<Record<string, never>>

export type GetResourceIdentitySchemasRequest = Readonly<Record<string, never>>

export interface GetResourceIdentitySchemasResponse {
  readonly identitySchemas: Readonly<Record<string, ResourceIdentitySchema>>
  readonly diagnostics: readonly Diagnostic[]
}

export type GetFunctions = Readonly<Record<string, never>>

export type GetFunctionsRequest = Readonly<Record<string, never>>

export interface GetFunctionsResponse {
  readonly functions: Readonly<Record<string, Function>>
  readonly diagnostics: readonly Diagnostic[]
}

export type CallFunction = Readonly<Record<string, never>>

export interface CallFunctionRequest {
  readonly name: string
  readonly arguments: readonly DynamicValue[]
}

export interface CallFunctionResponse {
  readonly result: DynamicValue | undefined
  readonly error: FunctionError | undefined
}

export type ValidateProviderConfig = Readonly<Record<string, never>>

export interface ValidateProviderConfigRequest {
  readonly config: DynamicValue | undefined
}

export interface ValidateProviderConfigResponse {
  readonly diagnostics: readonly Diagnostic[]
}

export type ValidateResourceConfig = Readonly<Record<string, never>>

export interface ValidateResourceConfigRequest {
  readonly typeName: string
  readonly config: DynamicValue | undefined
  readonly clientCapabilities: ClientCapabilities | undefined
}

export interface ValidateResourceConfigResponse {
  readonly diagnostics: readonly Diagnostic[]
}

export type ValidateConfig = Readonly<Record<string, never>>

export interface ValidateConfigRequest {
  readonly typeName: string
  readonly config: DynamicValue | undefined
}

export interface ValidateConfigResponse {
  readonly diagnostics: readonly Diagnostic[]
}

export type ValidateListResourceConfig = Readonly<Record<string, never>>

export interface ValidateListResourceConfigRequest {
  readonly typeName: string
  readonly config: DynamicValue | undefined
  readonly includeResourceObject: DynamicValue | undefined
  readonly limit: DynamicValue | undefined
}

export type UpgradeResourceState = Readonly<Record<string, never>>

export interface UpgradeResourceStateRequest {
  readonly typeName: string
  readonly version: number
  readonly rawState: RawState | undefined
}

export interface UpgradeResourceStateResponse {
  readonly upgradedState: DynamicValue | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export type UpgradeResourceIdentity = Readonly<Record<string, never>>

export interface UpgradeResourceIdentityRequest {
  readonly typeName: string
  readonly version: number
  readonly rawIdentity: RawState | undefined
}

export interface UpgradeResourceIdentityResponse {
  readonly upgradedIdentity: ResourceIdentityData | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export type ConfigureProvider = Readonly<Record<string, never>>

export interface ConfigureProviderRequest {
  readonly terraformVersion: string
  readonly config: DynamicValue | undefined
  readonly clientCapabilities: ClientCapabilities | undefined
}

export interface ConfigureProviderResponse {
  readonly diagnostics: readonly Diagnostic[]
}

export type ReadResource = Readonly<Record<string, never>>

export interface ReadResourceRequest {
  readonly typeName: string
  readonly currentState: DynamicValue | undefined
  readonly private: Uint8Array
  readonly providerMeta: DynamicValue | undefined
  readonly clientCapabilities: ClientCapabilities | undefined
  readonly currentIdentity: ResourceIdentityData | undefined
}

export interface ReadResourceResponse {
  readonly newState: DynamicValue | undefined
  readonly diagnostics: readonly Diagnostic[]
  readonly private: Uint8Array
  readonly deferred: Deferred | undefined
  readonly newIdentity: ResourceIdentityData | undefined
}

export type PlanResourceChange = Readonly<Record<string, never>>

export interface PlanResourceChangeRequest {
  readonly typeName: string
  readonly priorState: DynamicValue | undefined
  readonly proposedNewState: DynamicValue | undefined
  readonly config: DynamicValue | undefined
  readonly priorPrivate: Uint8Array
  readonly providerMeta: DynamicValue | undefined
  readonly clientCapabilities: ClientCapabilities | undefined
  readonly priorIdentity: ResourceIdentityData | undefined
}

export interface PlanResourceChangeResponse {
  readonly plannedState: DynamicValue | undefined
  readonly requiresReplace: readonly AttributePath[]
  readonly plannedPrivate: Uint8Array
  readonly diagnostics: readonly Diagnostic[]
  readonly deferred: Deferred | undefined
  readonly plannedIdentity: ResourceIdentityData | undefined
}

export type ApplyResourceChange = Readonly<Record<string, never>>

export interface ApplyResourceChangeRequest {
  readonly typeName: string
  readonly priorState: DynamicValue | undefined
  readonly plannedState: DynamicValue | undefined
  readonly config: DynamicValue | undefined
  readonly plannedPrivate: Uint8Array
  readonly providerMeta: DynamicValue | undefined
  readonly plannedIdentity: ResourceIdentityData | undefined
}

export interface ApplyResourceChangeResponse {
  readonly newState: DynamicValue | undefined
  readonly private: Uint8Array
  readonly diagnostics: readonly Diagnostic[]
  readonly newIdentity: ResourceIdentityData | undefined
}

export type ImportResourceState = Readonly<Record<string, never>>

export interface ImportResourceStateRequest {
  readonly typeName: string
  readonly id: string
  readonly clientCapabilities: ClientCapabilities | undefined
  readonly identity: ResourceIdentityData | undefined
}

export interface ImportResourceStateImportedResource {
  readonly typeName: string
  readonly state: DynamicValue | undefined
  readonly private: Uint8Array
  readonly identity: ResourceIdentityData | undefined
}

export interface ImportResourceStateResponse {
  readonly importedResources: readonly ImportResourceStateImportedResource[]
  readonly diagnostics: readonly Diagnostic[]
  readonly deferred: Deferred | undefined
}

export type MoveResourceState = Readonly<Record<string, never>>

export interface MoveResourceStateRequest {
  readonly sourceProviderAddress: string
  readonly sourceTypeName: string
  readonly sourceSchemaVersion: number
  readonly sourceState: RawState | undefined
  readonly targetTypeName: string
  readonly sourcePrivate: Uint8Array
  readonly sourceIdentity: RawState | undefined
  readonly sourceIdentitySchemaVersion: number
}

export interface MoveResourceStateResponse {
  readonly targetState: DynamicValue | undefined
  readonly diagnostics: readonly Diagnostic[]
  readonly targetPrivate: Uint8Array
  readonly targetIdentity: ResourceIdentityData | undefined
}

export type ReadDataSource = Readonly<Record<string, never>>

export interface ReadDataSourceRequest {
  readonly typeName: string
  readonly config: DynamicValue | undefined
  readonly providerMeta: DynamicValue | undefined
  readonly clientCapabilities: ClientCapabilities | undefined
}

export interface ReadDataSourceResponse {
  readonly state: DynamicValue | undefined
  readonly diagnostics: readonly Diagnostic[]
  readonly deferred: Deferred | undefined
}

export type OpenEphemeralResource = Readonly<Record<string, never>>

export interface OpenEphemeralResourceRequest {
  readonly typeName: string
  readonly config: DynamicValue | undefined
  readonly clientCapabilities: ClientCapabilities | undefined
}

export interface OpenEphemeralResourceResponse {
  readonly diagnostics: readonly Diagnostic[]
  readonly renewAt: Timestamp | undefined
  readonly result: DynamicValue | undefined
  readonly private: Uint8Array | undefined
  readonly deferred: Deferred | undefined
}

export type RenewEphemeralResource = Readonly<Record<string, never>>

export interface RenewEphemeralResourceRequest {
  readonly typeName: string
  readonly private: Uint8Array | undefined
}

export interface RenewEphemeralResourceResponse {
  readonly diagnostics: readonly Diagnostic[]
  readonly renewAt: Timestamp | undefined
  readonly private: Uint8Array | undefined
}

export type CloseEphemeralResource = Readonly<Record<string, never>>

export interface CloseEphemeralResourceRequest {
  readonly typeName: string
  readonly private: Uint8Array | undefined
}

export interface CloseEphemeralResourceResponse {
  readonly diagnostics: readonly Diagnostic[]
}

export type ListResource = Readonly<Record<string, never>>

export interface ListResourceRequest {
  readonly typeName: string
  readonly config: DynamicValue | undefined
  readonly includeResourceObject: boolean
  readonly limit: number
}

export interface ListResourceEvent {
  readonly identity: ResourceIdentityData | undefined
  readonly displayName: string
  readonly resourceObject: DynamicValue | undefined
  readonly diagnostic: readonly Diagnostic[]
}

export type StopProvider = Readonly<Record<string, never>>

export type StopProviderRequest = Readonly<Record<string, never>>

export interface StopProviderResponse {
  readonly error: string
}

export type Empty = Readonly<Record<string, never>>

export interface StdioData {
  readonly channel: number
  readonly data: Uint8Array
}

export interface ConnInfo {
  readonly serviceId: number
  readonly network: string
  readonly address: string
}

export interface HealthCheckRequest {
  readonly service: string
}

export interface HealthCheckResponse {
  readonly status: number
}

export interface Messages {
  DynamicValue: DynamicValue
  RawState: RawState
  ResourceIdentityData: ResourceIdentityData
  Diagnostic: Diagnostic
  AttributePath: AttributePath
  AttributePathStep: AttributePathStep
  FunctionError: FunctionError
  Schema: Schema
  SchemaBlock: SchemaBlock
  SchemaAttribute: SchemaAttribute
  SchemaObject: SchemaObject
  ResourceIdentitySchema: ResourceIdentitySchema
  ResourceIdentitySchemaIdentityAttribute: ResourceIdentitySchemaIdentityAttribute
  Function: Function
  ServerCapabilities: ServerCapabilities
  ClientCapabilities: ClientCapabilities
  Deferred: Deferred
  Timestamp: Timestamp
  TypeName: TypeName
  FunctionName: FunctionName
  GetMetadata: GetMetadata
  GetMetadataRequest: GetMetadataRequest
  GetMetadataResponse: GetMetadataResponse
  GetProviderSchema: GetProviderSchema
  GetProviderSchemaRequest: GetProviderSchemaRequest
  GetProviderSchemaResponse: GetProviderSchemaResponse
  GetResourceIdentitySchemas: GetResourceIdentitySchemas
  GetResourceIdentitySchemasRequest: GetResourceIdentitySchemasRequest
  GetResourceIdentitySchemasResponse: GetResourceIdentitySchemasResponse
  GetFunctions: GetFunctions
  GetFunctionsRequest: GetFunctionsRequest
  GetFunctionsResponse: GetFunctionsResponse
  CallFunction: CallFunction
  CallFunctionRequest: CallFunctionRequest
  CallFunctionResponse: CallFunctionResponse
  ValidateProviderConfig: ValidateProviderConfig
  ValidateProviderConfigRequest: ValidateProviderConfigRequest
  ValidateProviderConfigResponse: ValidateProviderConfigResponse
  ValidateResourceConfig: ValidateResourceConfig
  ValidateResourceConfigRequest: ValidateResourceConfigRequest
  ValidateResourceConfigResponse: ValidateResourceConfigResponse
  ValidateConfig: ValidateConfig
  ValidateConfigRequest: ValidateConfigRequest
  ValidateConfigResponse: ValidateConfigResponse
  ValidateListResourceConfig: ValidateListResourceConfig
  ValidateListResourceConfigRequest: ValidateListResourceConfigRequest
  UpgradeResourceState: UpgradeResourceState
  UpgradeResourceStateRequest: UpgradeResourceStateRequest
  UpgradeResourceStateResponse: UpgradeResourceStateResponse
  UpgradeResourceIdentity: UpgradeResourceIdentity
  UpgradeResourceIdentityRequest: UpgradeResourceIdentityRequest
  UpgradeResourceIdentityResponse: UpgradeResourceIdentityResponse
  ConfigureProvider: ConfigureProvider
  ConfigureProviderRequest: ConfigureProviderRequest
  ConfigureProviderResponse: ConfigureProviderResponse
  ReadResource: ReadResource
  ReadResourceRequest: ReadResourceRequest
  ReadResourceResponse: ReadResourceResponse
  PlanResourceChange: PlanResourceChange
  PlanResourceChangeRequest: PlanResourceChangeRequest
  PlanResourceChangeResponse: PlanResourceChangeResponse
  ApplyResourceChange: ApplyResourceChange
  ApplyResourceChangeRequest: ApplyResourceChangeRequest
  ApplyResourceChangeResponse: ApplyResourceChangeResponse
  ImportResourceState: ImportResourceState
  ImportResourceStateRequest: ImportResourceStateRequest
  ImportResourceStateImportedResource: ImportResourceStateImportedResource
  ImportResourceStateResponse: ImportResourceStateResponse
  MoveResourceState: MoveResourceState
  MoveResourceStateRequest: MoveResourceStateRequest
  MoveResourceStateResponse: MoveResourceStateResponse
  ReadDataSource: ReadDataSource
  ReadDataSourceRequest: ReadDataSourceRequest
  ReadDataSourceResponse: ReadDataSourceResponse
  OpenEphemeralResource: OpenEphemeralResource
  OpenEphemeralResourceRequest: OpenEphemeralResourceRequest
  OpenEphemeralResourceResponse: OpenEphemeralResourceResponse
  RenewEphemeralResource: RenewEphemeralResource
  RenewEphemeralResourceRequest: RenewEphemeralResourceRequest
  RenewEphemeralResourceResponse: RenewEphemeralResourceResponse
  CloseEphemeralResource: CloseEphemeralResource
  CloseEphemeralResourceRequest: CloseEphemeralResourceRequest
  CloseEphemeralResourceResponse: CloseEphemeralResourceResponse
  ListResource: ListResource
  ListResourceRequest: ListResourceRequest
  ListResourceEvent: ListResourceEvent
  StopProvider: StopProvider
  StopProviderRequest: StopProviderRequest
  StopProviderResponse: StopProviderResponse
  Empty: Empty
  StdioData: StdioData
  ConnInfo: ConnInfo
  HealthCheckRequest: HealthCheckRequest
  HealthCheckResponse: HealthCheckResponse
}

export const messageTable: MessageTable = {
  DynamicValue: [[1, 'msgpack', 'bytes', 'zero'], [2, 'json', 'bytes', 'zero']],
  RawState: [[1, 'json', 'bytes', 'zero'], [2, 'flatmap', 'string', 'map']],
  ResourceIdentityData: [[1, 'identityData', 'DynamicValue', 'optional']],
  Diagnostic: [[1, 'severity', 'int32', 'zero'], [2, 'summary', 'string', 'zero'], [3, 'detail', 'string', 'zero'], [4, 'attribute', 'AttributePath', 'optional']],
  AttributePath: [[1, 'steps', 'AttributePathStep', 'repeated']],
  AttributePathStep: [[1, 'attributeName', 'string', 'optional'], [2, 'elementKeyString', 'string', 'optional'], [3, 'elementKeyInt', 'int64', 'optional']],
  FunctionError: [[1, 'text', 'string', 'zero'], [2, 'functionArgument', 'int64', 'optional']],
  Schema: [[1, 'version', 'int64', 'zero'], [2, 'block', 'SchemaBlock', 'optional']],
  SchemaBlock: [[1, 'version', 'int64', 'zero'], [2, 'attributes', 'SchemaAttribute', 'repeated'], [4, 'description', 'string', 'zero'], [5, 'descriptionKind', 'int32', 'zero'], [6, 'deprecated', 'bool', 'zero']],
  SchemaAttribute: [[1, 'name', 'string', 'zero'], [2, 'type', 'bytes', 'zero'], [3, 'description', 'string', 'zero'], [4, 'required', 'bool', 'zero'], [5, 'optional', 'bool', 'zero'], [6, 'computed', 'bool', 'zero'], [7, 'sensitive', 'bool', 'zero'], [8, 'descriptionKind', 'int32', 'zero'], [9, 'deprecated', 'bool', 'zero'], [10, 'nestedType', 'SchemaObject', 'optional'], [11, 'writeOnly', 'bool', 'zero']],
  SchemaObject: [[1, 'attributes', 'SchemaAttribute', 'repeated'], [3, 'nesting', 'int32', 'zero']],
  ResourceIdentitySchema: [[1, 'version', 'int64', 'zero'], [2, 'identityAttributes', 'ResourceIdentitySchemaIdentityAttribute', 'repeated']],
  ResourceIdentitySchemaIdentityAttribute: [[1, 'name', 'string', 'zero'], [2, 'type', 'bytes', 'zero'], [3, 'requiredForImport', 'bool', 'zero'], [4, 'optionalForImport', 'bool', 'zero'], [5, 'description', 'string', 'zero']],
  Function: [[4, 'summary', 'string', 'zero'], [5, 'description', 'string', 'zero']],
  ServerCapabilities: [[1, 'planDestroy', 'bool', 'zero'], [2, 'getProviderSchemaOptional', 'bool', 'zero'], [3, 'moveResourceState', 'bool', 'zero'], [4, 'generateResourceConfig', 'bool', 'zero']],
  ClientCapabilities: [[1, 'deferralAllowed', 'bool', 'zero'], [2, 'writeOnlyAttributesAllowed', 'bool', 'zero']],
  Deferred: [[1, 'reason', 'int32', 'zero']],
  Timestamp: [[1, 'seconds', 'int64', 'zero'], [2, 'nanos', 'int32', 'zero']],
  TypeName: [[1, 'typeName', 'string', 'zero']],
  FunctionName: [[1, 'name', 'string', 'zero']],
  GetMetadata: [],
  GetMetadataRequest: [],
  GetMetadataResponse: [[1, 'serverCapabilities', 'ServerCapabilities', 'optional'], [2, 'diagnostics', 'Diagnostic', 'repeated'], [3, 'dataSources', 'TypeName', 'repeated'], [4, 'resources', 'TypeName', 'repeated'], [5, 'functions', 'FunctionName', 'repeated'], [6, 'ephemeralResources', 'TypeName', 'repeated'], [7, 'listResources', 'TypeName', 'repeated']],
  GetProviderSchema: [],
  GetProviderSchemaRequest: [],
  GetProviderSchemaResponse: [[1, 'provider', 'Schema', 'optional'], [2, 'resourceSchemas', 'Schema', 'map'], [3, 'dataSourceSchemas', 'Schema', 'map'], [4, 'diagnostics', 'Diagnostic', 'repeated'], [5, 'providerMeta', 'Schema', 'optional'], [6, 'serverCapabilities', 'ServerCapabilities', 'optional'], [7, 'functions', 'Function', 'map'], [8, 'ephemeralResourceSchemas', 'Schema', 'map'], [9, 'listResourceSchemas', 'Schema', 'map']],
  GetResourceIdentitySchemas: [],
  GetResourceIdentitySchemasRequest: [],
  GetResourceIdentitySchemasResponse: [[1, 'identitySchemas', 'ResourceIdentitySchema', 'map'], [2, 'diagnostics', 'Diagnostic', 'repeated']],
  GetFunctions: [],
  GetFunctionsRequest: [],
  GetFunctionsResponse: [[1, 'functions', 'Function', 'map'], [2, 'diagnostics', 'Diagnostic', 'repeated']],
  CallFunction: [],
  CallFunctionRequest: [[1, 'name', 'string', 'zero'], [2, 'arguments', 'DynamicValue', 'repeated']],
  CallFunctionResponse: [[1, 'result', 'DynamicValue', 'optional'], [2, 'error', 'FunctionError', 'optional']],
  ValidateProviderConfig: [],
  ValidateProviderConfigRequest: [[1, 'config', 'DynamicValue', 'optional']],
  ValidateProviderConfigResponse: [[2, 'diagnostics', 'Diagnostic', 'repeated']],
  ValidateResourceConfig: [],
  ValidateResourceConfigRequest: [[1, 'typeName', 'string', 'zero'], [2, 'config', 'DynamicValue', 'optional'], [3, 'clientCapabilities', 'ClientCapabilities', 'optional']],
  ValidateResourceConfigResponse: [[1, 'diagnostics', 'Diagnostic', 'repeated']],
  ValidateConfig: [],
  ValidateConfigRequest: [[1, 'typeName', 'string', 'zero'], [2, 'config', 'DynamicValue', 'optional']],
  ValidateConfigResponse: [[1, 'diagnostics', 'Diagnostic', 'repeated']],
  ValidateListResourceConfig: [],
  ValidateListResourceConfigRequest: [[1, 'typeName', 'string', 'zero'], [2, 'config', 'DynamicValue', 'optional'], [3, 'includeResourceObject', 'DynamicValue', 'optional'], [4, 'limit', 'DynamicValue', 'optional']],
  UpgradeResourceState: [],
  UpgradeResourceStateRequest: [[1, 'typeName', 'string', 'zero'], [2, 'version', 'int64', 'zero'], [3, 'rawState', 'RawState', 'optional']],
  UpgradeResourceStateResponse: [[1, 'upgradedState', 'DynamicValue', 'optional'], [2, 'diagnostics', 'Diagnostic', 'repeated']],
  UpgradeResourceIdentity: [],
  UpgradeResourceIdentityRequest: [[1, 'typeName', 'string', 'zero'], [2, 'version', 'int64', 'zero'], [3, 'rawIdentity', 'RawState', 'optional']],
  UpgradeResourceIdentityResponse: [[1, 'upgradedIdentity', 'ResourceIdentityData', 'optional'], [2, 'diagnostics', 'Diagnostic', 'repeated']],
  ConfigureProvider: [],
  ConfigureProviderRequest: [[1, 'terraformVersion', 'string', 'zero'], [2, 'config', 'DynamicValue', 'optional'], [3, 'clientCapabilities', 'ClientCapabilities', 'optional']],
  ConfigureProviderResponse: [[1, 'diagnostics', 'Diagnostic', 'repeated']],
  ReadResource: [],
  ReadResourceRequest: [[1, 'typeName', 'string', 'zero'], [2, 'currentState', 'DynamicValue', 'optional'], [3, 'private', 'bytes', 'zero'], [4, 'providerMeta', 'DynamicValue', 'optional'], [5, 'clientCapabilities', 'ClientCapabilities', 'optional'], [6, 'currentIdentity', 'ResourceIdentityData', 'optional']],
  ReadResourceResponse: [[1, 'newState', 'DynamicValue', 'optional'], [2, 'diagnostics', 'Diagnostic', 'repeated'], [3, 'private', 'bytes', 'zero'], [4, 'deferred', 'Deferred', 'optional'], [5, 'newIdentity', 'ResourceIdentityData', 'optional']],
  PlanResourceChange: [],
  PlanResourceChangeRequest: [[1, 'typeName', 'string', 'zero'], [2, 'priorState', 'DynamicValue', 'optional'], [3, 'proposedNewState', 'DynamicValue', 'optional'], [4, 'config', 'DynamicValue', 'optional'], [5, 'priorPrivate', 'bytes', 'zero'], [6, 'providerMeta', 'DynamicValue', 'optional'], [7, 'clientCapabilities', 'ClientCapabilities', 'optional'], [8, 'priorIdentity', 'ResourceIdentityData', 'optional']],
  PlanResourceChangeResponse: [[1, 'plannedState', 'DynamicValue', 'optional'], [2, 'requiresReplace', 'AttributePath', 'repeated'], [3, 'plannedPrivate', 'bytes', 'zero'], [4, 'diagnostics', 'Diagnostic', 'repeated'], [6, 'deferred', 'Deferred', 'optional'], [7, 'plannedIdentity', 'ResourceIdentityData', 'optional']],
  ApplyResourceChange: [],
  ApplyResourceChangeRequest: [[1, 'typeName', 'string', 'zero'], [2, 'priorState', 'DynamicValue', 'optional'], [3, 'plannedState', 'DynamicValue', 'optional'], [4, 'config', 'DynamicValue', 'optional'], [5, 'plannedPrivate', 'bytes', 'zero'], [6, 'providerMeta', 'DynamicValue', 'optional'], [7, 'plannedIdentity', 'ResourceIdentityData', 'optional']],
  ApplyResourceChangeResponse: [[1, 'newState', 'DynamicValue', 'optional'], [2, 'private', 'bytes', 'zero'], [3, 'diagnostics', 'Diagnostic', 'repeated'], [5, 'newIdentity', 'ResourceIdentityData', 'optional']],
  ImportResourceState: [],
  ImportResourceStateRequest: [[1, 'typeName', 'string', 'zero'], [2, 'id', 'string', 'zero'], [3, 'clientCapabilities', 'ClientCapabilities', 'optional'], [4, 'identity', 'ResourceIdentityData', 'optional']],
  ImportResourceStateImportedResource: [[1, 'typeName', 'string', 'zero'], [2, 'state', 'DynamicValue', 'optional'], [3, 'private', 'bytes', 'zero'], [4, 'identity', 'ResourceIdentityData', 'optional']],
  ImportResourceStateResponse: [[1, 'importedResources', 'ImportResourceStateImportedResource', 'repeated'], [2, 'diagnostics', 'Diagnostic', 'repeated'], [3, 'deferred', 'Deferred', 'optional']],
  MoveResourceState: [],
  MoveResourceStateRequest: [[1, 'sourceProviderAddress', 'string', 'zero'], [2, 'sourceTypeName', 'string', 'zero'], [3, 'sourceSchemaVersion', 'int64', 'zero'], [4, 'sourceState', 'RawState', 'optional'], [5, 'targetTypeName', 'string', 'zero'], [6, 'sourcePrivate', 'bytes', 'zero'], [7, 'sourceIdentity', 'RawState', 'optional'], [8, 'sourceIdentitySchemaVersion', 'int64', 'zero']],
  MoveResourceStateResponse: [[1, 'targetState', 'DynamicValue', 'optional'], [2, 'diagnostics', 'Diagnostic', 'repeated'], [3, 'targetPrivate', 'bytes', 'zero'], [4, 'targetIdentity', 'ResourceIdentityData', 'optional']],
  ReadDataSource: [],
  ReadDataSourceRequest: [[1, 'typeName', 'string', 'zero'], [2, 'config', 'DynamicValue', 'optional'], [3, 'providerMeta', 'DynamicValue', 'optional'], [4, 'clientCapabilities', 'ClientCapabilities', 'optional']],
  ReadDataSourceResponse: [[1, 'state', 'DynamicValue', 'optional'], [2, 'diagnostics', 'Diagnostic', 'repeated'], [3, 'deferred', 'Deferred', 'optional']],
  OpenEphemeralResource: [],
  OpenEphemeralResourceRequest: [[1, 'typeName', 'string', 'zero'], [2, 'config', 'DynamicValue', 'optional'], [3, 'clientCapabilities', 'ClientCapabilities', 'optional']],
  OpenEphemeralResourceResponse: [[1, 'diagnostics', 'Diagnostic', 'repeated'], [2, 'renewAt', 'Timestamp', 'optional'], [3, 'result', 'DynamicValue', 'optional'], [4, 'private', 'bytes', 'optional'], [5, 'deferred', 'Deferred', 'optional']],
  RenewEphemeralResource: [],
  RenewEphemeralResourceRequest: [[1, 'typeName', 'string', 'zero'], [2, 'private', 'bytes', 'optional']],
  RenewEphemeralResourceResponse: [[1, 'diagnostics', 'Diagnostic', 'repeated'], [2, 'renewAt', 'Timestamp', 'optional'], [3, 'private', 'bytes', 'optional']],
  CloseEphemeralResource: [],
  CloseEphemeralResourceRequest: [[1, 'typeName', 'string', 'zero'], [2, 'private', 'bytes', 'optional']],
  CloseEphemeralResourceResponse: [[1, 'diagnostics', 'Diagnostic', 'repeated']],
  ListResource: [],
  ListResourceRequest: [[1, 'typeName', 'string', 'zero'], [2, 'config', 'DynamicValue', 'optional'], [3, 'includeResourceObject', 'bool', 'zero'], [4, 'limit', 'int64', 'zero']],
  ListResourceEvent: [[1, 'identity', 'ResourceIdentityData', 'optional'], [2, 'displayName', 'string', 'zero'], [3, 'resourceObject', 'DynamicValue', 'optional'], [4, 'diagnostic', 'Diagnostic', 'repeated']],
  StopProvider: [],
  StopProviderRequest: [],
  StopProviderResponse: [[1, 'error', 'string', 'zero']],
  Empty: [],
  StdioData: [[1, 'channel', 'int32', 'zero'], [2, 'data', 'bytes', 'zero']],
  ConnInfo: [[1, 'serviceId', 'uint32', 'zero'], [2, 'network', 'string', 'zero'], [3, 'address', 'string', 'zero']],
  HealthCheckRequest: [[1, 'service', 'string', 'zero']],
  HealthCheckResponse: [[1, 'status', 'int32', 'zero']],
}

export interface ProviderMethods {
  GetMetadata: { request: GetMetadataRequest; response: GetMetadataResponse }
  GetProviderSchema: { request: GetProviderSchemaRequest; response: GetProviderSchemaResponse }
  GetResourceIdentitySchemas: { request: GetResourceIdentitySchemasRequest; response: GetResourceIdentitySchemasResponse }
  GetFunctions: { request: GetFunctionsRequest; response: GetFunctionsResponse }
  CallFunction: { request: CallFunctionRequest; response: CallFunctionResponse }
  ValidateProviderConfig: { request: ValidateProviderConfigRequest; response: ValidateProviderConfigResponse }
  ValidateResourceConfig: { request: ValidateResourceConfigRequest; response: ValidateResourceConfigResponse }
  ValidateDataResourceConfig: { request: ValidateConfigRequest; response: ValidateConfigResponse }
  ValidateEphemeralResourceConfig: { request: ValidateConfigRequest; response: ValidateConfigResponse }
  ValidateListResourceConfig: { request: ValidateListResourceConfigRequest; response: ValidateConfigResponse }
  UpgradeResourceState: { request: UpgradeResourceStateRequest; response: UpgradeResourceStateResponse }
  UpgradeResourceIdentity: { request: UpgradeResourceIdentityRequest; response: UpgradeResourceIdentityResponse }
  ConfigureProvider: { request: ConfigureProviderRequest; response: ConfigureProviderResponse }
  ReadResource: { request: ReadResourceRequest; response: ReadResourceResponse }
  PlanResourceChange: { request: PlanResourceChangeRequest; response: PlanResourceChangeResponse }
  ApplyResourceChange: { request: ApplyResourceChangeRequest; response: ApplyResourceChangeResponse }
  ImportResourceState: { request: ImportResourceStateRequest; response: ImportResourceStateResponse }
  MoveResourceState: { request: MoveResourceStateRequest; response: MoveResourceStateResponse }
  ReadDataSource: { request: ReadDataSourceRequest; response: ReadDataSourceResponse }
  OpenEphemeralResource: { request: OpenEphemeralResourceRequest; response: OpenEphemeralResourceResponse }
  RenewEphemeralResource: { request: RenewEphemeralResourceRequest; response: RenewEphemeralResourceResponse }
  CloseEphemeralResource: { request: CloseEphemeralResourceRequest; response: CloseEphemeralResourceResponse }
  ListResource: { request: ListResourceRequest; response: ListResourceEvent }
  StopProvider: { request: StopProviderRequest; response: StopProviderResponse }
}
export const Provider: ServiceTable<keyof ProviderMethods, keyof Messages> = {
  name: 'tfplugin6.Provider',
  methods: {
    GetMetadata: { request: 'GetMetadataRequest', response: 'GetMetadataResponse', streams: [false, false] },
    GetProviderSchema: { request: 'GetProviderSchemaRequest', response: 'GetProviderSchemaResponse', streams: [false, false] },
    GetResourceIdentitySchemas: { request: 'GetResourceIdentitySchemasRequest', response: 'GetResourceIdentitySchemasResponse', streams: [false, false] },
    GetFunctions: { request: 'GetFunctionsRequest', response: 'GetFunctionsResponse', streams: [false, false] },
    CallFunction: { request: 'CallFunctionRequest', response: 'CallFunctionResponse', streams: [false, false] },
    ValidateProviderConfig: { request: 'ValidateProviderConfigRequest', response: 'ValidateProviderConfigResponse', streams: [false, false] },
    ValidateResourceConfig: { request: 'ValidateResourceConfigRequest', response: 'ValidateResourceConfigResponse', streams: [false, false] },
    ValidateDataResourceConfig: { request: 'ValidateConfigRequest', response: 'ValidateConfigResponse', streams: [false, false] },
    ValidateEphemeralResourceConfig: { request: 'ValidateConfigRequest', response: 'ValidateConfigResponse', streams: [false, false] },
    ValidateListResourceConfig: { request: 'ValidateListResourceConfigRequest', response: 'ValidateConfigResponse', streams: [false, false] },
    UpgradeResourceState: { request: 'UpgradeResourceStateRequest', response: 'UpgradeResourceStateResponse', streams: [false, false] },
    UpgradeResourceIdentity: { request: 'UpgradeResourceIdentityRequest', response: 'UpgradeResourceIdentityResponse', streams: [false, false] },
    ConfigureProvider: { request: 'ConfigureProviderRequest', response: 'ConfigureProviderResponse', streams: [false, false] },
    ReadResource: { request: 'ReadResourceRequest', response: 'ReadResourceResponse', streams: [false, false] },
    PlanResourceChange: { request: 'PlanResourceChangeRequest', response: 'PlanResourceChangeResponse', streams: [false, false] },
    ApplyResourceChange: { request: 'ApplyResourceChangeRequest', response: 'ApplyResourceChangeResponse', streams: [false, false] },
    ImportResourceState: { request: 'ImportResourceStateRequest', response: 'ImportResourceStateResponse', streams: [false, false] },
    MoveResourceState: { request: 'MoveResourceStateRequest', response: 'MoveResourceStateResponse', streams: [false, false] },
    ReadDataSource: { request: 'ReadDataSourceRequest', response: 'ReadDataSourceResponse', streams: [false, false] },
    OpenEphemeralResource: { request: 'OpenEphemeralResourceRequest', response: 'OpenEphemeralResourceResponse', streams: [false, false] },
    RenewEphemeralResource: { request: 'RenewEphemeralResourceRequest', response: 'RenewEphemeralResourceResponse', streams: [false, false] },
    CloseEphemeralResource: { request: 'CloseEphemeralResourceRequest', response: 'CloseEphemeralResourceResponse', streams: [false, false] },
    ListResource: { request: 'ListResourceRequest', response: 'ListResourceEvent', streams: [false, true] },
    StopProvider: { request: 'StopProviderRequest', response: 'StopProviderResponse', streams: [false, false] },
  },
}

export interface GRPCControllerMethods {
  Shutdown: { request: Empty; response: Empty }
}
export const GRPCController: ServiceTable<keyof GRPCControllerMethods, keyof Messages> = {
  name: 'plugin.GRPCController',
  methods: {
    Shutdown: { request: 'Empty', response: 'Empty', streams: [false, false] },
  },
}

export interface GRPCStdioMethods {
  StreamStdio: { request: Empty; response: StdioData }
}
export const GRPCStdio: ServiceTable<keyof GRPCStdioMethods, keyof Messages> = {
  name: 'plugin.GRPCStdio',
  methods: {
    StreamStdio: { request: 'Empty', response: 'StdioData', streams: [false, true] },
  },
}

export interface GRPCBrokerMethods {
  StartStream: { request: ConnInfo; response: ConnInfo }
}
export const GRPCBroker: ServiceTable<keyof GRPCBrokerMethods, keyof Messages> = {
  name: 'plugin.GRPCBroker',
  methods: {
    StartStream: { request: 'ConnInfo', response: 'ConnInfo', streams: [true, true] },
  },
}

export interface HealthMethods {
  Check: { request: HealthCheckRequest; response: HealthCheckResponse }
}
export const Health: ServiceTable<keyof HealthMethods, keyof Messages> = {
  name: 'grpc.health.v1.Health',
  methods: {
    Check: { request: 'HealthCheckRequest', response: 'HealthCheckResponse', streams: [false, false] },
  },
}

