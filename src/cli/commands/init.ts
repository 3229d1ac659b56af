import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProviderDefinition } from '../../core/provider.ts'
import { definitions } from '../../providers/registry.ts'
import { parseLedgerPlace } from '../../shared-ledger/ledger-place.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { findDefinition } from '../find-definition.ts'
import { usageError } from '../flags.ts'
import { renderStarter, variablesOf } from '../starter-file.ts'

const fileName = 'webhooks.yaml'
const defaultLedger = '.hooks-sync/ledger.json'

/** Runs `hooks-sync init`. */
export async function run(context: Context): Promise<number> {
  await refuseExisting(context)
  const named = context.flags
    .list('provider')
    .flatMap((list) => list.split(','))
    .map(findDefinition)
  const canAsk = context.canAsk()
  const chosen = named.length === 0 && canAsk ? await askVendors(context) : [...new Set(named)]
  const ledger = canAsk ? await askLedger(context) : defaultLedger
  context.signals.stop.throwIfAborted()
  const text = renderStarter({ chosen, all: definitions, ledger })
  // Another one may have come about while the questions were asked.
  await writeFile(join(context.cwd, fileName), text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${fileName} cannot be written (${error.code ?? error.message}); nothing was changed.`)
  })
  if (context.look.quiet !== true) context.output.result(renderNextSteps(chosen, ledger))
  return exitCode([])
}

async function refuseExisting({ cwd }: Context): Promise<void> {
  for (const name of [fileName, 'webhooks.yml']) {
    const isThere = await access(join(cwd, name)).then(
      () => true,
      () => false,
    )
    if (isThere) throw usageError(`${name} exists and is left as it is.`, 'Edit it, or run init in another directory.')
  }
}

async function askVendors(context: Context): Promise<readonly ProviderDefinition[]> {
  const { isCancel, multiselect } = await import('@clack/prompts')
  const options = definitions.map((definition) => ({ value: definition, label: definition.title }))
  const answer = await multiselect({ message: 'Which vendors?', options, required: false, output: process.stderr })
  if (!isCancel(answer)) return answer
  context.signals.interrupt()
  return []
}

async function askLedger(context: Context): Promise<string> {
  if (context.signals.stop.aborted) return defaultLedger
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({
    message:
      'Where shall the ledger lie? It must outlive a checkout: a file you commit, s3://bucket/prefix, or ref+vault://mount/path.',
    initialValue: defaultLedger,
    validate: explainPlace,
    output: process.stderr,
  })
  if (!isCancel(answer)) return answer === '' ? defaultLedger : answer
  context.signals.interrupt()
  return defaultLedger
}

function explainPlace(text: string | undefined): string | undefined {
  const place = parseLedgerPlace(text ?? '')
  return place.kind === 'fault' ? `${place.message} ${place.hint}` : undefined
}

function renderNextSteps(chosen: readonly ProviderDefinition[], ledger: string): string {
  const variables = chosen.flatMap(variablesOf)
  const steps = [
    chosen.length === 0 ? `take the # away from an account in ${fileName}` : undefined,
    variables.length === 0 ? undefined : `set ${variables.join(', ')}`,
    'hooks-sync secrets init     makes the vault secrets.age and the key that opens it',
    'hooks-sync plan             shows what is live',
  ].filter((step) => step !== undefined)
  return [
    `Wrote ${fileName}. Next:`,
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    renderCommitting(ledger),
    '',
  ].join('\n')
}

function renderCommitting(ledger: string): string {
  if (parseLedgerPlace(ledger).kind === 'file') {
    return `Commit ${fileName}, secrets.age and ${ledger}; into .gitignore go ${ledger}.lock and ${ledger}.journal.`
  }
  return `Commit ${fileName} and secrets.age; every run needs the right to read and write ${ledger}.`
}
