import type { TransferProgress } from './transfers';

/** Milliseconds from one report to the next. */
const PACE = 100;

/** Adds up what is done, and reports it, not too often. */
export class ProgressReport {
  private phase: TransferProgress['phase'] = 'comparing';
  private path = '';
  private files = 0;
  private totalFiles = 0;
  private bytes = 0;
  private totalBytes = 0;
  private last = 0;

  constructor(private readonly onProgress: (progress: TransferProgress) => void) {}

  /** Begins something; what is to be done is added with `expect`. */
  begin(phase: TransferProgress['phase'], path: string): void {
    this.phase = phase;
    this.path = path;
    this.report();
  }

  expect(files: number, bytes: number): void {
    this.totalFiles += files;
    this.totalBytes += bytes;
  }

  readonly done = (files: number, bytes: number): void => {
    this.files += files;
    this.bytes += bytes;
    if (performance.now() - this.last >= PACE) this.report();
  };

  private report(): void {
    this.last = performance.now();
    const { phase, path, files, totalFiles, bytes, totalBytes } = this;
    this.onProgress({ phase, path, files, totalFiles, bytes, totalBytes });
  }
}
