import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const page = join(import.meta.dirname, '../../docs/rotate.md')

type Headers = Readonly<Record<string, string>>

interface Snippet {
  readonly verify: (
    body: string,
    headers: Headers,
    known: readonly string[],
    readAgain: () => Promise<readonly string[]>,
  ) => Promise<boolean>
}

test('the receiver of the guide accepts what any of its secrets signed, and nothing else', async () => {
  const { verify } = await loadSnippet()
  const none = (): Promise<readonly string[]> => Promise.resolve([])

  expect(await verify('{}', signed('{}', 'new'), ['old', 'new'], none)).toBe(true)
  expect(await verify('{}', signed('{}', 'new'), ['old'], () => Promise.resolve(['old', 'new']))).toBe(true)
  expect(await verify('{}', signed('{}', 'theirs'), ['old', 'new'], none)).toBe(false)
  expect(await verify('{ }', signed('{}', 'old'), ['old'], none)).toBe(false)
  expect(await verify('{}', {}, ['old'], none)).toBe(false)
})

function signed(body: string, secret: string): Headers {
  return {
    'x-sinch-webhook-signature': createHmac('sha256', secret).update(`${body}.n.1`).digest('base64'),
    'x-sinch-webhook-signature-nonce': 'n',
    'x-sinch-webhook-signature-timestamp': '1',
  }
}

async function loadSnippet(): Promise<Snippet> {
  const [, code = ''] = /```ts\n(.*?)```/su.exec(await readFile(page, 'utf8')) ?? []
  const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-guide-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const file = join(directory, 'receiver.ts')
  await writeFile(file, code)
  return (await import(pathToFileURL(file).href)) as Snippet
}
