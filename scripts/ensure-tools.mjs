// Installs what the tests need beside npm packages, before `npm test` and in CI. Plain JavaScript: it runs before `npm ci`.
import { spawnSync } from 'node:child_process'

/** What a run without the tool cannot show. */
const tools = [
  { command: 'age', package: 'age', shows: 'that the age command line tool reads our vault, and we read its files' },
  { command: 'chromium', package: 'chromium', shows: 'that report pages work, and let nothing in, in a real browser' },
]

const isCi = process.env.CI === 'true'
const missing = tools.filter(({ command }) => !isInstalled(command))
if (missing.length > 0) install(missing)
const stillMissing = missing.filter(({ command }) => !isInstalled(command))
for (const { command, shows } of stillMissing) {
  console.error(`${command} is not installed, so the tests do not show ${shows}.`)
  console.error(
    `Install it with your package manager, for example: apt-get install ${command}, brew install ${command}`,
  )
}
if (isCi && stillMissing.length > 0) process.exitCode = 1

function isInstalled(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined
}

function install(wanted) {
  const packages = wanted.map((tool) => tool.package)
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) return
  console.error(`Installing ${packages.join(', ')} …`)
  const aptGet = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  const attempt = () => aptGet('install', '--yes', '--no-install-recommends', ...packages).status === 0
  if (attempt()) return
  aptGet('update')
  attempt()
}
