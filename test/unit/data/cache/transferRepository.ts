import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KeptData } from '../../../../src/data/actions/keptData';
import { CacheTransfers } from '../../../../src/data/cache/cacheTransfers';
import { transferParts } from '../../../../src/data/cache/transferSurroundings';
import type { OutTransfer, TransferKind, TransferOptions, TransferResult } from '../../../../src/data/cache/transfers';
import { DataRepository } from '../dataRepository';

/** A DVC repository with a remote in a folder of its own, and what moves its data. */
export class TransferRepository extends DataRepository {
  readonly remote = `${this.root}-remote`;
  readonly log: string[] = [];

  constructor(config = '') {
    super();
    this.configure(config);
  }

  configure(config: string): void {
    writeFileSync(this.path('.dvc', 'config'), `[core]\nremote = there\n['remote "there"']\nurl = ${this.remote}\n${config}`);
  }

  run(
    kind: TransferKind,
    options: TransferOptions = {},
    signal?: AbortSignal,
    onProgress?: Parameters<CacheTransfers['run']>[3],
  ): Promise<TransferResult> {
    const transfers = new CacheTransfers(transferParts((line) => this.log.push(line), undefined, new KeptData()));
    return transfers.run(kind, this.root, options, onProgress, signal);
  }

  /** The answer about the only out. */
  async one(kind: TransferKind, options: TransferOptions = {}): Promise<OutTransfer> {
    const { outs } = await this.run(kind, options);
    const [out] = outs;
    if (!out || outs.length !== 1) throw new Error(`Expected one out, found ${outs.length}.`);
    return out;
  }

  /** Where an object lies in the remote. */
  sent(digest: string): string {
    return join(this.remote, 'files', 'md5', digest.slice(0, 2), digest.slice(2));
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  dropCache(): void {
    rmSync(this.path('.dvc', 'cache'), { recursive: true });
  }

  /** Writes an object under a digest, whatever it holds. */
  forge(digest: string, content: string): void {
    const file = this.cached(digest);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, content, { mode: 0o444 });
  }

  /** Every path below a folder of the workspace, with a file's content, or what a link leads to. */
  tree(folder = ''): Record<string, string> {
    const found: Record<string, string> = {};
    const visit = (path: string): void => {
      for (const name of readdirSync(this.path(path))) {
        const inner = path === '' ? name : `${path}/${name}`;
        if (inner === '.dvc' || inner === '.tracking') continue;
        const stats = lstatSync(this.path(inner));
        if (stats.isSymbolicLink()) found[inner] = `-> ${readlinkSync(this.path(inner))}`;
        else if (stats.isDirectory()) {
          if (readdirSync(this.path(inner)).length === 0) found[`${inner}/`] = '';
          visit(inner);
        } else found[inner] = readFileSync(this.path(inner), 'utf8');
      }
    };
    visit(folder);
    return found;
  }

  /** What `force` moved out of the way, by the path it had. */
  kept(): Record<string, string> {
    const folder = this.path('.tracking', 'kept');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.parentPath.includes('files'),
    );
    return Object.fromEntries(
      files.map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(file.indexOf('/files/') + 7), readFileSync(file, 'utf8')];
      }),
    );
  }

  override dispose(): void {
    super.dispose();
    rmSync(this.remote, { recursive: true, force: true });
  }
}

export function md5(content: string): string {
  return createHash('md5').update(content).digest('hex');
}
