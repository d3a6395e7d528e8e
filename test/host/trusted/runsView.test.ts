import assert from 'node:assert/strict';
import { ReadableStream } from 'node:stream/web';
import { commands, window, type TreeItem } from 'vscode';
import type { Run } from '../../../src/core/run';
import type { Engine } from '../../../src/store/engine';
import { RunNode } from '../../../src/views/runs/runNode';
import type { TreeNode } from '../../../src/views/treeNode';
import { until } from '../../support/until';
import { activated } from '../extensionUnderTest';

const textOf = (item: TreeItem) =>
  `${typeof item.label === 'string' ? item.label : (item.label?.label ?? '')} ${String(item.description ?? '')}`;

describe('Runs view', () => {
  let engine: Engine;
  let location: string;
  let runId: string;
  let first: Run;

  before(async () => {
    const { stores } = await activated();
    const store = stores.all[0]!;
    engine = await store.create();
    location = store.location;
    const experimentId = await engine.experiments.create('view-test');
    ({ runId } = await engine.runs.create({ experimentId, name: 'a-run-to-see', startTime: Date.now() - 60_000 }));
    const point = { step: 1, timestamp: Date.now() };
    await engine.runs.logBatch(runId, {
      params: [{ key: 'epochs', value: '3' }],
      metrics: [
        { key: 'val_accuracy', value: 0.9731, ...point },
        { key: 'system/cpu_utilization_percentage', value: 40, ...point },
      ],
      tags: { purpose: 'test' },
    });
    await engine.runs.update(runId, { status: 'FINISHED', endTime: Date.now() });
    const tags = { 'mlflow.parentRunId': runId, 'mlflow.source.name': 'train.py' };
    const child = (name: string, startTime: number) => engine.runs.create({ experimentId, name, startTime, tags });
    first = await child('first trial', Date.now() - 50_000);
    await child('second trial', Date.now() - 40_000);
    await commands.executeCommand('mlTracking.runs.focus');
  });

  /** The row of the run as the view itself has it, once it has been revealed. */
  async function selectedRow(text: RegExp): Promise<TreeNode> {
    const { runsView } = await activated();
    return until(`a selected row like ${String(text)}`, async () => {
      await runsView.reveal(location, runId);
      return runsView.selection.find((node) => text.test(textOf(node.item())));
    });
  }

  it('shows a run with its headline metric', async () => {
    const row = await selectedRow(/^a-run-to-see .*0\.9731 .*val_accuracy/);
    assert.match(row.item().id ?? '', new RegExp(runId));
    assert.match(String(row.item().accessibilityInformation?.label), /finished/);
  });

  it('shows what was logged under the run', async () => {
    const row = await selectedRow(/^a-run-to-see /);
    const children = (await row.children()) ?? [];
    const labels = children.map((child) => textOf(child.item()).trim());
    for (const wanted of [/^Metrics/, /^Parameters/, /^Tags/, /^System Metrics/, /^Artifacts/])
      assert.ok(
        labels.some((label) => wanted.test(label)),
        `${String(wanted)} is not among ${labels.join(' | ')}`,
      );
    const parameters = children[labels.findIndex((label) => label.startsWith('Parameters'))]!;
    const rows = ((await parameters.children()) ?? []).map((child) => textOf(child.item()));
    assert.deepEqual(rows, ['epochs 3']);
  });

  it('leads from a run to its source, its parent and its children, and back', async () => {
    const parent = (await selectedRow(/^a-run-to-see /)) as RunNode;
    const group = (await parent.children()).find((row) => textOf(row.item()) === 'Child Runs 2')!;
    const rows = (await group.children()) ?? [];
    assert.deepEqual(
      rows.map((row) => row.item().label),
      ['first trial', 'second trial'],
    );
    const texts = (await new RunNode(parent.parent, parent.scope, first).children()).map((row) => textOf(row.item()).trim());
    assert.ok(texts.includes('Parent Run a-run-to-see') && texts.includes('Source train.py'), texts.join(' | '));
    const { command, arguments: given = [] } = rows[1]!.item().command!;
    const { runsView } = await activated();
    // The editor passes over a row that it has not read yet.
    await until('the child is selected', async () => {
      await commands.executeCommand(command, ...(given as unknown[]));
      return runsView.selection.some((row) => textOf(row.item()).startsWith('second trial'));
    });
  });

  it("opens the files of a run's model that lies beside the run", async () => {
    const { experimentId } = first;
    const { modelId } = await engine.loggedModels.create({ experimentId, name: 'apart', sourceRunId: runId });
    const run = (await selectedRow(/^a-run-to-see /)) as RunNode;
    const content = ReadableStream.from([Buffer.from('flavors: {}\n')]);
    await engine.artifactTree.write(`${experimentId}/models/${modelId}/artifacts/data/MLmodel`, content);
    let rows: TreeNode[] = await run.children();
    for (const text of [/^Model apart/, /^data/, /^MLmodel/]) {
      const row = rows.find((one) => text.test(textOf(one.item())));
      assert.ok(row, `${String(text)} is not among ${rows.map((one) => textOf(one.item())).join(' | ')}`);
      const { command } = row.item();
      if (command) await commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
      rows = (await row.children()) ?? [];
    }
    const document = await until('the file in an editor', () => window.activeTextEditor?.document);
    assert.equal(document.getText(), 'flavors: {}\n');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('shows a run that has just begun, which the editor has not read yet', async () => {
    const { runsView } = await activated();
    for (let round = 0; round < 12; round++) {
      const experimentId = round % 2 === 0 ? await engine.experiments.create(`begun ${round}`) : first.experimentId;
      const begun = await engine.runs.create({ experimentId, name: `begun ${round}`, startTime: Date.now() });
      await runsView.reveal(location, begun.runId);
      assert.deepEqual(
        runsView.selection.map((row) => row.item().label),
        [`begun ${round}`],
      );
    }
  });

  it('follows what another writer does to the store', async () => {
    await engine.runs.update(runId, { name: 'renamed-meanwhile' });
    await selectedRow(/^renamed-meanwhile /);
  });
});
