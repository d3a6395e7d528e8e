import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, window, workspace } from 'vscode';
import { CommandId } from '../../../src/host/commandIds';
import type { DataTabs } from '../../../src/panels/dataTabs';
import { registerModelFromRun } from '../../../src/models/registration';
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
    await tab(`train.csv (${commit.slice(0, 8)} ↔ Working tree)`);
  });

  describe('of two selected versions', () => {
    const record = (): string => at('data/train.csv.dvc');
    const digest = 'c'.repeat(32);
    const base = () => ({ kind: 'version', root: root(), path: at('data/train.csv'), recordedPath: 'data/train.csv', before: undefined });
    const uncommitted = () => ({ data: { ...base(), commit: undefined, digest } });
    let written: string;

    before(() => {
      written = readFileSync(record(), 'utf8');
      writeFileSync(record(), written.replace(/md5: \w+/, `md5: ${digest}`));
    });
    after(async () => {
      writeFileSync(record(), written);
      await (await activated()).dataView.refreshNow();
    });

    it('compare them, the older one first, whichever was clicked', async () => {
      const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root(), encoding: 'utf8' }).trim();
      const committed = { data: { ...base(), commit, digest: '0'.repeat(32) } };
      const rows = [uncommitted(), committed];
      for (const clicked of rows) {
        await commands.executeCommand(CommandId.compareDataVersions, clicked, rows);
        assert.deepEqual(tabs.contents.subjects, [
          {
            root: root(),
            label: 'data/train.csv',
            sides: [
              { path: at('data/train.csv'), revision: commit, name: `${commit.slice(0, 8)} · Begin the project` },
              {
                path: at('data/train.csv'),
                revision: undefined,
                content: { target: at('data/train.csv'), hashName: 'md5', digest },
                name: 'Committed to DVC',
              },
            ],
          },
        ]);
      }
      await tab(`train.csv (${commit.slice(0, 8)} ↔ Committed to DVC)`);
    });

    it('compare what the record says with the working tree', async () => {
      answers.will('showQuickPick', 'Committed to DVC');
      await commands.executeCommand(CommandId.compareDataVersions, row('data/train.csv'));
      await tab('train.csv (Committed to DVC ↔ Working tree)');
      answers.will('showQuickPick', 'Begin the project');
      await commands.executeCommand(CommandId.compareDataVersions, uncommitted());
      assert.match(answers.text, /Compare Data Versions: train\.csv: Working Tree, Begin the project/);
    });
  });

  it('say so where there is nothing to compare with', async () => {
    await commands.executeCommand(CommandId.compareDataVersions, {
      data: { kind: 'out', root: root(), path: at('README.md'), address: 'README.md.dvc' },
    });
    assert.match(answers.text, /There is no other version of README\.md yet/);
  });

  it('draw what a run, and a version of a model, come from', async () => {
    const { stores, modelsView } = await activated();
    const engine = await stores.all[0]!.create();
    const { location } = engine.info;
    const { runId } = await engine.runs.create({ experimentId: '0', name: 'of lineage' });
    await engine.artifacts.write(runId, 'model/MLmodel', 'flavors: {}\n');
    const model = await engine.loggedModels.create({ experimentId: '0', name: 'model', sourceRunId: runId, runPath: 'model' });
    await engine.loggedModels.finalize(model.modelId, 'READY');
    await engine.runs.update(runId, { status: 'FINISHED', endTime: Date.now() });
    await registerModelFromRun(engine, runId, 'lineage-digits');
    await commands.executeCommand(CommandId.showDataLineage, { location, runId });
    await tab('Lineage of of lineage');
    const found = await until('the version in its view', async () => {
      for (const each of await modelsView.getChildren())
        for (const version of (await modelsView.getChildren(each)) ?? [])
          if (/lineage-digits\/1$/.test(version.item().id ?? '')) return version;
      return undefined;
    });
    await commands.executeCommand(CommandId.showDataLineage, found);
    await tab('Lineage of lineage-digits v1');
    assert.deepEqual(tabs.graphs.subjects, [
      { kind: 'model', location, name: 'lineage-digits', version: 1 },
      { kind: 'run', location, runId },
    ]);
    await engine.registry.deleteModel('lineage-digits');
    await engine.runs.delete(runId);
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
