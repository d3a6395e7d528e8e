import type { HashName } from '../records/hashName';

/** Where data lies; plain, so that it can be told to a thread. */
export type ContentPlace = PathPlace | VersionPlace | BytesPlace;

/** A file or a folder of the file system. */
export interface PathPlace {
  readonly kind: 'path';
  /** Absolute. */
  readonly path: string;
}

/** What the cache holds of a version. */
export interface VersionPlace {
  readonly kind: 'version';
  /** What it is called, e.g. `data/train.csv@3f2a81c`. */
  readonly name: string;
  /** The file's or the folder's own name, whose ending may tell a format. */
  readonly fileName: string;
  /** The cache's folder, absolute. */
  readonly cache: string;
  readonly hashName: HashName;
  /** Ends in `.dir` for a folder. */
  readonly digest: string;
  /** The part of the folder that is meant, with `/`; absent: all of it. */
  readonly inside?: string;
  /** Digests of files that the same commit tracked beside a single one, by name, e.g. of the labels of images. */
  readonly siblings?: Readonly<Record<string, string>>;
}

/** A file that git holds. */
export interface BytesPlace {
  readonly kind: 'bytes';
  readonly name: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** A file of a data set. */
export interface ContentFile {
  /** Relative to the folder, with `/`; the file's name for a single one. */
  readonly path: string;
  readonly size: number;
  /** The hash that the cache knows it by, where that is known without reading. */
  readonly digest: string | undefined;
  /** Its content isn't in the cache: it can be named, and not be opened. */
  readonly isLacking?: boolean;
}

/** Random access to one open file. */
export interface ContentHandle {
  readonly size: number;
  /** Up to so many bytes from a position; fewer only at the end. The memory is the caller's. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The files of a data set, wherever they lie. */
export interface ContentSource {
  readonly name: string;
  readonly isFolder: boolean;
  /** The kind of the digests that its list has; undefined where it has none. */
  readonly hashName: HashName | undefined;
  /** In order of path. */
  list(signal?: AbortSignal): Promise<readonly ContentFile[]>;
  /** @throws TrackingError where it isn't there, or its content isn't in the cache */
  open(path: string): Promise<ContentHandle>;
  /** Another file in the folder of a single one, e.g. the labels of images; undefined where there is none. */
  sibling(fileName: string): ContentSource | undefined;
}
