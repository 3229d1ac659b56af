import { loadProject } from '../../src/config/load-project.ts'
import type { LoadedProject, ProjectOptions, SourceFile } from '../../src/config/project.ts'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { definitions } from '../../src/providers/registry.ts'
import { validators } from '../../src/schema/generated/validators.ts'

/** Makes a file that stands in `/project`. */
export function aFile(text: string, name: string = 'webhooks.yaml'): SourceFile {
  return { name, path: `/project/${name}`, baseDir: '/project', text }
}

/** Loads texts by file name, with the vendors that come with hooks-sync. */
export function loadText(
  texts: string | Readonly<Record<string, string>>,
  options: Partial<ProjectOptions> = {},
): LoadedProject {
  const named = typeof texts === 'string' ? { 'webhooks.yaml': texts } : texts
  const files = Object.entries(named).map(([name, text]) => aFile(text, name))
  return loadProject(files, {
    definitions,
    validators,
    env: {},
    vars: {},
    allowUnknownEvents: false,
    allowedEnv: [],
    ...options,
  })
}

/** Renders findings the way tables of expectations write them. */
export function seen(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ at, code, severity, message }) => {
    const place = at === undefined ? '' : `${at.file === 'webhooks.yaml' ? '' : `${at.file}:`}${at.line}:${at.column} `
    return `${place}${severity === 'warning' ? 'warning ' : ''}${code} ${message}`
  })
}

/** An account of tellcasey with webhooks below it, as text with four spaces of room for each line. */
export function aCasey(webhooks: string): string {
  return `version: 1
providers:
  casey:
    type: tellcasey
    auth: { api_key: ref+env://CASEY_API_KEY }
    webhooks:
${webhooks}
`
}

/** A Sinch account with webhooks below it. */
export function aSinch(webhooks: string): string {
  return `providers:
  sinch-eu:
    type: sinch
    region: eu
    project_id: p-1
    auth: { key_id: ref+env://K, key_secret: ref+env://S }
    webhooks:
${webhooks}
`
}

/** Takes a declaration without its own rules, which no schema can state. */
export function withoutRules(definition: ProviderDefinition): ProviderDefinition {
  const { check: _check, ...rest } = definition
  return rest
}
