import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { annotate } from './runner-files.mjs'

/**
 * A program with its first arguments.
 * @typedef {readonly [string, ...string[]]} Program
 */

/**
 * Finds the program to run: the one that HOOKS_SYNC_BIN names, or the published one of this version of the action.
 * @param {{ env: Readonly<Record<string, string | undefined>>, directory: string, isFork: boolean }} place
 * @returns {Promise<Program>}
 */
export async function findProgram({ env, directory, isFork }) {
  const given = env['HOOKS_SYNC_BIN'] ?? ''
  if (given === '') return install(env)
  const path = realpathSync(resolve(directory, given))
  if (isFork && isBelow(path, realpathSync(env['GITHUB_WORKSPACE'] ?? directory))) {
    annotate('warning', 'HOOKS_SYNC_BIN lies in the working copy, which is of a fork: the published program is run.')
    return install(env)
  }
  return asProgram(path)
}

/**
 * Installs the package beside the working copy, so that no setting, script or package of it has a say.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Promise<Program>}
 */
async function install(env) {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const place = join(env['RUNNER_TEMP'] ?? '', `hooks-sync-${manifest.version}`)
  mkdirSync(place, { recursive: true })
  const wanted = `hooks-sync@${manifest.version}`
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const code = await run(['npm', 'install', '--prefix', place, ...options, wanted], { cwd: place })
  if (code !== 0) throw new Error(`npm could not install ${wanted} (exit code ${code}).`)
  return asProgram(join(place, 'node_modules', 'hooks-sync', manifest.bin['hooks-sync']))
}

/**
 * Runs a program with its output as it is, and answers with its exit code.
 * @param {Program} program
 * @param {{ cwd: string }} place
 * @returns {Promise<number>}
 */
export async function run([command, ...args], { cwd }) {
  // Names of vendors may look like commands to the runner; until this word it takes none.
  const word = randomUUID()
  console.log(`::stop-commands::${word}`)
  try {
    const shell = process.platform === 'win32' && command === 'npm'
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], shell })
    return await new Promise((done, fail) => {
      child.on('error', fail)
      child.on('close', (code) => done(code ?? 1))
    })
  } finally {
    console.log(`::${word}::`)
  }
}

/**
 * @param {string} path
 * @returns {Program}
 */
function asProgram(path) {
  return /\.[cm]?js$/u.test(path) ? [process.execPath, path] : [path]
}

/**
 * @param {string} path
 * @param {string} directory
 */
function isBelow(path, directory) {
  return path.startsWith(directory + sep)
}
