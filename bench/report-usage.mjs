// Loaded into a measured process: tells what it used when it ends. Only the process itself knows its peak memory.
import { writeFileSync } from 'node:fs'

const target = process.env.BENCH_USAGE_FILE
if (target !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    writeFileSync(target, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMb: maxRSS / 1024 }))
  })
}
