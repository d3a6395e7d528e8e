import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { stringify } from 'yaml';
import { pidExists } from '../../core/pidExists';
import type { OutTransfer, Transfers } from '../cache/transfers';
import type { RecordedContent } from '../versions';
import type { ActionOptions, DvcRunner } from './dvcRunner';

/** How the records that dvc fetches by begin; the number of our process follows. */
const RECORD = 'ml-tracking-fetch-';

/**
 * Brings what the cache lacks of any version into it, and nothing into the workspace. From a remote that is a local folder natively; from
 * any other through dvc, which fetches only what a record names: for so long there is one in the repository's root that names the version.
 * Rejects with DvcError.
 */
export class VersionFetch {
  constructor(
    private readonly runner: Pick<DvcRunner, 'fetch'>,
    private readonly transfers: Transfers,
  ) {}

  /** Settles with what could not be brought, a line each. */
  async fetch(root: string, contents: readonly RecordedContent[], options: ActionOptions = {}): Promise<string[]> {
    const problems: string[] = [];
    for (const content of contents) {
      const outcome = await this.natively(root, content, options);
      const isForDvc = outcome?.outcome === 'skipped' && (content.hashName === 'md5' || content.hashName === 'md5-dos2unix');
      if (isForDvc) await this.withRecord(root, content, (record) => this.runner.fetch(root, [record], undefined, options));
      else problems.push(...problemsOf(outcome));
    }
    return problems;
  }

  private async natively(root: string, content: RecordedContent, { signal, progress }: ActionOptions): Promise<OutTransfer | undefined> {
    const { outs } = await this.transfers.run(
      'fetch',
      root,
      { contents: [content] },
      ({ path, files, totalFiles }) => progress?.({ what: path, unit: 'files', done: files, total: totalFiles }),
      signal,
    );
    return outs[0];
  }

  /** Names the version in a record of its own for as long as dvc needs one. Git must not ignore it, or dvc would refuse it. */
  private async withRecord(root: string, content: RecordedContent, work: (record: string) => Promise<void>): Promise<void> {
    await removeLeftRecords(root);
    const name = `${RECORD}${process.pid}-${randomBytes(4).toString('hex')}`;
    const file = join(root, `${name}.dvc`);
    await writeFile(file, recordOf(name, content, relative(root, content.target).split(sep).join('/')), { flag: 'wx' });
    try {
      await work(`${name}.dvc`);
    } finally {
      await rm(file, { force: true });
    }
  }
}

/** Those of processes that were killed in the middle. */
async function removeLeftRecords(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = name.startsWith(RECORD) ? /^(\d+)-[0-9a-f]+\.dvc$/.exec(name.slice(RECORD.length))?.[1] : undefined;
    if (pid !== undefined && !pidExists(Number(pid))) await rm(join(root, name), { force: true });
  }
}

function recordOf(path: string, { digest, hashName, remote }: RecordedContent, what: string): string {
  const out = { md5: digest, ...(hashName === 'md5' && { hash: 'md5' }), path, ...(remote !== undefined && { remote }) };
  const comment = `# ML Tracking fetches an earlier version of ${JSON.stringify(what)} with this; it may be deleted at any time.\n`;
  return comment + stringify({ outs: [out] });
}

function problemsOf(outcome: OutTransfer | undefined): string[] {
  if (!outcome || outcome.outcome === 'done' || outcome.outcome === 'unchanged') return [];
  const { path, message } = outcome;
  if (outcome.outcome === 'missing')
    return [`${path}: ${message ?? ''} This version can only come from where it was pushed to, or from a copy.`];
  return [`${path}: ${message ?? 'not fetched'}`];
}
