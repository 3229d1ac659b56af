import { execFileSync } from 'node:child_process'

/** Command-line tests run the built program, so it is built once before them. */
export default function buildOnce(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
