/** Bundles an entry of the sources, or of what was compiled, into one CommonJS file, the form that an executable can hold. */
export function bundleProvider(files: { readonly entry: string; readonly outfile: string }): Promise<void>
