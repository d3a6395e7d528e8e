import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from 'vscode';
import type { DataView } from '../../../src/views/data/dataView';
import { until } from '../../support/until';
import { activated } from '../extensionUnderTest';

/** What happens to a repository while the view reads it. */
describe('data that comes and goes', () => {
  const root = (): string => workspace.workspaceFolders![0]!.uri.fsPath;
  const inner = (): string => join(root(), 'inner');
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  let view: DataView;

  before(async () => {
    view = (await activated()).dataView;
    await view.want();
  });
  after(async () => {
    rmSync(inner(), { recursive: true, force: true });
    await view.refreshNow();
  });

  function make(): void {
    mkdirSync(join(inner(), '.dvc'), { recursive: true });
    writeFileSync(join(inner(), '.dvc', 'config'), '');
    for (let i = 0; i < 300; i++) {
      writeFileSync(join(inner(), `${i}.csv`), `${i}`);
      writeFileSync(join(inner(), `${i}.csv.dvc`), `outs:\n- md5: ${md5(`${i}`)}\n  size: 1\n  hash: md5\n  path: ${i}.csv\n`);
    }
  }
  const seen = async (): Promise<number | undefined> => (await view.want()).find((status) => status.root === inner())?.outs.length;

  it('is found when it comes, and forgotten when it is deleted while it is read', async () => {
    for (const round of [1, 2, 3]) {
      make();
      await until(`the repository is found, round ${round}`, async () => {
        await view.refreshNow();
        return (await seen()) === 300;
      });
      const reading = view.refreshNow();
      rmSync(inner(), { recursive: true, force: true });
      await reading;
      // Nobody asks for it: the view notices.
      await until(`the repository is forgotten, round ${round}`, async () => (await seen()) === undefined);
      const rows = await view.getChildren();
      assert.deepEqual(
        rows.filter(({ context }) => context === 'problem').map(({ label, description }) => [label, description]),
        [],
      );
    }
  });
});
