import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from 'vscode';
import type { DataView } from '../../../src/views/data/dataView';
import { until } from '../../support/until';
import { activated } from '../extensionUnderTest';

/** What happens to a repository while the view reads it. */
describe('data that comes and goes', () => {
  const root = (): string => workspace.workspaceFolders![0]!.uri.fsPath;
  const [there, away] = ['.dvc', '.dvc-away'];
  let view: DataView;

  before(async () => {
    view = (await activated()).dataView;
    await view.want();
    await view.refreshNow();
  });

  const seen = async (): Promise<number | undefined> => (await view.want()).find((status) => status.root === root())?.outs.length;

  it('is forgotten when it is taken away while it is read, and found again when it is back', async () => {
    for (const round of [1, 2, 3]) {
      assert.equal(await seen(), 2);
      const reading = view.refreshNow();
      renameSync(join(root(), there), join(root(), away));
      try {
        await reading;
        // Nobody asks for it: the view notices.
        await until(`the repository is forgotten, round ${round}`, async () => (await seen()) === undefined);
        await until(`its rows are gone, round ${round}`, async () => (await view.rows.getChildren()).length === 0);
      } finally {
        renameSync(join(root(), away), join(root(), there));
      }
      await until(`the repository is found again, round ${round}`, async () => (await seen()) === 2);
    }
  });
});
