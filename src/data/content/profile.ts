import type { RowHashes } from './stats/rowHashes';

/** What a file, or a folder, was read as. */
export type ContentFormat = 'csv' | 'parquet' | 'jsonl' | 'idx' | 'npy' | 'images' | 'folder' | 'other';

/** What a cell holds, before a column is given one type. */
export type CellKind = 'integer' | 'number' | 'boolean' | 'date' | 'text';

/** A column's type: that of its cells; `number` where some are whole and some aren't, `text` where kinds are mixed, `empty` without any cell. */
export type ColumnType = CellKind | 'empty';

/** How a text table is written; counted or guessed from its beginning unless told. */
export interface Dialect {
  readonly delimiter: string;
  /** Whether the first row names the columns. */
  readonly header: boolean;
  /** Where it is not UTF-8. */
  readonly encoding?: 'windows-1252';
}

export interface Histogram {
  /** One more than `counts`; a bin is from its edge up to the next, the last one with it. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** What numbers are like. Infinite ones are only counted. */
export interface NumberSummary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Of an end that is whole and so long that a number is too coarse for it, or hard to read. */
  readonly digits?: { readonly min: string | undefined; readonly max: string | undefined };
  readonly mean: number;
  /** Of a sample (n − 1), as pandas gives it; undefined for one number. */
  readonly std: number | undefined;
  /** Between neighbours linearly, as NumPy has it, while exact. */
  readonly quantiles: { readonly p05: number; readonly p25: number; readonly p50: number; readonly p75: number; readonly p95: number };
  readonly histogram: Histogram;
  /** Whether quantiles and histogram are counted; else they are estimated, with a rank error of about 1 %. */
  readonly exact: boolean;
  readonly infinite: number;
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

export interface ColumnProfile {
  readonly name: string;
  /** From 1. */
  readonly position: number;
  readonly type: ColumnType;
  /** How many cells of each kind there are; more than one kind in a `text` column tells of stray cells. */
  readonly kinds: Readonly<Partial<Record<CellKind, number>>>;
  readonly missing: number;
  /** Different values; estimated, within about 5 %, where not exact. */
  readonly distinct: { readonly count: number; readonly exact: boolean };
  /** Of the cells that are numbers; undefined without any. */
  readonly numbers: NumberSummary | undefined;
  /** First and last, in ISO 8601. */
  readonly dates: { readonly min: string; readonly max: string } | undefined;
  /** Of the cells that are texts, in characters. */
  readonly lengths: { readonly min: number; readonly max: number; readonly mean: number } | undefined;
  /** The most frequent values, none where each came once; undefined where there are too many different ones to count each. */
  readonly top: readonly ValueCount[] | undefined;
  /** All different values, where those were asked for and could be counted each. */
  readonly values: readonly string[] | undefined;
}

/** Class balance. */
export interface LabelCounts {
  /** Where the labels are from: a column's name, a file's, or `folders`. */
  readonly from: string;
  /** In order of the label; numbers as numbers. */
  readonly counts: readonly ValueCount[];
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha. */
  readonly channels: number;
  readonly count: number;
}

export interface ImagesProfile {
  readonly count: number;
  /** Most frequent first. */
  readonly sizes: readonly ImageSize[];
  /** Sizes left out for being too many. */
  readonly omittedSizes: number;
  /** Of all channels but alpha, in 0 to 255; undefined without images. */
  readonly pixels: NumberSummary | undefined;
  /** How many images the pixels are of: decoding stops at a limit. */
  readonly decoded: number;
}

/** An array in a file, NumPy's or IDX. */
export interface ArrayProfile {
  readonly shape: readonly number[];
  /** As NumPy names it: `uint8`, `float32`. */
  readonly type: string;
  readonly numbers: NumberSummary | undefined;
  /** NaN. */
  readonly missing: number;
}

export interface Duplicates {
  /** Rows, images or items that repeat an earlier one. */
  readonly count: number;
  /** Some of them, from 1: which rows; or paths. */
  readonly examples: readonly (number | string)[];
  /** Whether all were compared; else the first `compared`. */
  readonly exact: boolean;
  readonly compared: number;
}

/** Something wrong within data that could be read otherwise. */
export interface Problem {
  readonly path: string;
  /** A row of data, from 1. */
  readonly row: number | undefined;
  /** A line of the file, from 1. */
  readonly line: number | undefined;
  readonly message: string;
}

/** What is in a file or a folder of data. */
export interface Profile {
  readonly format: ContentFormat;
  readonly name: string;
  readonly files: number;
  /** As stored. */
  readonly bytes: number;
  /** Rows, items of an array's first dimension, or images; undefined for a folder of several tables. */
  readonly rows: number | undefined;
  readonly dialect: Dialect | undefined;
  /** How many there are, were `columns` cut. */
  readonly columnCount: number | undefined;
  readonly columns: readonly ColumnProfile[] | undefined;
  readonly array: ArrayProfile | undefined;
  readonly images: ImagesProfile | undefined;
  readonly labels: LabelCounts | undefined;
  readonly duplicates: Duplicates | undefined;
  /** The data files of a folder that isn't one of images, by path. */
  readonly parts: readonly Profile[] | undefined;
  /** The first ones. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** Files of a folder that the cache lacks: they are named and counted, and nothing is known of what is in them. */
  readonly lacking?: number;
  /** What was left out or estimated, in plain words. */
  readonly notes: readonly string[];
}

/** How data is to be read; what is absent is found out. */
export interface ProfileOptions {
  readonly delimiter?: string;
  readonly header?: boolean;
  /** The label column: its name, or its position from 1. */
  readonly label?: string | number;
  /** Columns of which all values are wanted, by name or by position from 1. */
  readonly valuesOf?: readonly (string | number)[];
  /** Whether files of a folder that the cache lacks are left out and counted; else each is a problem. */
  readonly withoutLacking?: boolean;
}

export interface ContentProgress {
  readonly file: string;
  readonly bytes: number;
  /** Of all files. */
  readonly total: number;
}

export interface ReadControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ContentProgress) => void;
  /** Is given the hashes of a table's rows, or an array's items, by which two versions can be compared. */
  readonly onRows?: (rows: RowHashes, path: string) => void;
}

/** A profile of what has none of the parts. */
export function bareProfile(format: ContentFormat, name: string, files: number, bytes: number): Profile {
  return {
    ...{ format, name, files, bytes, rows: undefined, dialect: undefined, columnCount: undefined, columns: undefined, array: undefined },
    ...{ images: undefined, labels: undefined, duplicates: undefined, parts: undefined, problems: [], problemCount: 0, notes: [] },
  };
}

/** A column's least or greatest value: in digits where a number is too coarse. */
export function endOf({ numbers, dates }: ColumnProfile, end: 'min' | 'max'): number | string | undefined {
  return numbers?.digits?.[end] ?? numbers?.[end] ?? dates?.[end];
}
