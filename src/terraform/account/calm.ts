/**
 * How long nothing may have come up until that counts as all. The engine walks its graph in any order, and says of a
 * resource only when its turn comes.
 */
export const calmMs = 1_000
