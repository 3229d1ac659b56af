import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { compareWithHistory } from '../../src/report/drift-history.ts'
import { renderDriftHtml } from '../../src/report/html/drift-page.ts'
import { renderPlanHtml } from '../../src/report/html/plan-page.ts'
import { anEventfulDocument, aRun } from './build-drift.ts'
import { aRichPlan } from './build-plan.ts'
import { aHostilePage, aLongPage, attacks } from './hostile-pages.ts'

const executablePath = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim()

/** Runs in the page before all else. */
const keepRefusals = `globalThis.refused = []
addEventListener('securitypolicyviolation', (event) => globalThis.refused.push(event.effectiveDirective))`

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: readonly unknown[] }[]
}

const eventful = compareWithHistory(
  anEventfulDocument(),
  {
    runs: 2,
    lastRunAt: '2026-03-01T00:00:00.000Z',
    open: new Map([
      [
        'f',
        {
          fingerprint: 'f',
          class: 'missing',
          provider: 'acme-us',
          key: 'gone',
          first_seen: '2026-02-01T00:00:00.000Z',
          live: '',
        },
      ],
    ]),
  },
  aRun.at,
)

describe.skipIf(executablePath === '' && process.env['CI'] !== 'true')('a report page in a real browser', () => {
  let browser: Browser
  let directory: string
  let context: BrowserContext
  /** What the page said and asked for that it should not. */
  const trouble: string[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hooks-sync-page-'))
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  })

  afterEach(async () => {
    await context.close()
    expect(trouble.splice(0)).toEqual([])
  })

  afterAll(async () => {
    await browser.close()
    await rm(directory, { recursive: true })
  })

  async function open(
    html: string,
    options: Parameters<Browser['newContext']>[0] & { hash?: string } = {},
  ): Promise<Page> {
    const { hash = '', ...rest } = options
    const file = join(directory, 'page.html')
    await writeFile(file, html)
    context = await browser.newContext(rest)
    const page = await context.newPage()
    await page.addInitScript(keepRefusals)
    const own = pathToFileURL(file).href
    page.on('console', (message) => trouble.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      trouble.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(own) && request.url() !== 'data:,') trouble.push(`request: ${request.url()}`)
    })
    await page.goto(`${own}${hash}`)
    return page
  }

  const names = (page: Page): Promise<readonly string[]> => page.locator('#rows .name').allTextContents()
  const count = (page: Page): Promise<string | null> => page.locator('#count').textContent()

  test('lists what was found, and says nothing else', async () => {
    const page = await open(renderDriftHtml(eventful))

    expect(await names(page)).toEqual(eventful.drift.map(({ provider, key, id }) => `${provider}/${key ?? id ?? ''}`))
    expect(await page.locator('h1').textContent()).toBe('7 findings count as drift, 1 account could not be read')
    expect(await page.locator('tbody .unread').textContent()).toBe('could not be read')
    expect(await count(page)).toBe('11 shown')
  })

  test('shows both sides of a difference once a row is opened, and links to the line', async () => {
    const page = await open(renderDriftHtml(eventful))

    await page.locator('summary', { hasText: 'acme-eu/changed' }).click()

    const body = page.locator('.row[open] .body')
    await body.waitFor()
    expect(await body.locator('tbody tr').first().locator('td').allTextContents()).toEqual(['ab', 'ac'])
    expect(await body.locator('.members .before').allTextContents()).toEqual(['b'])
    expect(await body.locator('.members .after').allTextContents()).toEqual(['c'])
    expect(await body.locator('a').getAttribute('href')).toBe(
      'https://github.com/acme/hooks/blob/0123abc/infra/webhooks.yaml#L20',
    )
  })

  test('filters by class, account, risk and text, and says how many are left', async () => {
    const page = await open(aLongPage(1000))

    await page.locator('button[data-group=disabled]').click()
    expect(await count(page)).toBe('1–100 of 200 (of 1,000)')
    await page.locator('button[data-group=missing]').click()
    expect(await count(page)).toBe('1–100 of 400 (of 1,000)')
    await page.selectOption('#account', 'acme-7')
    await page.selectOption('#risk', 'high')
    await page.fill('#search', 'WEBHOOK-4 disabled')
    expect(await names(page)).toEqual(['acme-7/webhook-47', 'acme-7/webhook-407'])
    await page.fill('#search', 'nothing like this')
    expect(await count(page)).toBe('None of 1,000 match.')
    await page.locator('#reset').click()
    expect(await count(page)).toBe('1–100 of 1,000')
  })

  test('searches receivers, values, files and reasons', async () => {
    const page = await open(renderDriftHtml(eventful))
    const found = async (text: string): Promise<readonly string[]> => {
      await page.fill('#search', text)
      return names(page)
    }

    expect(await found('too many failed')).toEqual(['acme-eu/disabled'])
    expect(await found('hooks.example.com/changed')).toEqual(['acme-eu/changed'])
    expect(await found('webhooks.yaml:36')).toEqual(['acme-eu/rotated'])
    await page.press('#search', 'Escape')
    expect(await count(page)).toBe('11 shown')
  })

  test('keeps its filters in the address, so that they can be passed on', async () => {
    const page = await open(renderDriftHtml(eventful))
    await page.locator('button[data-group=duplicate]').click()
    const hash = await page.evaluate<string>('location.hash')
    await context.close()

    const again = await open(renderDriftHtml(eventful), { hash })

    expect(hash).toBe('#show=duplicate')
    expect(await names(again)).toEqual(['acme-eu/in-line', 'acme-eu/in-line'])
    expect(await again.locator('button[data-group=duplicate]').getAttribute('aria-pressed')).toBe('true')
  })

  test('is used with the keyboard alone', async () => {
    const page = await open(aLongPage(250))

    await page.locator('button[data-group=missing]').focus()
    await page.keyboard.press('Space')
    expect(await count(page)).toBe('50 (of 250) shown')
    await page.keyboard.press('Space')
    await page.locator('#search').focus()
    for (let at = 0; at < 3; at += 1) await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY')
    await page.keyboard.press('Enter')
    await page.locator('.row[open] .diff').waitFor()
    await page.locator('#next').focus()
    await page.keyboard.press('Enter')
    expect(await count(page)).toBe('101–200 of 250')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY')
    await page.locator('#next').click()
    expect(await page.locator('#next').isDisabled()).toBe(true)
  })

  test('prints every finding with all that is known of it, and none of its controls', async () => {
    const page = await open(renderDriftHtml(eventful))
    await page.emulateMedia({ media: 'print' })
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")

    expect(await page.locator('.row[open] .facts').count()).toBe(11)
    expect(await page.locator('#filters').isVisible()).toBe(false)
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(await page.locator('.row[open]').count()).toBe(0)
  })

  test('lets nothing in that a vendor wrote', async () => {
    const page = await open(aHostilePage())
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")

    const made =
      "document.querySelectorAll('main :is(script, img, iframe, object, embed, link, meta, style, base)').length"
    expect(await page.evaluate(made)).toBe(0)
    expect(await page.evaluate('globalThis.struck')).toBeUndefined()
    expect(await page.locator('#rows > li').count()).toBe(attacks.length)
    // Attacks are shown, so that somebody sees them.
    expect(await page.locator('#rows').textContent()).toContain('<img src=x onerror=globalThis.struck=1>')
    expect(await page.title()).toContain('Drift report')
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0)
    expect(await page.locator('body').textContent()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u)
  })

  test('runs no code and asks nobody, also where somebody got code into it', async () => {
    let calls = 0
    const server = createServer((_request, response) => {
      calls += 1
      response.end()
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    onTestFinished(() => void server.close())
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const into = (html: string): string => renderDriftHtml(eventful).replace('</main>', `${html}</main>`)
    const page = await open(
      into(
        `<script>globalThis.struck = 1</script><img src="${origin}/a.png"><b id="h" onclick="struck=2">h</b>
<p id="s" style="color: rgb(1, 2, 3)">s</p><form action="${origin}/"><button id="f">f</button></form>`,
      ),
    )
    await page.locator('#h').click()
    await page.evaluate("document.getElementById('f').click()")
    const asked = await page.evaluate(`fetch('${origin}/').then(() => 'sent', (error) => error.name)`)
    const markup = await page.evaluate(
      "(() => { try { document.body.innerHTML = '<i>x</i>'; return 'made' } catch (error) { return error.name } })()",
    )

    expect(await page.evaluate('globalThis.struck')).toBeUndefined()
    expect(asked).toBe('TypeError')
    expect(markup).toBe('TypeError')
    expect(await page.evaluate("getComputedStyle(document.getElementById('s')).color")).not.toBe('rgb(1, 2, 3)')
    await expect
      .poll(() => page.evaluate('globalThis.refused'), { timeout: 60_000 })
      .toEqual(expect.arrayContaining(directives))
    expect(calls).toBe(0)
    // What is refused is told on the console, and as a request, though the server knows that none went out.
    await context.close()
    const told = /Content Security Policy|TrustedHTML|require-trusted|^request: /u
    expect(trouble.splice(0).filter((text) => !told.test(text))).toEqual([])
  })

  /** All that the page above tries. */
  const directives = [
    'script-src-elem',
    'script-src-attr',
    'style-src-attr',
    'img-src',
    'form-action',
    'connect-src',
    'require-trusted-types-for',
  ]

  test.each([
    ['of drift', 'light', () => renderDriftHtml(eventful)],
    ['of drift', 'dark', () => renderDriftHtml(eventful)],
    ['of a plan', 'light', () => renderPlanHtml(aRichPlan())],
  ] as const)('%s, %s, can be used by everybody, says axe', async (_, colorScheme, render) => {
    const page = await open(render(), { colorScheme, bypassCSP: true, reducedMotion: 'reduce' })
    await page.locator('summary').first().click()
    for (const at of [0, 1, 2]) await page.locator('.row > summary').nth(at).click()
    await page.locator('.row[open] .body').nth(2).waitFor()
    await page.evaluate(axe.source)

    const { violations } = await page.evaluate<AxeResults>('axe.run()')

    expect(violations.map(({ id, impact, nodes }) => `${impact} ${id} ${JSON.stringify(nodes).slice(0, 300)}`)).toEqual(
      [],
    )
  })

  test('tells its numbers also where no script may run', async () => {
    const page = await open(renderDriftHtml(eventful), { javaScriptEnabled: false })

    expect(await page.locator('.needs-script').isVisible()).toBe(true)
    expect(await page.locator('.group').first().textContent()).toBe('1missing')
    expect(await page.locator('.filters').isVisible()).toBe(false)
  })
})
