import { resolve } from 'node:path'
import type { Findings } from '../config/findings.ts'
import { isPlainMap } from '../config/read-fields.ts'
import type { Path } from '../config/source-tree.ts'
import { closest, didYouMean } from '../config/suggest.ts'
import type { PlainValue } from '../core/value.ts'
import { noPolicy, type PathRule, type Policy } from './policy.ts'

export interface PolicyWorld {
  /** Types of vendors. */
  readonly types: readonly string[]
  /** Where relative directories start. */
  readonly directory: string
}

type PlainMap = { readonly [key: string]: PlainValue }

const keys = ['version', 'origins', 'receivers', 'paths', 'file_roots', 'allow_env', 'proxy']
const host = String.raw`(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(?::\d{1,5})?`
const originForm = new RegExp(`^(?:https://)?${host}$`, 'iu')
const receiverForm = new RegExp(`^${host}$`, 'iu')

/** Reads what a policy says; what is wrong with it goes to the findings. */
export function parsePolicy(findings: Findings, world: PolicyWorld): Policy {
  const reader = new PolicyReader(findings, world)
  return reader.read()
}

class PolicyReader {
  readonly #findings: Findings
  readonly #world: PolicyWorld

  constructor(findings: Findings, world: PolicyWorld) {
    this.#findings = findings
    this.#world = world
  }

  read(): Policy {
    const { tree } = this.#findings
    if (tree.faults.length > 0) return noPolicy
    const root = this.#map(tree.root ?? null, [], 'A policy')
    if (root === undefined) return noPolicy
    this.#refuseUnknown(root, [], keys, 'A policy')
    this.#checkVersion(root)
    return {
      origins: this.#origins(root['origins']),
      receivers: this.#receivers(root['receivers']),
      paths: this.#paths(root['paths']),
      fileRoots: this.#list(root['file_roots'], ['file_roots'])?.map((dir) => resolve(this.#world.directory, dir)),
      allowEnv: this.#list(root['allow_env'], ['allow_env']) ?? [],
      proxy: this.#proxy(root['proxy']),
    }
  }

  #checkVersion(root: PlainMap): void {
    if (root['version'] === 1) return
    const isMissing = !Object.hasOwn(root, 'version')
    const hint = 'Write version: 1, without quotes.'
    if (isMissing) this.#findings.report('HS1006', ['version'], 'version is missing.', { hint })
    else this.#findings.report('HS1003', ['version'], 'version must be 1.', { hint })
  }

  #origins(value: PlainValue | undefined): Policy['origins'] {
    if (value === undefined) return {}
    const kinds = [...this.#world.types, 'stores']
    const map = this.#map(value, ['origins'], 'origins') ?? {}
    this.#refuseUnknown(map, ['origins'], kinds, 'origins')
    const hint = 'Write an origin such as https://api.example.com:8443, a host, or *.example.com.'
    return Object.fromEntries(
      Object.entries(map).map(([kind, origins]) => [
        kind,
        this.#list(origins, ['origins', kind], originForm, hint) ?? [],
      ]),
    )
  }

  #receivers(value: PlainValue | undefined): Policy['receivers'] {
    const hint = 'Write a host such as hooks.example.com, or *.example.com for every host below one.'
    return this.#list(value, ['receivers'], receiverForm, hint)?.map((pattern) => pattern.toLowerCase())
  }

  #paths(value: PlainValue | undefined): readonly PathRule[] | undefined {
    if (value === undefined) return undefined
    const map = this.#map(value, ['paths'], 'paths') ?? {}
    return Object.entries(map).map(([accounts, paths]) => ({
      accounts,
      paths: this.#list(paths, ['paths', accounts]) ?? [],
    }))
  }

  #proxy(value: PlainValue | undefined): Policy['proxy'] {
    if (value === undefined || value === 'env') return 'env'
    if (value !== 'none') {
      const hint = 'env uses the proxy that the environment names, none uses no proxy.'
      this.#findings.report('HS1003', ['proxy'], 'proxy must be env or none.', { hint })
    }
    return 'none'
  }

  #map(value: PlainValue, path: Path, name: string): PlainMap | undefined {
    if (isPlainMap(value)) return value
    const hint = path.length === 0 ? `Its keys are ${keys.join(', ')}.` : 'Write names, each with a list.'
    this.#findings.report('HS1003', path, `${name} must be a map.`, { hint })
    return undefined
  }

  #refuseUnknown(map: PlainMap, path: Path, known: readonly string[], name: string): void {
    for (const key of Object.keys(map).filter((key) => !known.includes(key))) {
      const hint = didYouMean(closest(key, known)) ?? `Known: ${known.join(', ')}.`
      const message = `${name} has no key ${JSON.stringify(key)}.`
      this.#findings.report('HS1005', [...path, key], message, { part: 'key', hint })
    }
  }

  /** Nothing after a key is an error: a list that was commented out must not read as "anything" or "nothing". */
  #list(
    value: PlainValue | undefined,
    path: Path,
    form?: RegExp,
    hint = 'Write a list of texts.',
  ): readonly string[] | undefined {
    if (value === undefined) return undefined
    const name = String(path.at(-1))
    if (!Array.isArray(value)) {
      this.#findings.report('HS1003', path, `${name} must be a list.`, { hint: `${hint} [] allows none.` })
      return []
    }
    return value.flatMap((item: PlainValue, index: number) => {
      if (typeof item === 'string' && item !== '' && (form === undefined || form.test(item))) return [item]
      this.#findings.report('HS1003', [...path, index], `An entry of ${name} is not of the form that is read.`, {
        hint,
      })
      return []
    })
  }
}
