/** Bundles an entry of the sources, or of what was compiled, into one file, with the licenses of what is in it beside it. */
export function bundleProvider(files: { readonly entry: string; readonly outfile: string }): Promise<void>

/** Bundles each entry into one file for the start and others that are read when they are needed. */
export function splitProvider(files: { readonly entries: readonly string[]; readonly outdir: string }): Promise<void>
