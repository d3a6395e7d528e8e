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
    const pulled = fail(
      'WARNING: Some of the cache files do not exist neither locally nor on remote. Missing cache files:',
      'md5: b026324c6904b2a9cb4b88d6d61c81d1',
      'ERROR: failed to pull data from the cloud - Checkout failed for following targets:',
      'a.csv',
      'Is your cache up to date?',
    );
    assert.deepEqual(pulled, ['cache missing', 'Data is missing in the cache, and was not found in the remote.', ['a.csv']]);
  });

  it('say of a remote only where it was asked, and why a stage could not begin', () => {
    assert.equal(fail('ERROR: Checkout failed for following targets:', 'data')[1], 'Data is missing in the cache: pull it first.');
    const [reason, message] = fail("ERROR: failed to reproduce 'a.csv.dvc': missing data 'source': a.csv");
    assert.deepEqual([reason, message], ['cache missing', 'Data that a stage needs is missing: a.csv. Pull it first.']);
    const cycle = fail("ERROR: failed to reproduce 'train': [Errno 13] Permission denied: 'm.pkl'");
    assert.deepEqual(cycle.slice(0, 2), ['stage failed', "The stage train failed: [Errno 13] Permission denied: 'm.pkl'"]);
  });

  it('are passed on where nobody knows them, and missed where there are none', () => {
    assert.deepEqual(fail('some warning', 'ERROR: unexpected error - the moon is full'), ['failed', 'the moon is full', []]);
    assert.deepEqual(fail(), ['failed', 'dvc x ended with 255, and said nothing.', []]);
    assert.equal(failureOf('dvc x', ['a', 'ERROR: b'], 1).details, 'a\nERROR: b');
  });

  it('say by which signal dvc was ended, whatever a stage had printed last', () => {
    const said = ["Running stage 'slow':", '> ./slow.sh', 'ERROR: my own', 'tick 9'];
    for (const code of ['SIGKILL', 137]) {
      const { reason, message, details } = failureOf('dvc repro', said, code);
      assert.deepEqual([reason, message], ['failed', 'dvc was ended by SIGKILL.']);
      assert.match(details, /tick 9/);
    }
  });

  it('name the file that is invalid, with the line', () => {
    const parsing = ["'./dvc.yaml' is invalid.", '', 'While parsing a flow node, in line 5, column 1'];
    const shown = ['  5 ', '  8 │ foreach: ${regions}'];
    assert.deepEqual(fail(...parsing, "Expected the node content, but found '<stream end>', in line 5, column 1", ...shown), [
      'failed',
      "dvc.yaml is invalid, line 5: Expected the node content, but found '<stream end>'",
      [],
    ]);
    assert.equal(
      fail(
        "'data/dvc.yaml' validation failed.",
        '',
        'extra keys not allowed, in stages -> a -> cmd, line 8, column 5',
        '  7   a:   ',
        '  8 │   foreach: ${regions} ',
      )[1],
      'data/dvc.yaml is invalid, line 8: extra keys not allowed, in stages -> a -> cmd',
    );
    assert.equal(fail("'./dvc.yaml' is invalid.")[1], 'dvc.yaml is invalid.');
    assert.equal(fail("'./a.dvc' validation failed: expected a dictionary.", '')[1], 'a.dvc is invalid: expected a dictionary.');
    assert.equal(
      fail(
        "'./a.dvc' is invalid (possible merge conflicts) in revision '1234567'.",
        '',
        'Mapping values are not allowed here, in line 2, column 5',
        '  2 outs:',
      )[1],
      "a.dvc is invalid (possible merge conflicts) in revision '1234567', line 2: Mapping values are not allowed here",
    );
  });

  it('are dvc’s own, not those of a stage', () => {
    const ran = ["Running stage 'train':", '> python train.py'];
    const failed = "ERROR: failed to reproduce 'train': failed to run: python train.py, exited with 1";
    assert.deepEqual(fail('ERROR: AccessDenied: no space left on device', failed, ...ran, 'Forbidden'), [
      'stage failed',
      'The stage train failed.',
      [],
    ]);
    assert.deepEqual(fail(...ran, 'Forbidden', '', 'tick 9'), [
      'failed',
      'dvc x ended with 255: > python train.py / Forbidden / tick 9',
      [],
    ]);
    assert.equal(fail('git@host: Permission denied (publickey).')[0], 'not signed in');
  });
});
