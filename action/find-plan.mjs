import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GithubApi } from './github-api.mjs'
import { artifactName, readMode, readName, UsageError } from './inputs.mjs'
import { readZip } from './read-zip.mjs'
import { runStep, setOutput } from './runner-files.mjs'

/**
 * @typedef {object} Pull
 * @property {number} number
 * @property {string | null} merged_at
 * @property {string | null} merge_commit_sha
 * @property {{ sha: string }} head
 *
 * @typedef {object} Artifact
 * @property {number} id
 * @property {boolean} expired
 * @property {string} created_at
 * @property {{ head_sha: string, repository_id: number, head_repository_id: number }} workflow_run
 */

await runStep(async () => {
  if (readMode(process.env) !== 'apply') throw new UsageError("The input plan is for mode 'apply'.")
  const api = new GithubApi(process.env)
  const commit = process.env['GITHUB_SHA'] ?? ''
  const pull = await findPull(api, commit)
  const artifact = await findArtifact(api, artifactName(readName(process.env), pull.head.sha), pull)
  const zip = await api.download(`/actions/artifacts/${artifact.id}/zip`)
  const path = join(mkdtempSync(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'hooks-sync-')), 'plan.json')
  writeFileSync(path, readZip(zip, 'plan.json'))
  console.log(`The plan that pull request #${pull.number} has saved is followed.`)
  setOutput('plan', path)
  return 0
})

/**
 * Finds the pull request that brought a commit.
 * @param {GithubApi} api
 * @param {string} commit
 * @returns {Promise<Pull>}
 */
async function findPull(api, commit) {
  /** @type {readonly Pull[]} */
  const pulls = await api.list(`/commits/${commit}/pulls`)
  const merged = pulls.filter(({ merged_at: at }) => at !== null)
  const pull = merged.find(({ merge_commit_sha: sha }) => sha === commit) ?? merged[0]
  if (pull === undefined) {
    throw new UsageError(`No merged pull request has brought the commit ${commit}, so there is no reviewed plan.`)
  }
  return pull
}

/**
 * Finds the newest plan that was saved for the last commit of a pull request. What a fork has uploaded is nobody's word.
 * @param {GithubApi} api
 * @param {string} name
 * @param {Pull} pull
 * @returns {Promise<Artifact>}
 */
async function findArtifact(api, name, pull) {
  /** @type {{ artifacts: readonly Artifact[] }} */
  const { artifacts } = await api.ask('GET', `/actions/artifacts?name=${encodeURIComponent(name)}&per_page=100`)
  const [newest] = artifacts
    .filter(({ expired, workflow_run: run }) => !expired && run.head_sha === pull.head.sha && isOurs(run))
    .toSorted((a, b) => b.created_at.localeCompare(a.created_at))
  if (newest === undefined) {
    throw new UsageError(
      `Pull request #${pull.number} has saved no plan, or it has expired: there is no artifact ${name} of this repository.`,
    )
  }
  return newest
}

/** @param {Artifact['workflow_run']} run */
function isOurs(run) {
  return run.repository_id === run.head_repository_id
}
