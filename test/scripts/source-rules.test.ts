import { describe, expect, test } from 'vitest'
import {
  findLeftovers,
  findLongFiles,
  findMachinePaths,
  findPrinting,
  findReveals,
  findUntoldVersion,
  findVagueNames,
  findVendorNames,
  type SourceFile,
  type SourceRule,
} from '../../scripts/checks/source-rules.ts'

const file = (path: string, text = ''): SourceFile => ({ path, text })
const word = (...parts: readonly string[]): string => parts.join('')

interface Case {
  readonly rule: SourceRule
  readonly bad: SourceFile
  readonly good: readonly SourceFile[]
}

const cases: Readonly<Record<string, Case>> = {
  'a file over the line budget': {
    rule: findLongFiles,
    bad: file('src/core/plan.ts', '\n'.repeat(351)),
    good: [file('src/core/plan.ts', '\n'.repeat(350)), file('src/schema/generated/validators.ts', '\n'.repeat(400))],
  },
  'a secret opened where no request is built': {
    rule: findReveals,
    bad: file('src/report/plan-text.ts', 'const text = secret.reveal()'),
    good: [file('src/http/wire-request.ts', 'secret.reveal()'), file('test/report/a.test.ts', 'secret.reveal()')],
  },
  'a vendor named outside its folder': {
    rule: findVendorNames,
    bad: file('src/core/diff.ts', `if (type === '${word('Tell', 'Casey')}')`),
    good: [file('src/providers/bird/api.ts', 'Bird'), file('src/sandbox/sinch.ts', 'Sinch'), file('README.md', 'Bird')],
  },
  'unfinished work': {
    rule: findLeftovers,
    bad: file('src/core/diff.ts', `// ${word('TO', 'DO')} compare filters`),
    good: [file('docs/notes.md', word('TO', 'DO')), file('src/core/diff.ts', 'const todoList = []')],
  },
  'a test that keeps the others from running': {
    rule: findLeftovers,
    bad: file('test/core/diff.test.ts', word('test', '.only(')),
    good: [file('test/core/diff.test.ts', 'test.skipIf(!hasAge)(')],
  },
  'output outside the command line': {
    rule: findPrinting,
    bad: file('src/engine/run.ts', 'process.stdout.write(text)'),
    good: [file('src/cli/main.ts', 'process.stdout.write(text)'), file('src/cli/main.ts', 'process.exitCode = 1')],
  },
  'a name that tells nothing': {
    rule: findVagueNames,
    bad: file('src/core/string-utils.ts'),
    good: [file('src/schema/common-options.ts'), file('src/core/value.ts')],
  },
  'a path of somebody’s machine': {
    rule: findMachinePaths,
    bad: file('docs/a.md', `see ${word('/wo', 'rk/notes')}`),
    good: [file('docs/a.md', 'see docs/work/notes and https://example.com/tmp/a')],
  },
  'a version without a section in the change log': {
    rule: (files) => findUntoldVersion([...files, file('package.json', '"version": "1.2.3"')]),
    bad: file('CHANGELOG.md', '## [1.2.2]'),
    good: [file('CHANGELOG.md', '## [1.2.3] - unreleased')],
  },
}

describe('the rules about sources', () => {
  for (const [name, { rule, bad, good }] of Object.entries(cases)) {
    test(`find ${name}`, () => {
      expect(rule([bad])).toHaveLength(1)
      expect(rule([bad])[0]).toContain(bad.path)
    })

    test(`accept what only looks like ${name}`, () => {
      for (const accepted of good) expect(rule([accepted])).toEqual([])
    })
  }
})
