import { vendors } from './config-text.ts'
import { describeCells, type Row } from './describe-cells.ts'
import type { Arrived } from './front.ts'

const anything = (): boolean => true
const nothing = (): boolean => false
const writes = ({ method, path }: Arrived): boolean => method !== 'GET' && !path.includes('oauth2')
const secretReads = ({ path }: Arrived): boolean => path.endsWith('/secret')
const toFiles = (formats: readonly string[]): readonly string[] =>
  formats.flatMap((format) => ['--report', `${format}=a.${format}`])
const reports = ['--verbose', ...toFiles(['text', 'json', 'markdown', 'html'])]
const driftReports = [...reports, ...toFiles(['junit', 'sarif']), '--history', 'drift.jsonl']
const byVariables = {
  HOOKS_SYNC_VERBOSE: '1',
  HOOKS_SYNC_JSON: '1',
  HOOKS_SYNC_OUT: 'plan.json',
  HOOKS_SYNC_REPORT: 'text=a.txt\nmarkdown=a.md\nhtml=a.html',
}
const capture = ['--out', 'imported.yaml', '--adopt', '--capture', 'ref+vault://kv/imported', '--verbose']

const plan: Row = { does: 'a plan with reports', argv: ['plan', '--out', 'plan.json', ...reports], hits: anything }
const apply: Row = { does: 'an apply that cannot write', argv: ['apply', '--auto-approve', ...reports], hits: writes }
const rotate: Row = {
  does: 'a rotation that cannot write',
  argv: ['rotate', '*/*', '--auto-approve', '--verbose', '--allow-gap'],
  hits: writes,
}

describeCells({
  at: vendors,
  servers: 'vendors answer',
  rows: [
    plan,
    apply,
    rotate,
    { does: 'a plan told what to do by variables', argv: ['plan'], env: byVariables, hits: anything },
    { does: 'an apply that cannot read', argv: ['apply', '--auto-approve', '--json', '--verbose'], hits: anything },
    { does: 'a look for drift', argv: ['drift', ...driftReports], hits: anything },
    { does: 'an import that cannot read a secret', argv: ['import', ...capture], hits: secretReads },
    { does: 'a rotation that cannot read', argv: ['rotate', '*/*', '--auto-approve', '--json'], hits: anything },
  ],
  calm: [
    { does: 'a validation', argv: ['validate', '--json'], hits: nothing },
    { does: 'a plan without network', argv: ['plan', '--offline', '--verbose'], hits: nothing },
    { does: 'a list of the ledger', argv: ['ledger', 'list', '--json'], hits: nothing },
    { does: 'forgetting', argv: ['forget', 'sinch/*', '--auto-approve'], hits: nothing },
  ],
  repeating: [plan, apply, rotate],
  cells: 8 * 13 + 4 + 3 * 2,
})
