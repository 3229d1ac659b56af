import { appendFileSync } from 'node:fs'
import { UsageError } from './inputs.mjs'

/** GitHub takes summaries of up to 1 MiB a step. */
const summaryLimit = 1_000_000

/**
 * Sets an output of the step. Only for values of one line that the action made itself.
 * @param {string} name
 * @param {string | number | boolean} value
 */
export function setOutput(name, value) {
  const path = process.env['GITHUB_OUTPUT']
  const line = `${name}=${String(value)}`
  if (/[\r\n]/u.test(line)) throw new Error(`The output ${name} has several lines.`)
  if (path !== undefined) appendFileSync(path, `${line}\n`)
}

/**
 * Adds Markdown to the summary of the job.
 * @param {string} markdown
 */
export function addSummary(markdown) {
  const path = process.env['GITHUB_STEP_SUMMARY']
  if (path !== undefined) appendFileSync(path, `${markdown.slice(0, summaryLimit)}\n`)
}

/**
 * Tells something beside the log: at the run, and on the page of the pull request.
 * @param {'notice' | 'warning' | 'error'} level
 * @param {string} message
 */
export function annotate(level, message) {
  const escaped = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  console.log(`::${level} title=hooks-sync::${escaped}`)
}

/**
 * Runs a step of the action; what goes wrong ends it with one sentence.
 * @param {() => Promise<number>} step answers with the exit code
 */
export async function runStep(step) {
  try {
    process.exitCode = await step()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    annotate('error', message)
    if (!(error instanceof UsageError) && error instanceof Error) console.error(error.stack)
    process.exitCode = 1
  }
}
