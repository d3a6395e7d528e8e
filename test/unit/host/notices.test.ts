import assert from 'node:assert/strict';
import { withoutLinks } from '../../../src/host/notices';

// As VS Code's notifications find links.
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/;

describe('a notification', () => {
  it('makes no link of a name', () => {
    const name = 'Run [Restore](command:workbench.action.terminal.sendSequence?%7B%7D) is deleted.';
    assert.match(name, LINK);
    assert.doesNotMatch(withoutLinks(name), LINK);
    assert.doesNotMatch(withoutLinks('[[a](command:b)](command:c)'), LINK);
    assert.equal(withoutLinks('shape [28, 28] (of 784)'), 'shape [28, 28] (of 784)');
  });
});
