import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { commands, window, workspace } from 'vscode';
import { CommandId } from '../../../src/host/commandIds';
import type { DataTabs } from '../../../src/panels/dataTabs';
import { until } from '../../support/until';
import { Answers } from '../answers';
import { activated } from '../extensionUnderTest';

/** The tabs about data: what opens them, and that each is opened once. */
describe('tabs about data', () => {
  const root = (): string => workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  const at = (path: string): string => join(root(), path);
  const row = (path: string): unknown => ({ data: { kind: 'out', root: root(), path: at(path), address: `${path}.dvc` } });
  const labels = (): string[] => window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label);
  const tab = (label: string): Promise<unknown> => until(`a tab ${label}, not only ${labels().join()}`, () => labels().includes(label));
  let tabs: DataTabs;
  let answers: Answers;

  before(async () => {
    const extension = await activated();
    tabs = extension.dataTabs;
    await extension.dataView.want();
  });
  beforeEach(() => (answers = new Answers()));
  afterEach(async () => {
    answers.end();
    await commands.executeCommand('workbench.action.closeAllEditors');
    await until('all tabs are gone', () => tabs.contents.subjects.length + tabs.graphs.subjects.length === 0);
  });

  it('compare the working tree with HEAD first', async () => {
    answers.will('showQuickPick', 'HEAD');
    await commands.executeCommand(CommandId.compareDataVersions, row('data/test.csv'));
    assert.match(answers.text, /HEAD[^]*Begin the project/);
    await tab('test.csv (HEAD ↔ Working tree)');
    assert.deepEqual(tabs.contents.subjects, [
      {
        root: root(),
        label: 'data/test.csv',
        sides: [
          { path: at('data/test.csv'), revision: 'HEAD', name: 'HEAD' },
          { path: at('data/test.csv'), revision: undefined, name: 'Working tree' },
        ],
      },
    ]);
  });

  it('compare a version with the working tree, and show it alone', async () => {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root(), encoding: 'utf8' }).trim();
    const base = { kind: 'version', root: root(), path: at('data/train.csv'), recordedPath: 'data/train.csv', before: undefined };
    const version = { data: { ...base, commit, digest: '0'.repeat(32) } };
    answers.will('showQuickPick', 'Working Tree');
    await commands.executeCommand(CommandId.compareDataVersions, version);
    await commands.executeCommand(CommandId.showDataContent, version);
    assert.deepEqual(
      tabs.contents.subjects.map(({ sides }) => sides.map(({ revision }) => revision)),
      [[commit], [commit, undefined]],
    );
    await tab(`train.csv (${commit.slice(0, 7)} ↔ Working tree)`);
  });

  it('show the content of the working tree once', async () => {
    await commands.executeCommand(CommandId.showDataContent, row('data/train.csv'));
    await commands.executeCommand(CommandId.showDataContent, row('data/train.csv'));
    await tab('train.csv (Working tree)');
    assert.equal(tabs.contents.subjects.length, 1);
  });

  it('draw the pipeline and a lineage', async () => {
    await commands.executeCommand(CommandId.showDataGraph, { data: { kind: 'pipeline', root: root() } });
    await commands.executeCommand(CommandId.showDataLineage, row('data/train.csv'));
    assert.deepEqual(tabs.graphs.subjects, [
      { kind: 'data', root: root(), path: at('data/train.csv') },
      { kind: 'pipeline', root: root() },
    ]);
    await tab('Lineage of data/train.csv');
  });

  it('ask which data is meant where no row says it', async () => {
    answers.will('showQuickPick', 'data/train.csv');
    await commands.executeCommand(CommandId.showDataContent);
    await tab('train.csv (Working tree)');
  });
});
