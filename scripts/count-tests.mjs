// Prints what failed, from the JSON reports of vitest, and the one line that machines read: `N passed, N failed`.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const reports = process.argv.slice(2).map(readReport)
// The log of a run is long: at its end stands what went wrong, once more and in short.
for (const failure of reports.flatMap(failuresOf)) console.log(failure)
const counts = reports.map(count)
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((name) =>
  counts.reduce((sum, each) => sum + each[name], 0),
)
if (skipped > 0) console.log(`${skipped} skipped`)
console.log(`${passed} passed, ${failed} failed`)

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function count(report) {
  // Without a report no test ran, which must not read as "none failed".
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests,
  }
}

function failuresOf(report) {
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    const file = relative(process.cwd(), name)
    if (status === 'failed' && failed.length === 0) return [`failed: ${file}: ${firstLines(message)}`]
    return failed.map((test) => `failed: ${file} > ${test.fullName}: ${firstLines(test.failureMessages.join('\n'))}`)
  })
}

/** Enough to know where to look. */
function firstLines(text) {
  return text.split('\n').slice(0, 3).join('\n').slice(0, 400)
}
