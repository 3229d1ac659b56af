import { describeCells, type Row } from './describe-cells.ts'
import type { Arrived } from './front.ts'
import { handedIn } from './ground.ts'

const anything = (): boolean => true
const logins = ({ path }: Arrived): boolean => path.endsWith('/login')
const reads = ({ method, path }: Arrived): boolean => method === 'GET' && path.startsWith('/v1/kv/')
const writes = ({ method, path }: Arrived): boolean => method !== 'GET' && path.startsWith('/v1/kv/')
const capture = ['--out', 'imported.yaml', '--capture', 'ref+vault://kv/imported', '--verbose']
const ref = 'ref+vault://kv/hooks#/sinch_signing'

const login: Row = {
  does: 'a plan that cannot log in',
  argv: ['plan', '--verbose', '--report', 'text=a.txt'],
  hits: logins,
}
const byVariables = { HOOKS_SYNC_WRITE: '1', HOOKS_SYNC_JSON: '1', HOOKS_SYNC_VERBOSE: '1' }

describeCells({
  at: ['vault'],
  servers: 'the vault answers',
  rows: [
    login,
    { does: 'a plan that cannot read', argv: ['plan', '--json', '--out', 'plan.json'], hits: reads },
    { does: 'an apply', argv: ['apply', '--auto-approve', '--json', '--verbose'], hits: anything },
    {
      does: 'a look for drift',
      argv: ['drift', '--report', 'html=a.html', '--report', 'sarif=a.sarif', '--report', 'junit=a.xml'],
      hits: reads,
    },
    { does: 'an import that cannot store', argv: ['import', ...capture], hits: writes },
    { does: 'a rotation that cannot store', argv: ['rotate', '*/*', '--auto-approve', '--allow-gap'], hits: writes },
    { does: 'a check told what to do by variables', argv: ['secrets', 'check'], env: byVariables, hits: anything },
    { does: 'listing secrets', argv: ['secrets', 'list', 'ref+vault://kv/hooks', '--json'], hits: anything },
    { does: 'looking for a secret', argv: ['secrets', 'get', `${ref}_gone`, '--reveal', '--json'], hits: reads },
    { does: 'setting a secret', argv: ['secrets', 'set', ref, '--verbose'], stdin: handedIn, hits: writes },
  ],
  repeating: [login],
  cells: 10 * 13 + 7,
})
