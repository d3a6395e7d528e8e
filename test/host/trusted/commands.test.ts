import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { CommandId, TITLE_COMMANDS } from '../../../src/host/commandIds';
import { activated, extensionUnderTest, type Manifest } from '../extensionUnderTest';

describe('commands', () => {
  const manifest = () => (extensionUnderTest().packageJSON as Manifest).contributes;
  const contributed = () =>
    manifest()
      .commands.map(({ command }) => command)
      .sort();

  /** VS Code makes commands of its own for every view and view container. */
  const madeByTheEditor = (id: string) =>
    [
      ...Object.values(manifest().views)
        .flat()
        .map((view) => view.id),
      'workbench.view.extension.mlTracking',
    ].some((view) => id.startsWith(`${view}.`));

  it('are the same in the manifest and in the code', () => {
    assert.deepEqual(contributed(), [...Object.values(CommandId), ...TITLE_COMMANDS.values()].sort());
  });

  it('are all registered, and no others', async () => {
    await activated();
    const registered = (await commands.getCommands(true)).filter((id) => id.startsWith('mlTracking.') && !madeByTheEditor(id));
    assert.deepEqual(registered.sort(), contributed());
  });

  it('have a category and a title that is text, not a key', () => {
    for (const { command, title, category } of manifest().commands) {
      assert.equal(category, 'ML Tracking', command);
      assert.match(title, /^[A-Z][^%]+$/, command);
    }
  });
});
