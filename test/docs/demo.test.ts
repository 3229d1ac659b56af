import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

test('the demo plays from the first plan to a repaired drift, without colors in a pipe', { timeout: 600_000 }, () => {
  const env = { ...process.env, FORCE_COLOR: undefined }
  const demo = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/demo.ts'], { cwd: root, env, encoding: 'utf8' })

  expect(demo.status, `${demo.stdout}\n${demo.stderr}`).toBe(0)
  expect(demo.stdout).toContain('No changes.')
  expect(demo.stdout).toMatch(/Drift: 1 changed\./u)
  expect(demo.stdout).toContain('+/- conversations')
  expect(demo.stdout).not.toContain(String.fromCodePoint(27))
  const page = /^(\S+drift\.html)$/mu.exec(demo.stdout)?.[1] ?? ''
  expect(readFileSync(page, 'utf8')).toContain('<h1>1 finding counts as drift</h1>')
  rmSync(dirname(page), { recursive: true })
})
