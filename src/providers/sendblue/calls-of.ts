import type { Step } from '../../core/step.ts'
import type { LiveAccount } from '../../core/webhook.ts'
import { readText } from '../desired-fields.ts'
import { documentOf, entryToRemove } from './steps.ts'

const readAndWrite = 2
/** Read right before and right after. */
const wholeDocument = 3

/** Tells how many calls a step takes: each reads the document first, and some can only write all of it. */
export function callsOf(step: Step, live: LiveAccount): number {
  if (step.does === 'create') {
    const twins = documentOf(live).sharing(step.object.part, readText(step.object.fields, 'url') ?? '')
    return twins.length > 0 ? 1 + wholeDocument : readAndWrite
  }
  if (step.does === 'delete') {
    const entry = entryToRemove(step)
    const twins = entry === undefined ? [] : documentOf(live).sharing(entry.type, entry.url, entry)
    return twins.length > 0 ? 1 + wholeDocument : readAndWrite
  }
  return step.does === 'write' ? wholeDocument : 0
}
