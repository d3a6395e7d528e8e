import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A DVC repository in a temporary folder, tracked the way `dvc add` does it, written without the code under test. */
export class DataRepository {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'ml-data-')));

  constructor() {
    mkdirSync(join(this.root, '.dvc', 'cache'), { recursive: true });
    writeFileSync(join(this.root, '.dvc', 'config'), '');
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  /** Writes a file whose times lie an hour back, so that its hash may be remembered. */
  write(path: string, content: string | Buffer): void {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    const then = new Date(Date.now() - 3_600_000);
    utimesSync(file, then, then);
  }

  /** Tracks a file or a folder: its objects, and its `.dvc` file. Returns its digest. */
  add(path: string, extra = ''): string {
    const target = this.path(path);
    const size = statSync(target).isDirectory() ? undefined : statSync(target).size;
    const digest = size === undefined ? this.folderObject(target) : this.object(readFileSync(target));
    const file = `${target}.dvc`;
    const name = path.split('/').at(-1) ?? '';
    const count = size === undefined ? `  nfiles: ${listFiles(target).length}\n` : '';
    const bytes = size ?? listFiles(target).reduce((sum, each) => sum + statSync(join(target, each)).size, 0);
    writeFileSync(file, `outs:\n- md5: ${digest}\n  size: ${bytes}\n${count}  hash: md5\n  path: ${JSON.stringify(name)}\n${extra}`);
    return digest;
  }

  /** Where an object lies in the cache. */
  cached(digest: string): string {
    return this.path('.dvc', 'cache', 'files', 'md5', digest.slice(0, 2), digest.slice(2));
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true, force: true });
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private folderObject(folder: string): string {
    // Names in these tests are plain ASCII, whose order is the same everywhere.
    const files = listFiles(folder).sort();
    const manifest = `[${files.map((path) => `{"md5": "${this.object(readFileSync(join(folder, path)))}", "relpath": "${path}"}`).join(', ')}]`;
    return this.object(Buffer.from(manifest), '.dir');
  }

  object(content: Buffer | string, suffix = ''): string {
    const digest = createHash('md5').update(content).digest('hex') + suffix;
    const place = this.cached(digest);
    if (!existsSync(place)) {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, content);
      chmodSync(place, 0o444);
    }
    return digest;
  }
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}
