/** The text of one configuration file, before it is parsed. */
export interface SourceFile {
  /** As the user named it; findings show it. */
  readonly name: string
  /** Absolute path; absent for standard input. */
  readonly path?: string
  /** Directory that relative paths in it start at. */
  readonly baseDir: string
  readonly text: string
}
