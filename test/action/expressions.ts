/** What expressions of a workflow can name: `inputs.mode` is a text, `steps.run.outputs.plan` one too. */
export interface Contexts {
  readonly [name: string]: string | Contexts | undefined
}

/** Replaces the expressions of a text as the runner does. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gu, (_, expression: string) => evaluate(expression, contexts))
}

/** Evaluates what this action needs of the language: names, literals, `==`, `!=` and `||`; anything else is an error. */
export function evaluate(expression: string, contexts: Contexts): string {
  const [first = '', ...others] = expression.split('||').map((part) => part.trim())
  const value = evaluateOne(first, contexts)
  return value !== '' || others.length === 0 ? value : evaluate(others.join('||'), contexts)
}

function evaluateOne(expression: string, contexts: Contexts): string {
  const comparison = /^(.+?)\s*([!=]=)\s*(.+)$/u.exec(expression)
  if (comparison === null) return valueOf(expression, contexts)
  const [, left = '', sign, right = ''] = comparison
  return String((valueOf(left, contexts) === valueOf(right, contexts)) === (sign === '=='))
}

function valueOf(expression: string, contexts: Contexts): string {
  const literal = /^'([^']*)'$/u.exec(expression)
  if (literal !== null) return literal[1] ?? ''
  if (!/^[a-z][\w-]*(?:\.[\w-]+)+$/u.test(expression)) throw new Error(`Not an expression known here: ${expression}`)
  const value = expression
    .split('.')
    .reduce<string | Contexts | undefined>(
      (found, name) => (typeof found === 'object' ? found[name] : undefined),
      contexts,
    )
  if (typeof value === 'object') throw new Error(`Not a text: ${expression}`)
  return value ?? ''
}
