import type { ErrorCode } from 'yaml'

/**
 * What a fault of the YAML syntax is called here. The parser's own sentences are not used: some quote the text, which
 * may be a secret pasted into the wrong place.
 */
export const yamlFaults: { readonly [K in ErrorCode]: readonly [message: string, hint: string] } = {
  ALIAS_PROPS: ['An alias cannot have a tag or an anchor of its own.', 'Write the alias alone, such as *name.'],
  BAD_ALIAS: ['This alias names no anchor before it.', 'An anchor such as &name must stand further up.'],
  BAD_COLLECTION_TYPE: ['This tag does not fit the list or map it stands at.', 'Remove the tag.'],
  BAD_DIRECTIVE: ['This line starts with %, which only YAML directives do.', 'Put the text in quotes.'],
  BAD_DQ_ESCAPE: [
    'This escape does not exist in a text in double quotes.',
    'Write \\\\ for a backslash, or use single quotes.',
  ],
  BAD_INDENT: [
    'The indentation does not fit the lines around it.',
    'Lines of one list or map start in the same column.',
  ],
  BAD_PROP_ORDER: ['A tag or anchor stands in the wrong place.', 'Anchors and tags stand before the value.'],
  BAD_SCALAR_START: ['A plain text cannot start with this character.', 'Put the text in quotes.'],
  BLOCK_AS_IMPLICIT_KEY: [
    'A list or map starts on the line of a key that has a value already.',
    'A text that holds ": " needs quotes; a nested map starts on the next line.',
  ],
  BLOCK_IN_FLOW: ['An indented block cannot stand inside [ ] or { }.', 'Write it with [ ] or { } throughout.'],
  DUPLICATE_KEY: ['The same key stands twice in one map.', 'Remove one of the two.'],
  IMPOSSIBLE: ['The YAML parser cannot read this.', 'Simplify the text around it.'],
  KEY_OVER_1024_CHARS: ['A key is longer than 1,024 characters.', 'Check for a missing line break or quote.'],
  MISSING_CHAR: [
    'A closing quote, bracket, colon or space is missing.',
    'Check that each quote and bracket is closed.',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'A key goes over several lines.',
    'Check for a missing colon, or a quote that is not closed.',
  ],
  MULTIPLE_ANCHORS: ['A value has several anchors.', 'Keep one.'],
  MULTIPLE_DOCS: [
    'The file holds several YAML documents.',
    'Remove the --- line, or put each document into a file of its own.',
  ],
  MULTIPLE_TAGS: ['A value has several tags.', 'Remove the tags.'],
  NON_STRING_KEY: ['A key must be text.', 'Put it in quotes.'],
  RESOURCE_EXHAUSTION: ['The YAML is nested too deeply.', 'At most 64 levels are read.'],
  TAB_AS_INDENT: ['A tab is used for indentation.', 'YAML is indented with spaces.'],
  TAG_RESOLVE_FAILED: ['Tags are not supported.', 'Remove the tag that starts with !.'],
  UNEXPECTED_TOKEN: [
    'This does not belong here.',
    'Check the indentation, and that texts with special characters are in quotes.',
  ],
}
