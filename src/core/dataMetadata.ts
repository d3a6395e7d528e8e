/** What people say of data, beside what it holds. */
export interface DataMetadata {
  readonly description: string | undefined;
  /** One word or few: `dataset`, `image`, … */
  readonly type: string | undefined;
  readonly labels: readonly string[];
  /** Where it is from: a URL, a person, a device. */
  readonly source: string | undefined;
  /** What was done to the raw data, in order. */
  readonly preprocessing: readonly string[];
  /** What is done to it on its way into a model, in order. */
  readonly transformations: readonly string[];
  /** What else is noted of it, by name; JSON-able. */
  readonly other: Readonly<Record<string, unknown>>;
}

/** What is said in words; a text in each. */
export type MetadataText = 'description' | 'type' | 'source';
/** What is a list of texts. */
export type MetadataList = 'labels' | 'preprocessing' | 'transformations';
export type MetadataField = MetadataText | MetadataList;

/** Whether nothing is said of the data at all. */
export function saysNothing({ description, type, labels, source, preprocessing, transformations, other }: DataMetadata): boolean {
  const texts = [description, type, source];
  return (
    texts.every((text) => text === undefined) &&
    [labels, preprocessing, transformations, Object.keys(other)].every((list) => list.length === 0)
  );
}
