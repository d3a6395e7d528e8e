import assert from 'node:assert/strict';
import { commandLineText, maskedArguments, maskedUrls } from '../../../src/autolog/secretMask';

describe('secrets on the command line', () => {
  it('are masked whether they follow = or stand alone', () => {
    assert.deepEqual(maskedArguments(['--token=abc', '--api-key', 'k1', '--db_password', 'p', 'SECRET=x', '--epochs=3']), [
      '--token=***',
      '--api-key',
      '***',
      '--db_password',
      '***',
      'SECRET=***',
      '--epochs=3',
    ]);
  });

  it('leave flags that follow, and words that only contain a secret name, alone', () => {
    assert.deepEqual(maskedArguments(['--token', '--verbose', 'tokenizer.json', '--tokenizer', 'bpe', '--keys', 'a', '--max-tokens=512']), [
      '--token',
      '--verbose',
      'tokenizer.json',
      '--tokenizer',
      'bpe',
      '--keys',
      'a',
      '--max-tokens=512',
    ]);
  });

  it('are taken out of URLs', () => {
    assert.equal(maskedUrls('https://ann:pw@host/x?a=1&sig=zz&token=t#h'), 'https://ann:***@host/x?a=1&sig=***&token=***#h');
    assert.equal(maskedUrls('https://ann:pw@host/x?a=1'), 'https://ann:***@host/x?a=1');
    assert.equal(maskedUrls('https://ann:p@w@host/x@y'), 'https://ann:***@host/x@y');
    assert.equal(maskedUrls('https://host:8080?mail=a@b'), 'https://host:8080?mail=a@b');
    assert.equal(maskedUrls('https://host:8080/x'), 'https://host:8080/x');
    assert.equal(maskedUrls('git@github.com:a/b.git'), 'git@github.com:a/b.git');
  });

  it('are gone from the text, which quotes what a shell would split', () => {
    assert.equal(commandLineText(['node', 'my train.js', '--password=p w']), 'node "my train.js" --password=***');
  });
});
