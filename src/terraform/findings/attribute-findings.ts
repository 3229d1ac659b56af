import { type FindingOptions, Findings } from '../../config/findings.ts'
import type { Reading } from '../../config/reading.ts'
import type { Path, SourceTree } from '../../config/source-tree.ts'
import type { Code } from '../../core/codes.ts'
import type { Severity } from '../../core/diagnostic.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import { validators } from '../../schema/generated/validators.ts'

/** A finding about a value that stands in no file of ours. */
export interface AttributeFinding {
  readonly code: Code
  readonly severity: Severity
  readonly path: Path
  readonly message: string
  readonly hint?: string
}

const nowhere: SourceTree = {
  file: { name: 'terraform', text: '', baseDir: '' },
  root: undefined,
  rootNode: undefined,
  faults: [],
  envNames: [],
}

/** Collects what is found in a configuration that the engine has read: by path, without a place in a file. */
export class AttributeFindings extends Findings {
  readonly found: AttributeFinding[] = []

  constructor() {
    super(nowhere, { secret: [], plain: new Set() })
  }

  override report(code: Code, path: Path, message: string, options: FindingOptions = {}): void {
    super.report(code, path, message, options)
    const { severity = 'error', hint } = options
    this.found.push({ code, severity, path, message, ...(hint === undefined ? {} : { hint }) })
  }
}

/** Stands for a secret where only its presence is checked. */
export const placeholder = 'ref+env://TERRAFORM'

/** Makes what reading values of a vendor takes; texts are taken as they stand. */
export function makeReading(
  { title }: ProviderDefinition,
  findings: AttributeFindings,
  allowUnknownEvents: boolean,
): Reading {
  return {
    findings,
    fill: (text) => text,
    validators,
    allowUnknownEvents,
    title,
    checkReference: () => undefined,
    secrets: [],
  }
}
