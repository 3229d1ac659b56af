/**
 * Regular expressions that the JSON Schema and the loader share; each is the source text, for draft-07 and `RegExp` alike.
 */

const pathCharacter = "(?:[A-Za-z0-9._~/:@=!$'()*;-]|%[0-9A-Fa-f]{2})"
const queryCharacter = "(?:[A-Za-z0-9._~/:@!$'()*;-]|%[0-9A-Fa-f]{2})"
const parameter = `[A-Za-z0-9_]+=${queryCharacter}*`

/** `ref+<backend>://<path>[?name=value&…][#/<pointer>]`, the grammar that vals and helmfile users know. */
const refPattern: string = `^(?:secret)?ref\\+[a-z][a-z0-9-]*://${pathCharacter}+(?:\\?${parameter}(?:&${parameter})*)?(?:#/${pathCharacter}+)?$`

/** The 1Password form, as its app copies it. */
const opPattern: string =
  '^op://[A-Za-z0-9._ -]+/[A-Za-z0-9._ -]+(?:/[A-Za-z0-9._ -]+){1,2}(?:\\?[a-z-]+=[A-Za-z0-9._-]+)?$'

/** A whole secret reference in either form. */
export const referencePattern: string = `${refPattern}|${opPattern}`

/** Text that holds something meant as a reference, also when it is not well formed or not alone. */
export const referenceLikePattern: string = '(?:^|[^A-Za-z0-9])(?:secret)?ref\\+[a-z][a-z0-9-]*://|^op://'

/** Text with a place to be filled in. */
export const placeholderPattern: string = '\\$\\{(?:env|var):'

/** An absolute http or https URL; hosts that only a full parser can refuse pass. */
export const urlPattern: string =
  '^[Hh][Tt][Tt][Pp][Ss]?://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9\\u00a1-\\uffff_-][A-Za-z0-9\\u00a1-\\uffff_.-]*)(?::[0-9]{1,5})?(?:[/?#][^\\s]*)?$'

/** The same for https alone. */
export const httpsPattern: string = urlPattern.replace('[Ss]?', '[Ss]')

/** Names of accounts and webhooks: free of what separates or selects (`/`, globs, commas) and of a leading `@`. */
export const namePattern: string =
  '^[^\\s/*?\\[\\]{}!,@"\\u0000-\\u001f\\u007f][^\\s/*?\\[\\]{}!,"\\u0000-\\u001f\\u007f]*$'

/** Completes "… must …" for `namePattern`. */
export const nameHint: string = 'not hold spaces, `/`, `,`, `"`, `!` or any of `* ? [ ] { }`, and not start with `@`'

/** A span of time such as `30m`. */
export const durationPattern: string = '^[0-9]{1,6}(?:s|m|h|d)$'
