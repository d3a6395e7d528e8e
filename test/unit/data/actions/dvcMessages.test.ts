import assert from 'node:assert/strict';
import { failureOf } from '../../../../src/data/actions/dvcMessages';

describe('messages of dvc', () => {
  const fail = (...said: string[]): [string, string, readonly string[]] => {
    const { reason, message, files } = failureOf('dvc x', said, 255);
    return [reason, message, files];
  };

  it('become one line that says what to do', () => {
    const cases: [string, string][] = [
      ['ERROR: Unable to acquire lock. Most likely another DVC process is running', 'locked'],
      ["ERROR: '/p/x' is busy, it is being blocked by:", 'locked'],
      ['ERROR: failed to push data to the cloud - config file error: no remote specified in /p. Setup default remote with', 'no remote'],
      ["ERROR: failed to push data to the cloud - config file error: remote 'nope' doesn't exist", 'no remote'],
      ['ERROR: failed to initiate DVC - /p is not tracked by any supported SCM tool (e.g. Git). Use `--no-scm`', 'no git'],
      ["ERROR: failed to initiate DVC - '.dvc' exists. Use `-f` to force.", 'exists'],
      ["ERROR:  output 'tr.txt' is already tracked by SCM (e.g. Git).", 'in git'],
      ["ERROR: failed to import x. - The file 'big.bin' already exists locally.", 'exists'],
      ['ERROR: you are not inside of a DVC repository (checked up to mount point)', 'no repository'],
      ["ERROR: unexpected error - s3 is supported, but requires 'dvc-s3' to be installed", 'missing plugin'],
      ['ERROR: unexpected error - Unable to locate credentials: Unable to find any credentials', 'not signed in'],
      ["ERROR: failed to reproduce 'train': failed to run: exit 3, exited with 3", 'stage failed'],
      ['ERROR: unexpected error - [Errno 28] No space left on device', 'failed'],
    ];
    for (const [line, reason] of cases) {
      const [found, message] = fail(line);
      assert.equal(found, reason, line);
      assert.ok(!message.includes('\n') && !message.startsWith('ERROR'), message);
    }
    assert.match(fail("ERROR: failed to reproduce 'train': failed")[1], /train/);
  });

  it('name the files that are in danger or missing', () => {
    assert.deepEqual(
      fail("ERROR: Can't remove the following unsaved files without confirmation. Use `--force` to force.", '/p/a b', '/p/c'),
      ['would lose', 'This would overwrite data that is in no cache: commit the data first.', ['/p/a b', '/p/c']],
    );
    const [reason, , files] = fail(
      'ERROR: Checkout failed for following targets:',
      'data',
      'x.csv',
      'Is your cache up to date?',
      '<https://error.dvc.org/missing-files>',
    );
    assert.deepEqual([reason, files], ['cache missing', ['data', 'x.csv']]);
  });

  it('are passed on where nobody knows them, and missed where there are none', () => {
    assert.deepEqual(fail('some warning', 'ERROR: unexpected error - the moon is full'), ['failed', 'the moon is full', []]);
    assert.deepEqual(fail(), ['failed', 'dvc x ended with 255, and said nothing.', []]);
    assert.equal(failureOf('dvc x', ['a', 'ERROR: b'], 1).details, 'a\nERROR: b');
  });
});
