import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { KeptData } from '../../../../src/data/actions/keptData';
import { VersionFetch } from '../../../../src/data/actions/versionFetch';
import { CacheTransfers } from '../../../../src/data/cache/cacheTransfers';
import { transferParts } from '../../../../src/data/cache/transferSurroundings';
import { TransferRepository } from '../cache/transferRepository';

describe('fetching a version that is not the recorded one', () => {
  let repository: TransferRepository;
  let before: string;
  /** What dvc would be told, and the record that it would find. */
  const told: { readonly targets: readonly string[]; readonly record: string }[] = [];
  const fetchWith = (work: () => Promise<void> = () => Promise.resolve()): VersionFetch =>
    new VersionFetch(
      {
        fetch: (root, targets) => {
          assert.equal(root, repository.root);
          told.push({ targets, record: repository.read(targets[0] ?? '') });
          return work();
        },
      },
      new CacheTransfers(transferParts(() => undefined, undefined, new KeptData())),
    );
  const content = (path: string, digest: string) => ({ target: repository.path(path), hashName: 'md5' as const, digest });

  beforeEach(async () => {
    told.length = 0;
    repository = new TransferRepository();
    repository.write('set/a', 'former');
    before = repository.add('set');
    await repository.run('push');
    repository.write('set/a', 'present');
    repository.add('set');
    repository.dropCache();
  });
  afterEach(() => {
    repository.dispose();
    rmSync(repository.remote, { recursive: true, force: true });
  });

  it('brings all of it from a folder, and nothing else', async () => {
    assert.deepEqual(await fetchWith().fetch(repository.root, [content('set', before)]), []);
    const manifest = JSON.parse(readFileSync(repository.cached(before), 'utf8')) as { readonly md5: string }[];
    assert.equal(readFileSync(repository.cached(manifest[0]?.md5 ?? ''), 'utf8'), 'former');
    assert.equal(repository.read('set/a'), 'present');
    assert.deepEqual([told, readdirSync(repository.root).sort()], [[], ['.dvc', 'set', 'set.dvc']]);
    assert.deepEqual(await fetchWith().fetch(repository.root, [content('set', before)]), []);
  });

  it('says what is nowhere', async () => {
    const [problem, ...more] = await fetchWith().fetch(repository.root, [content('set', `${'a'.repeat(32)}.dir`), content('set', before)]);
    assert.match(problem ?? '', /^set: .* neither in the cache nor in “there”\. This version can only come from where it was pushed to/);
    assert.deepEqual(more, []);
    assert.ok(existsSync(repository.cached(before)), 'the other one came');
  });

  it('names it to dvc for a remote that is no folder, for as long as it works', async () => {
    repository.configure('[\'remote "far"\']\nurl = https://example.org/data\n');
    const far = { ...content('set', before), remote: 'far' };
    assert.deepEqual(await fetchWith().fetch(repository.root, [far]), []);
    const [{ targets, record } = { targets: [], record: '' }] = told;
    assert.match(targets.join(), /^ml-tracking-fetch-\d+-[0-9a-f]{8}\.dvc$/);
    assert.equal(
      record.replace(/^#.*\n/, ''),
      `outs:\n  - md5: ${before}\n    hash: md5\n    path: ${targets[0]?.slice(0, -4)}\n    remote: far\n`,
    );
    await assert.rejects(fetchWith(() => Promise.reject(new Error('no way'))).fetch(repository.root, [far]), /no way/);
    assert.deepEqual(readdirSync(repository.root).sort(), ['.dvc', 'set', 'set.dvc']);
  });

  it('removes what was left by a process that was killed in the middle, and nobody else’s', async () => {
    repository.configure('[\'remote "far"\']\nurl = https://example.org/data\n');
    const { pid: gone } = spawnSync(process.execPath, ['--version']);
    const kept = [
      `ml-tracking-fetch-${process.ppid}-0123abcd.dvc`,
      `ml-tracking-fetch-${gone}.dvc`,
      `ml-tracking-fetch-${gone}-0123abcd.csv`,
    ];
    for (const name of [...kept, `ml-tracking-fetch-${gone}-0123abcd.dvc`]) repository.write(name, 'outs: []\n');
    await fetchWith().fetch(repository.root, [{ ...content('set', before), remote: 'far' }]);
    assert.deepEqual(readdirSync(repository.root).sort(), ['.dvc', ...kept, 'set', 'set.dvc'].sort());
  });

  it('takes nothing for a digest that is none', async () => {
    assert.match((await fetchWith().fetch(repository.root, [{ ...content('set', 'x'), hashName: 'etag' }])).join(), /remote’s own hash/);
    assert.deepEqual(told, []);
  });
});
