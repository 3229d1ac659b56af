// Prints the one line that machines read, from the JSON report of vitest: `N passed, N failed`.
import { readFileSync } from 'node:fs'

const [path = ''] = process.argv.slice(2)
const { passed, failed, skipped } = count(readReport())
if (skipped > 0) console.log(`${skipped} skipped`)
console.log(`${passed} passed, ${failed} failed`)

function readReport() {
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
