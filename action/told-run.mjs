import { readFileSync } from 'node:fs'
import { isFork, readCommit, readEvent, readMode, readName, withName } from './inputs.mjs'

/** GitHub refuses comments and issues over 65,536 characters. */
const bodyLimit = 65_500
const marker = '<!-- hooks-sync -->'

/**
 * A run of hooks-sync that is over, as it is told on GitHub.
 * @typedef {object} ToldRun
 * @property {import('./inputs.mjs').Mode} mode
 * @property {string} name
 * @property {any} event
 * @property {boolean} isFork
 * @property {number} code exit code of hooks-sync
 * @property {string} marker first line of what is written; finds it again
 * @property {string} body the report as the body of a comment or an issue
 * @property {string} url where the log is
 * @property {string | undefined} sarif
 */

/**
 * Reads what the step before has left.
 * @param {import('./inputs.mjs').Environment} env
 * @returns {ToldRun}
 */
export function readToldRun(env) {
  const mode = readMode(env)
  const name = readName(env)
  const event = readEvent(env)
  const code = Number.parseInt(env['ACTION_EXIT_CODE'] ?? '1', 10)
  const url = `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`
  const mark = marker.replace('hooks-sync', withName('hooks-sync', name, ' '))
  const footer = `\n<sub>${withName(mode, name, ' ')} of ${readCommit(env, event).slice(0, 7)}, [log of the run](${url})</sub>\n`
  const report =
    readReport(env['ACTION_REPORT']) ??
    `${marker}\n**hooks-sync ${mode} ended with exit code ${code}.** Its log says why.\n`
  const body = report.replace(marker, mark).slice(0, bodyLimit - footer.length) + footer
  const sarif = env['ACTION_SARIF'] ?? ''
  return {
    mode,
    name,
    event,
    isFork: isFork(env, event),
    code,
    marker: mark,
    body,
    url,
    sarif: sarif === '' ? undefined : sarif,
  }
}

/** @param {string | undefined} path */
function readReport(path) {
  return path === undefined || path === '' ? undefined : readFileSync(path, 'utf8')
}
