import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { aLongPage } from '../test/report/hostile-pages.ts'
import { atMost, type Measured, median, type Row, shown } from './row.ts'

const findings = 10_000
const runs = 5
const searches = ['w', 'webhook-77', 'disabled conversation 99', 'nothing at all', ''] as const

/** How long a browser takes to open the page of a large drift report, and to filter it. */
export const reportPage: Row = {
  name: 'report-page',
  title: 'HTML report of 10,000 findings, in a browser',
  measure: async () => {
    const executablePath = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim()
    if (executablePath === '') throw new Error('chromium is not installed: node scripts/ensure-tools.mjs')
    const directory = mkdtempSync(join(tmpdir(), 'report-page-'))
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      return await measurePage(browser, join(directory, 'page.html'))
    } finally {
      await browser.close()
      rmSync(directory, { recursive: true })
    }
  },
}

async function measurePage(browser: Browser, file: string): Promise<readonly Measured[]> {
  const start = performance.now()
  const html = aLongPage(findings)
  const renderMs = performance.now() - start
  writeFileSync(file, html)
  const opened: number[] = []
  const filtered: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const page = await browser.newPage()
    const before = performance.now()
    await page.goto(pathToFileURL(file).href)
    await page.locator('#rows .row').first().waitFor()
    opened.push(performance.now() - before)
    filtered.push(...(await page.evaluate<readonly number[]>(timeFilters)))
    await page.close()
  }
  return [
    shown('size', html.length / 1e6, 'MB'),
    shown('rendering it', renderMs, 'ms'),
    atMost('opening it', median(opened), 3_000, 'ms'),
    atMost('a filter, the slowest of all', Math.max(...filtered), 200, 'ms'),
  ]
}

/** Runs in the page: from the key press until what is left is laid out. */
const timeFilters = `(() => {
  const search = document.getElementById('search')
  const timed = (change) => {
    const start = performance.now()
    change()
    document.body.getBoundingClientRect()
    return performance.now() - start
  }
  const texts = ${JSON.stringify(searches)}.map((text) => timed(() => {
    search.value = text
    search.dispatchEvent(new Event('input'))
  }))
  const toggles = [...document.querySelectorAll('button[data-group]')].map((button) => timed(() => button.click()))
  return [...texts, ...toggles]
})()`
