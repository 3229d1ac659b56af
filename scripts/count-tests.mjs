// Prints the one line that machines read, from the JSON reports of vitest: `N passed, N failed`.
import { readFileSync } from 'node:fs'

const counts = process.argv.slice(2).map((path) => count(readReport(path)))
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
