import assert from 'node:assert/strict';
import { commands, type TreeItem } from 'vscode';
import type { Engine } from '../../../src/store/engine';
import type { TreeNode } from '../../../src/views/treeNode';
import { until } from '../../support/until';
import { activated } from '../extensionUnderTest';

const textOf = (item: TreeItem) =>
  `${typeof item.label === 'string' ? item.label : (item.label?.label ?? '')} ${String(item.description ?? '')}`;

describe('Runs view', () => {
  let engine: Engine;
  let location: string;
  let runId: string;

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

  it('follows what another writer does to the store', async () => {
    await engine.runs.update(runId, { name: 'renamed-meanwhile' });
    await selectedRow(/^renamed-meanwhile /);
  });
});
