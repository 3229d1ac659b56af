import { hasErrors } from '../../core/diagnostic.ts'
import { load } from '../../run/load.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { readLoadOptions } from '../options.ts'

/** Runs `hooks-sync validate`. */
export async function run(context: Context): Promise<number> {
  const { project, diagnostics } = await load(await readLoadOptions(context))
  const providers = project.accounts.length
  const webhooks = project.accounts.reduce((sum, { desired }) => sum + (desired?.length ?? 0), 0)
  context.report(diagnostics)
  const isValid = !hasErrors(diagnostics)
  if (context.isJson) {
    const { renderJson } = await import('../../report/json-text.ts')
    const { toValidateDocument } = await import('../../report/validate-document.ts')
    context.output.result(`${renderJson(toValidateDocument({ providers, webhooks, diagnostics }))}\n`)
  } else if (isValid) {
    context.output.result(`Valid. ${webhooks} webhooks in ${providers} accounts.\n`)
  } else {
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length
    context.output.result(`Not valid. ${errors} ${errors === 1 ? 'error' : 'errors'}.\n`)
  }
  return exitCode(isValid ? [] : ['error'])
}
