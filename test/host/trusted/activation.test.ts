import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { print } from '../../support/hostFiles';

describe('activation', () => {
  it('activates in a real extension host', async () => {
    const extension = vscode.extensions.getExtension('ml-tracking.ml-tracking');
    assert.ok(extension, 'the extension is not installed in this host');
    const started = performance.now();
    await extension.activate();
    print(`      activation took ${(performance.now() - started).toFixed(0)} ms`);
    assert.ok(extension.isActive);
  });
});
