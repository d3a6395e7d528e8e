import { objectPath } from '../cache/objects';
import type { DataSource } from '../source';
import { isBelow } from './chosenOuts';
import { DvcError } from './dvcError';
import type { ActionOptions, DvcRunner, GcPreview, GcScope } from './dvcRunner';
import { pathExists } from './pathExists';

/** Lets dvc take out of the cache what nothing uses, where that is sure to be nobody's. Rejects with DvcError. */
export class CacheCleaner {
  constructor(
    private readonly runner: DvcRunner,
    private readonly source: DataSource,
  ) {}

  /** Rejects where dvc would throw away what is in use, because it can't know. */
  async preview(root: string, scope: GcScope, options?: ActionOptions): Promise<GcPreview> {
    await this.refuseBlindly(root, options);
    return this.runner.gcPreview(root, scope, options);
  }

  /** Rejects, with nothing removed, where by now more would go than a person has seen. */
  async clean(root: string, scope: GcScope, seen: GcPreview, options?: ActionOptions): Promise<number> {
    const { objects, paths } = await this.preview(root, scope, options);
    const known = new Set(seen.paths);
    if (objects > seen.objects || paths.some((path) => !known.has(path)))
      throw new DvcError('failed', 'More is unused by now than when this was looked at, so nothing was removed: look again.');
    return this.runner.gc(root, scope, { confirmed: true }, options);
  }

  private async refuseBlindly(root: string, options?: ActionOptions): Promise<void> {
    const status = await this.source.status(root, options?.signal);
    if (!isBelow(root, status.cacheFolder))
      throw new DvcError(
        'would lose',
        `The cache ${status.cacheFolder} lies outside of the repository, and may hold the data of others: clean it in a terminal (dvc gc --projects …).`,
      );
    const unknown: string[] = [];
    for (const out of status.outs.filter((each) => each.isFolder && each.inCache === false && each.digest !== undefined)) {
      const manifest = objectPath(status.cacheFolder, out.hashName, out.digest ?? '');
      if (!(await pathExists(manifest))) unknown.push(out.path);
    }
    if (unknown.length > 0)
      throw new DvcError(
        'would lose',
        `The cache does not know what is in ${unknown[0]}${unknown.length > 1 ? ` and ${unknown.length - 1} more` : ''}, so that its files would go: fetch it first.`,
        undefined,
        unknown,
      );
    if (status.errors.length > 0)
      throw new DvcError('would lose', `${status.errors[0]?.path} can't be read, so that it is not known what it uses: repair it first.`);
  }
}
