/** The samples of a class in both versions. */
export interface ImageClass<T> {
  readonly label: string | undefined;
  readonly before: readonly T[];
  readonly after: readonly T[];
}

/** Samples of both versions class by class, in the order in which they come. */
export function byClass<T extends { readonly label: string | undefined }>(before: readonly T[], after: readonly T[]): ImageClass<T>[] {
  const classes = new Map<string | undefined, { before: T[]; after: T[] }>();
  const of = (label: string | undefined): { before: T[]; after: T[] } => {
    const known = classes.get(label) ?? { before: [], after: [] };
    classes.set(label, known);
    return known;
  };
  for (const image of before) of(image.label).before.push(image);
  for (const image of after) of(image.label).after.push(image);
  const collator = new Intl.Collator('en', { numeric: true });
  return [...classes].sort(([a], [b]) => collator.compare(a ?? '', b ?? '')).map(([label, lists]) => ({ label, ...lists }));
}
