import { DiagnosticError } from '../../core/diagnostic.ts'
import { Secret } from '../../core/secret.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { usageError } from '../flags.ts'
import { openSecretPlaces } from '../secret-places.ts'

/** Runs `hooks-sync secrets set REF`. */
export async function run(context: Context): Promise<number> {
  const [ref = ''] = context.operands
  const { resolver, locate } = await openSecretPlaces(context)
  const target = locate(ref)
  // Before the secret is asked for: nobody should type one for nothing.
  await resolver.proveWritable(target)
  const value = await readSecret(context, ref)
  const outcome = await resolver.write(target, value, 'any')
  await resolver.close()
  if (outcome.kind !== 'written') throw new DiagnosticError([outcome.diagnostic])
  if (context.isJson) context.output.result(renderDocument(context.command, { ref, outcome: 'stored' }))
  else context.output.result(`Stored ${ref}\n`)
  return exitCode([])
}

async function readSecret(context: Context, ref: string): Promise<Secret> {
  const stdin = context.stdin()
  const text = stdin.isTTY ? await askSecret(context, ref) : await readAll(stdin)
  if (text !== '') return new Secret(text)
  throw usageError('The secret is empty.', `For example: hooks-sync secrets set ${ref} < key.txt`, 'HS2009')
}

async function askSecret(context: Context, ref: string): Promise<string> {
  if (!context.canAsk()) {
    throw usageError(
      'Nobody can be asked for the secret.',
      `Pipe it: hooks-sync secrets set ${ref} < key.txt`,
      'HS6002',
    )
  }
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: `The secret for ${ref}`, mask: '', output: process.stderr })
  if (!isCancel(answer)) return answer
  context.signals.interrupt()
  return context.signals.stop.reason instanceof Error ? Promise.reject(context.signals.stop.reason) : ''
}

/** Reads to the end; one line break there comes from `echo` or an editor and is no part of the secret. */
async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  return decode(Buffer.concat(chunks)).replace(/\r?\n$/u, '')
}

/** What is no text would come out of the vault as another secret than went in. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const hint = 'Store it in an encoding, such as base64, that its receiver decodes.'
    throw usageError('The secret is not UTF-8 text.', hint)
  }
}
