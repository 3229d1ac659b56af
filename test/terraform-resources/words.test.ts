import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reword } from '../../src/terraform/diagnostics.ts'

const root = join(import.meta.dirname, '..', '..', 'src')

/** Files whose words an engine never shows: what they say is about the ledger, vaults or files. */
const elsewhere =
  /engine\/(?:ledger|capture-secret|rotate)|core\/(?:codes|import|drift|undo|rotation|advice|advise|new-receivers|plan-offline|diagnostic\.ts)/u

/** Refusals that the allowances of a resource never let come about. */
const neverRefused = /HS30(?:04|05|08|09|10|12|13)/u

test('what the engine shows speaks of no flag and no command of the command line', () => {
  const texts = [
    'core',
    'engine',
    'http',
    'providers',
    'trust/check-receivers.ts',
    'config/read-event.ts',
    'config/read-url.ts',
    'config/read-fields.ts',
  ]
    .flatMap(filesBelow)
    .filter((path) => !elsewhere.test(path))
    .flatMap((path) => phrasesOf(readFileSync(join(root, path), 'utf8')))

  const sentences = texts.filter((text) => text.includes(' '))
  const told = sentences.filter((text) =>
    /(?:^|[\s(`])--[a-z]|hooks-sync (?:apply|plan|rotate|forget)|[Rr]un the command|under auth|ledger|\bintent\b|webhooks\.yaml/u.test(
      reword(text),
    ),
  )

  expect(told).toEqual([])
})

function filesBelow(path: string): readonly string[] {
  if (path.endsWith('.ts')) return [path]
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${path}/${name}`)
}

/** Lists messages and hints as they stand in the source. */
function phrasesOf(source: string): readonly string[] {
  const code = source
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/|\/?\*)/u.test(line) && !/\bflag:/u.test(line) && !/\bdoc:/u.test(line))
    .join('\n')
  const withoutRefusals = code
    .split(/(?=code: 'HS)/u)
    .filter((part) => !neverRefused.test(part.slice(0, 20)))
    .join('\n')
  return [...withoutRefusals.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/gu)].map(([, plain, template]) =>
    (plain ?? template ?? '').replaceAll('\\`', '`'),
  )
}
