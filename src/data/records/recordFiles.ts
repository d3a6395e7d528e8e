import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readOuts, type TrackedOut } from './repository';

interface Known {
  readonly signature: string;
  readonly outs: readonly TrackedOut[];
}

/** The outs of `.dvc` and `dvc.lock` files, parsed again only when a file has changed. */
export class RecordFiles {
  private readonly known = new Map<string, Known>();

  /** Rejects as `readOuts` does. */
  async outs(file: string): Promise<readonly TrackedOut[]> {
    const signature = await this.signature(file);
    const known = this.known.get(file);
    if (known !== undefined && known.signature === signature) return known.outs;
    const outs = await readOuts(file);
    // A file that is being written may have the same times afterwards.
    if (signature === (await this.signature(file))) this.known.set(file, { signature, outs });
    return outs;
  }

  /** Forgets files that are not among these. */
  keepOnly(files: readonly string[]): void {
    const kept = new Set(files);
    for (const file of this.known.keys()) if (!kept.has(file)) this.known.delete(file);
  }

  /** A lock file means something only together with the pipeline beside it. */
  private async signature(file: string): Promise<string> {
    const files = file.endsWith('.dvc') ? [file] : [file, join(dirname(file), 'dvc.yaml')];
    const each = files.map(async (path) => {
      const stats = await stat(path, { bigint: true }).catch(() => undefined);
      return stats ? `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}` : '-';
    });
    return (await Promise.all(each)).join('|');
  }
}
