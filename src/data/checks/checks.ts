import type { ColumnType, ContentFormat } from '../content/profile';

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A demand, and the line of the checks file where it stands, from 1. */
export interface Demand<T> {
  readonly value: T;
  readonly line: number;
}

/** What one column, or a range of columns, has to be like. */
export interface ColumnChecks {
  /** As written: a name, a position from 1, or `from-to`. */
  readonly column: string | number | { readonly from: number; readonly to: number };
  readonly line: number;
  readonly type?: Demand<Exclude<ColumnType, 'empty'>>;
  /** A number, or a date in ISO 8601. */
  readonly min?: Demand<number | string>;
  readonly max?: Demand<number | string>;
  /** Missing cells at most. */
  readonly missing?: Demand<number>;
  /** The only values allowed, as text. */
  readonly values?: Demand<readonly string[]>;
  /** Whether no value may come twice. */
  readonly unique?: Demand<boolean>;
}

/** What data has to be like, as a checks file says; what is absent isn't checked. */
export interface Checks {
  readonly format?: Demand<ContentFormat>;
  readonly header?: Demand<boolean>;
  readonly delimiter?: Demand<string>;
  /** The label column: its name or its position from 1. */
  readonly label?: Demand<string | number>;
  readonly rows?: Demand<Bounds>;
  /** How many, or all the names in order. */
  readonly columns?: Demand<Bounds | readonly string[]>;
  readonly files?: Demand<Bounds>;
  /** Missing cells of the whole table, or NaN of an array. */
  readonly missing?: Demand<Bounds>;
  readonly duplicates?: Demand<Bounds>;
  readonly image?: Demand<{ readonly width?: number; readonly height?: number; readonly channels?: number }>;
  readonly pixels?: Demand<Bounds>;
  /** Of an array; null stands for any size. */
  readonly shape?: Demand<readonly (number | null)[]>;
  readonly type?: Demand<string>;
  /** Allowed labels, as text. */
  readonly labels?: Demand<readonly string[]>;
  /** Each class's share of all rows, from 0 to 1. */
  readonly classShare?: Demand<Bounds>;
  readonly schema?: readonly ColumnChecks[];
  /** Of a folder: the checks of its files, by path. */
  readonly parts?: ReadonlyMap<string, { readonly line: number; readonly checks: Checks }>;
}

export interface CheckExample {
  /** A row of data, an array's item or an image's number, from 1. */
  readonly row?: number;
  /** A line of the file, from 1. */
  readonly line?: number;
  readonly path?: string;
  readonly value?: string;
}

export interface CheckResult {
  /** What was checked: `rows`, `column age: min`, `train-images.gz: image`. */
  readonly check: string;
  /** In the checks file. */
  readonly line: number;
  readonly passed: boolean;
  readonly expected: string;
  readonly found: string;
  /** Some of what fails. */
  readonly examples: readonly CheckExample[];
}

/** What a checks file's run gave. */
export interface CheckReport {
  /** The checks file and its data, absolute. */
  readonly file: string;
  readonly data: string;
  /** `unusable`: the checks file is wrong, or the data isn't there or can't be read. */
  readonly outcome: 'passed' | 'failed' | 'unusable';
  readonly results: readonly CheckResult[];
  /** What makes it unusable: a line each. */
  readonly errors: readonly string[];
}
