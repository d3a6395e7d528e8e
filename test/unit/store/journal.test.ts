import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { chooseJournal, fileSystemType } from '../../../src/store/sqlite/journal';

describe("The journal's choice", function () {
  this.timeout(30_000);
  const mode = (...choice: Parameters<typeof chooseJournal>): string => chooseJournal(...choice).mode;

  it('is a write-ahead log on local disks', () => {
    // ext4, tmpfs, btrfs, xfs, overlayfs, and one that couldn't be found out.
    for (const type of [0xef53, 0x01021994, 0x9123683e, 0x58465342, 0x794c7630, undefined])
      assert.equal(mode('/home/ada/.tracking', 'linux', type), 'WAL');
    assert.equal(mode('C:\\work\\.tracking', 'win32', 0), 'WAL');
    assert.equal(mode('\\\\?\\C:\\work', 'win32', 0), 'WAL');
    assert.equal(mode('/Users/ada/.tracking', 'darwin', 26), 'WAL');
  });

  it('is a rollback journal on network file systems, with a warning', () => {
    for (const type of [0x6969, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0xff534d42 | 0]) {
      const journal = chooseJournal('/mnt/share/.tracking', 'linux', type);
      assert.equal(journal.mode, 'DELETE');
      assert.match(journal.warning ?? '', /^\/mnt\/share\/\.tracking is on a network file system \(.+\)/);
    }
    assert.equal(mode('\\\\server\\share\\.tracking', 'win32', 0), 'DELETE');
    assert.equal(mode('//server/share', 'win32', 0), 'DELETE');
    assert.equal(mode('\\\\?\\UNC\\server\\share', 'win32', 0), 'DELETE');
    assert.equal(mode('/Volumes/nas.local/.tracking', 'darwin', 0), 'DELETE');
  });

  it('knows the type of a folder here, and none of a folder that is not there', () => {
    assert.equal(typeof fileSystemType(tmpdir()), 'number');
    assert.equal(fileSystemType('/no/such/folder'), undefined);
  });
});
