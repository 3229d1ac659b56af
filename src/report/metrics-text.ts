/** One family of metrics, as Prometheus knows them. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter' | 'summary'
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** Goes after the name, as `_sum` does. */
  readonly suffix?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** What a page of metrics calls itself. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** Renders metrics in the text format of Prometheus; families without a sample are left out. */
export function renderMetrics(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${escapeHelp(help)}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => renderSample(name, sample)),
      '',
    ])
    .join('\n')
}

function renderSample(name: string, { suffix = '', labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

// Other line ends are no ends of a line to Prometheus, but may be to people.
function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"').replaceAll('\r', ' ')
}
