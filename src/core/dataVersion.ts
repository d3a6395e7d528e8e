/** The version of a file or a folder that DVC tracks, as its `.dvc` file or `dvc.lock` says. */
export interface DataVersion {
  /** The tracked path, absolute. */
  readonly path: string;
  /** DVC's hash, e.g. an MD5, with `.dir` for a folder. */
  readonly digest: string;
  readonly size: number | undefined;
  readonly files: number | undefined;
  /** The file that records it, absolute. */
  readonly recordedIn: string;
}

/** Undefined where the path is not tracked by DVC. */
export type ReadDataVersion = (path: string) => Promise<DataVersion | undefined>;
