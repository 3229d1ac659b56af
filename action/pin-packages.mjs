import { readFileSync } from 'node:fs'

/**
 * An entry of a lock file of npm, as far as it counts here.
 * @typedef {object} Locked
 * @property {boolean} [dev]
 * @property {string} [integrity]
 */

/**
 * Makes the files from which `npm ci` installs the published package, and under it the packages that this commit was
 * tested with: by version and hash, where another install would take the newest.
 */
export function pinPackages() {
  const { name, version, bin, dependencies } = readJson('package.json')
  /** @type {Readonly<Record<string, Locked>>} */
  const locked = readJson('package-lock.json').packages
  const needed = Object.entries(locked).filter(([path, { dev }]) => path !== '' && dev !== true)
  const root = { name: 'hooks-sync-action', private: true, dependencies: { [name]: version } }
  const packages = {
    '': root,
    // Its own hash is not known before it is published; what is published under a version stays as it is.
    [`node_modules/${name}`]: { version, bin, dependencies },
    ...Object.fromEntries(needed),
  }
  return {
    version,
    /** Below `node_modules`. */
    program: `${name}/${bin[name]}`,
    files: {
      'package.json': JSON.stringify(root),
      'package-lock.json': JSON.stringify({ name: root.name, lockfileVersion: 3, requires: true, packages }),
    },
  }
}

/** @param {string} name */
function readJson(name) {
  return JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
}
