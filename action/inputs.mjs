import { readFileSync } from 'node:fs'

/**
 * @typedef {'plan' | 'apply' | 'drift'} Mode
 * @typedef {Readonly<Record<string, string | undefined>>} Environment
 */

const modes = /** @type {const} */ (['plan', 'apply', 'drift'])

/** Why the action was used wrongly; told as one sentence. */
export class UsageError extends Error {}

/**
 * Reads which of the three jobs shall be done.
 * @param {Environment} env
 * @returns {Mode}
 */
export function readMode(env) {
  const given = env['ACTION_MODE'] ?? ''
  const mode = modes.find((known) => known === given)
  if (mode === undefined) throw new UsageError(`The input mode is one of ${modes.join(', ')}, not "${given}".`)
  return mode
}

/**
 * Reads what tells this use of the action from others; it becomes part of file names and of hidden marks.
 * @param {Environment} env
 */
export function readName(env) {
  const name = env['ACTION_NAME'] ?? ''
  if (!/^[\w.-]{0,50}$/u.test(name)) {
    throw new UsageError(`The input name takes up to 50 letters, digits, ".", "-" and "_", not "${name}".`)
  }
  return name
}

/**
 * Appends the name of this use to a text, where it has one.
 * @param {string} text
 * @param {string} name
 */
export function withName(text, name, joint = '-') {
  return name === '' ? text : `${text}${joint}${name}`
}

/**
 * Reads what GitHub says of the event that started the run.
 * @param {Environment} env
 * @returns {any}
 */
export function readEvent(env) {
  try {
    return JSON.parse(readFileSync(env['GITHUB_EVENT_PATH'] ?? '', 'utf8'))
  } catch {
    return {}
  }
}

/**
 * Tells whether the run may work on code of somebody without write access; hooks-sync itself decides by the same facts.
 * @param {Environment} env
 * @param {any} event
 */
export function isFork(env, event) {
  const name = env['GITHUB_EVENT_NAME'] ?? ''
  if (!/^(?:pull_request(?:_.+)?|workflow_run|issue_comment)$/u.test(name)) return false
  const head = event.pull_request?.head?.repo?.id ?? event.workflow_run?.head_repository?.id
  const base = event.pull_request?.base?.repo?.id ?? event.repository?.id
  return head === undefined || head !== base
}

/**
 * Names the commit that the files are of; for a pull request that is its last one, not the merge that GitHub makes.
 * @param {Environment} env
 * @param {any} event
 * @returns {string}
 */
export function readCommit(env, event) {
  return event.pull_request?.head?.sha ?? env['GITHUB_SHA'] ?? ''
}

/**
 * Names the artifact that holds the saved plan of a commit.
 * @param {string} name
 * @param {string} commit
 */
export function artifactName(name, commit) {
  return `${withName('hooks-sync-plan', name)}-${commit}`
}
