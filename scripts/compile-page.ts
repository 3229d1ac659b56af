import { join } from 'node:path'
import { build } from 'esbuild'

const folder = join(import.meta.dirname, '../src/report/html/browser')

/** Compiles the script and the style sheet of report pages into a module, so that a page can hold them itself. */
export async function compilePage(): Promise<string> {
  const [script, style] = await Promise.all([bundle('page.ts'), bundle('page.css')])
  // Within a page either would end early, or hide what follows.
  if (/<\/(script|style)|<!--/iu.test(script + style)) throw new Error('The assets of a page end their own element.')
  return `// Made of src/report/html/browser by npm run generate.
export const pageScript: string = ${JSON.stringify(script)}
export const pageStyle: string = ${JSON.stringify(style)}
`
}

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, name)],
    bundle: true,
    write: false,
    format: 'iife',
    target: ['es2022', 'chrome107', 'firefox104', 'safari16'],
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
    tsconfigRaw: {},
  })
  return (outputFiles[0]?.text ?? '').trimEnd()
}
