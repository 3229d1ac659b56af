import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { withName } from './inputs.mjs'

/**
 * Uploads findings to code scanning; those that are not among them are closed there.
 * @param {import('./github-api.mjs').GithubApi} api
 * @param {string} path
 * @param {string} name
 */
export async function uploadSarif(api, path, name) {
  const log = JSON.parse(readFileSync(path, 'utf8'))
  // Code scanning takes runs of one category for the same thing at another time.
  for (const run of log.runs) run.automationDetails = { id: `${withName(category(run), name, '/')}/` }
  await api.ask('POST', '/code-scanning/sarifs', {
    commit_sha: process.env['GITHUB_SHA'],
    ref: process.env['GITHUB_REF'],
    sarif: gzipSync(JSON.stringify(log)).toString('base64'),
    tool_name: 'hooks-sync',
  })
}

/** @param {{ automationDetails?: { id?: string } }} run */
function category(run) {
  return (run.automationDetails?.id ?? 'hooks-sync/drift/').replace(/\/$/u, '')
}
