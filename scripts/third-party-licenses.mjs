// Collects the licenses of the packages that stand in a bundle, which they ask to be handed on with them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Words the licenses of all packages of a bundle, by its list of what went in. */
export function renderLicenses({ inputs }, root) {
  const directories = Object.keys(inputs).flatMap((path) => packageDirectory(path) ?? [])
  const packages = [...new Set(directories)].toSorted().map((directory) => describe(join(root, directory)))
  return `What is bundled here, beside hooks-sync itself, and under which terms.\n\n${packages.join('\n')}`
}

function packageDirectory(path) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.replace(/^(?:\.\.\/)+/, ''))?.[0]
}

function describe(directory) {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const file = readdirSync(directory).find((each) => /^licen[cs]e(?:\.\w+)?$/i.test(each))
  const text = file === undefined ? '' : `\n${readFileSync(join(directory, file), 'utf8').trim()}\n`
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${text}`
}
