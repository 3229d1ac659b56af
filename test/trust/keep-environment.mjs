// Loaded before the program: writes down, at its end, the environment that a child or a report would have.
import { writeFileSync } from 'node:fs'

process.on('exit', () => writeFileSync(process.env.WATCH_FILE, JSON.stringify(process.env)))
