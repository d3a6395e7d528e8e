/** One version of a file or folder. */
export interface DataSide {
  /** Absolute; a version may have had another path than the working tree's. */
  readonly path: string;
  /** A commit, a branch, HEAD; undefined for what lies in the working tree. */
  readonly revision: string | undefined;
  /** What a record names that no commit has yet. */
  readonly content?: RecordedSide;
  /** What a person calls it: `Working tree`, `HEAD`, `3f2a81c Add more digits`. */
  readonly name: string;
}

/** Content in the cache: what a tracked path, or the folder that holds it, is recorded as. */
export interface RecordedSide {
  /** The tracked path, absolute. */
  readonly target: string;
  readonly hashName: 'md5' | 'md5-dos2unix';
  /** Ends in `.dir` for a folder. */
  readonly digest: string;
}

/** What a tab is about: one version, or two to compare, the older one first. */
export interface DataSubject {
  /** The DVC repository's root, absolute. */
  readonly root: string;
  /** What the data is called: its path from the root, with `/`. */
  readonly label: string;
  readonly sides: readonly [DataSide] | readonly [DataSide, DataSide];
}

/** What survives a reload of the window. `inside`: the file of a folder that was looked at, with `/`. */
export interface DataState {
  readonly version: 1;
  readonly subject: DataSubject;
  readonly inside: string | undefined;
}

/** A value of both versions; of one alone the other is undefined. */
export interface Pair<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

export interface WireHistogram {
  /** One more than `counts`. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Numbers as messages carry them: those that aren't finite are counted elsewhere. */
export interface WireNumbers {
  readonly min: number;
  readonly max: number;
  /** Of an end that is whole and long. */
  readonly digits?: { readonly min?: string | undefined; readonly max?: string | undefined };
  readonly mean: number;
  readonly std: number | undefined;
  readonly median: number;
  readonly histogram: WireHistogram;
  readonly exact: boolean;
}

export interface WireColumn {
  readonly type: string;
  /** From 1. */
  readonly position: number;
  readonly missing: number;
  readonly distinct: number;
  readonly distinctExact: boolean;
  readonly numbers: WireNumbers | undefined;
  /** First and last. */
  readonly dates: readonly [string, string] | undefined;
  /** The most frequent values with their counts. */
  readonly top: readonly (readonly [string, number])[];
}

export type ColumnState = 'added' | 'removed' | 'changed' | 'unchanged';

/** A column of either version. */
export interface ColumnPair extends Pair<WireColumn> {
  readonly name: string;
  readonly state: ColumnState;
}

/** One line of what is known of the whole: its rows, size, format. */
export interface Fact extends Pair<string> {
  readonly name: string;
  readonly differs: boolean;
  /** By how much, where that can be said: `+300`. */
  readonly change?: string;
}

export interface ClassPair {
  readonly value: string;
  readonly before: number;
  readonly after: number;
}

/** Class balance. `from`: where the labels are from. */
export interface Balance {
  readonly from: string;
  /** Of very many those that differ most. */
  readonly classes: readonly ClassPair[];
  /** How many classes there are, and how many of them differ. */
  readonly total: number;
  readonly differing: number;
}

/** Rows by their content, each different one counted once. */
export interface RowCounts {
  readonly both: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
}

/** What is in data, or what differs between two versions; of a single version everything is `after`. */
export interface DataReport {
  /** Whether nothing differs that was looked at; false for a single version. */
  readonly isSame: boolean;
  readonly facts: readonly Fact[];
  /** What one of `rows` is called: `row`, `item`, `image`. */
  readonly item: string;
  readonly rows: RowCounts | undefined;
  /** The first of them; the rest follows. */
  readonly columns: readonly ColumnPair[];
  readonly balance: Balance | undefined;
  /** Of an array's numbers, or of images' pixels. */
  readonly values: Pair<WireNumbers> | undefined;
  readonly valuesAre: 'pixels' | 'values';
  /** Data files of a folder: those that differ, or all of a single version. */
  readonly parts: readonly PartSummary[];
  readonly hasImages: boolean;
  /** Files of each version's folder whose content the cache lacks; undefined where there are none. */
  readonly lacking: Pair<number> | undefined;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
  readonly problemCount: number;
}

export interface PartSummary {
  readonly path: string;
  /** A few words: `1,200 rows → 1,300 rows`. */
  readonly summary: string;
}

export type FileChangeKind = 'changed' | 'added' | 'removed' | 'renamed';

export interface FileCounts {
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
  readonly renamed: number;
  readonly unchanged: number;
}

/** A file that differs; `from` is the former path of a renamed one. */
export interface ChangedFile {
  readonly kind: FileChangeKind;
  readonly path: string;
  readonly from?: string;
}

/** `source`: a PNG as a `data:` URL. */
export interface WireImage {
  readonly key: string;
  readonly label: string | undefined;
  readonly source: string;
}

/** Host → page. */
export type DataEvent =
  /** What is shown from now on; what was shown goes. */
  | { readonly type: 'subject'; readonly subject: DataSubject; readonly inside: string | undefined }
  | { readonly type: 'progress'; readonly file: string; readonly bytes: number; readonly total: number }
  | { readonly type: 'report'; readonly report: DataReport }
  /** More columns. */
  | { readonly type: 'columns'; readonly columns: readonly ColumnPair[] }
  /** The folder's files that differ, the first of possibly many messages with `counts`; of very many the first. */
  | { readonly type: 'files'; readonly counts: FileCounts | undefined; readonly files: readonly ChangedFile[] }
  /** Samples by class, the first of possibly many messages. */
  | { readonly type: 'samples'; readonly before: readonly WireImage[]; readonly after: readonly WireImage[] }
  | {
      readonly type: 'changedImages';
      readonly images: readonly Pair<WireImage>[];
      readonly changed: number;
      readonly added: number;
      readonly removed: number;
    }
  | { readonly type: 'imagesFailed'; readonly message: string }
  | { readonly type: 'stopped' }
  /** `fetch`: the message is about content that the cache lacks, and fetching may bring it. */
  | { readonly type: 'failed'; readonly message: string; readonly fetch: boolean };

/** Page → host. */
export type DataRequest =
  /** The page has loaded, or loaded again, and knows nothing; or it is to be read again. */
  | { readonly type: 'ready' }
  | { readonly type: 'cancel' }
  /** Look into one file of the folder; undefined: at all of it again. */
  | { readonly type: 'narrow'; readonly inside: string | undefined }
  | { readonly type: 'swap' }
  | { readonly type: 'fetch' }
  | { readonly type: 'showLog' };
