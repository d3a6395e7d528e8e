import assert from 'node:assert/strict';
import { quietSsh } from '../../../src/code/actingGit';
import { knownFailure } from '../../../src/code/gitMessages';
import { withoutSecretsIn } from '../../../src/code/remoteUrl';

describe('what git says', () => {
  it('is told in words that help, with the files it is about', () => {
    const overwritten =
      'error: Your local changes to the following files would be overwritten by checkout:\n\ta b\n\té\nPlease commit your changes or stash them before you switch branches.\nAborting';
    assert.deepEqual([knownFailure(overwritten)?.reason, knownFailure(overwritten)?.files], ['would lose', ['a b', 'é']]);
    for (const [output, reason] of [
      ["fatal: Unable to create '/r/.git/index.lock': File exists.", 'locked'],
      ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'not signed in'],
      ['git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'not signed in'],
      [' ! [rejected]        main -> main (fetch first)', 'rejected'],
      ['fatal: Not possible to fast-forward, aborting.', 'rejected'],
      ['CONFLICT (content): Merge conflict in a', 'conflicts'],
      ['error: could not lock config file .git/config: File exists', 'locked'],
      ["fatal: unable to access 'https://h/': Could not resolve host: h", 'failed'],
    ] as const)
      assert.equal(knownFailure(output)?.reason, reason, output);
    for (const output of ['fatal: something else', 'conflict of style in a: a hook says so']) assert.equal(knownFailure(output), undefined);
  });

  it('is shown without passwords', () => {
    assert.equal(
      withoutSecretsIn("fatal: 'https://ada:secret@h/r.git' and ssh://git:pw@h/r"),
      "fatal: 'https://h/r.git' and ssh://git@h/r",
    );
  });

  it('comes without a question from ssh, where ssh is OpenSSH’s', () => {
    assert.equal(quietSsh(''), 'ssh -o BatchMode=yes');
    assert.equal(quietSsh('ssh -i key'), 'ssh -i key -o BatchMode=yes');
    assert.equal(quietSsh('"C:\\Program Files\\ssh.exe" -4'), '"C:\\Program Files\\ssh.exe" -4 -o BatchMode=yes');
    assert.equal(quietSsh('ssh -oBatchMode=no'), 'ssh -oBatchMode=no');
    assert.equal(quietSsh('plink -batch'), undefined);
  });
});
