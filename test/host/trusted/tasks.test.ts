import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { ProcessExecution, tasks, workspace } from 'vscode';
import { activated } from '../extensionUnderTest';

describe('task provider', () => {
  it('offers the training of the digit model for the workspace folder', async () => {
    await activated();
    const found = await tasks.fetchTasks({ type: 'mlTracking' });
    const training = found.find((task) => task.definition['task'] === 'train');
    assert.ok(training, `only: ${found.map((task) => task.name).join(', ')}`);
    assert.equal(training.definition.type, 'mlTracking');
    assert.ok(training.execution instanceof ProcessExecution);
    assert.equal(training.execution.options?.cwd, workspace.workspaceFolders?.[0]?.uri.fsPath);
    const program = training.execution.args.find((arg) => arg.endsWith('ml-tracking.js'));
    assert.ok(program && existsSync(program), 'the terminal program is not there');
    assert.ok(existsSync(training.execution.process));
  });
});
