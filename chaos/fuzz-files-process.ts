import { once } from 'node:events'
import { type FuzzWork, fuzzFiles } from './fuzz-files.ts'

const [work] = (await once(process, 'message')) as [FuzzWork]
process.send?.(await fuzzFiles(work), () => process.disconnect())
