import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Store } from './steps';

export type ObjectKind = 'file' | 'manifest';

/** The caches and the remote of a tried repository, and what happens to their objects. */
export class ObjectStores {
  /** The cache is beside the repository once a step has put it there. */
  readonly folders: Readonly<Record<Store, readonly string[]>>;

  constructor(
    private readonly root: string,
    private readonly place: string,
  ) {
    this.folders = { cache: [join(root, '.dvc', 'cache'), join(place, 'outside', 'cache')], remote: [join(place, 'remote')] };
  }

  /** The manifests in the cache that is in use. */
  manifests(): ReadonlySet<string> {
    const config = join(this.root, '.dvc', 'config');
    const isMoved = existsSync(config) && /^\s*dir\s*=/mu.test(readFileSync(config, 'utf8'));
    const cache = this.folders.cache[isMoved ? 1 : 0] ?? '';
    const paths = this.paths('cache', 'manifest').filter((path) => path.startsWith(cache));
    return new Set(paths.map((path) => path.split(sep).slice(-2).join('')));
  }

  /** Takes one out, counted in the order of their names; false where there is none. */
  drop(store: Store, kind: ObjectKind, nth: number): boolean {
    const object = this.nth(this.paths(store, kind), nth);
    if (object !== undefined) rmSync(object, { force: true });
    return object !== undefined;
  }

  damage(store: Store, nth: number, how: 'content' | 'mode'): boolean {
    const object = this.nth(this.paths(store, how === 'content' ? 'file' : undefined), nth);
    if (object === undefined) return false;
    chmodSync(object, 0o644);
    if (how === 'content') writeFileSync(object, 'damaged');
    return true;
  }

  /**
   * Keeps the objects as they are. Dvc's questions change the stores: they fetch manifests, take damaged objects out and make sound ones
   * read-only. Hard links keep what a file is linked to in the workspace.
   */
  keep(): { restore(): void } {
    const folder = mkdtempSync(join(this.place, 'kept-'));
    const all = (): string[] => [...this.paths('cache'), ...this.paths('remote')];
    const kept = all().map((path, index) => ({ path, mode: lstatSync(path).mode, copy: join(folder, String(index)) }));
    for (const { path, copy } of kept) linkSync(path, copy);
    return {
      restore: () => {
        const known = new Set(kept.map(({ path }) => path));
        for (const path of all()) if (!known.has(path)) rmSync(path, { force: true });
        for (const { path, mode, copy } of kept) {
          if (!existsSync(path)) {
            mkdirSync(dirname(path), { recursive: true });
            linkSync(copy, path);
          }
          if (lstatSync(path).mode !== mode) chmodSync(path, mode);
        }
      },
    };
  }

  private nth(paths: readonly string[], nth: number): string | undefined {
    return paths.length === 0 ? undefined : paths[nth % paths.length];
  }

  private paths(store: Store, kind?: ObjectKind): string[] {
    return this.folders[store].filter(existsSync).flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => /(^|[/\\])[0-9a-f]{2}[/\\][0-9a-f]{30}(\.dir)?$/u.test(path) && !path.startsWith('runs'))
        .filter((path) => kind === undefined || path.endsWith('.dir') === (kind === 'manifest'))
        .sort()
        .map((path) => join(folder, path)),
    );
  }
}
