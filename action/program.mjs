import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { pinPackages } from './pin-packages.mjs'
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
  const { version, program, files } = pinPackages()
  const place = join(env['RUNNER_TEMP'] ?? '', `hooks-sync-${version}`)
  mkdirSync(place, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text)
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const code = await run(['npm', 'ci', '--prefix', place, ...options], { cwd: place })
  if (code !== 0) throw new Error(`npm could not install hooks-sync@${version} (exit code ${code}).`)
  return asProgram(join(place, 'node_modules', program))
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
