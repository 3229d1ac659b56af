import type { FieldKind, ItemKind } from '../core/field.ts'

/** Any kind of declared value. */
export type Kind = FieldKind | ItemKind

/** The declaration that has a kind; unlike `Extract`, it finds one that stands for several kinds. */
export type KindOf<K extends Kind['kind']> = Kind extends infer Each
  ? Each extends { readonly kind: infer Own }
    ? K extends Own
      ? Each
      : never
    : never
  : never
