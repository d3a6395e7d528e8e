import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { CodeReader } from '../../../src/code/reader';
import { untrackedNames } from '../../../src/code/untrackedNames';
import { CodeRepository } from './codeRepository';

describe('the names in an untracked folder', () => {
  const named = (...paths: readonly string[]): Buffer => Buffer.from(paths.map((path) => `${path}\0`).join(''));

  it('are those right in it, once each, the rest counted', async () => {
    const output = named(' b', 'a/1', 'a/b/2', 'a/b/3', 'a0', 'in/', 'new\nline/x', 'z');
    assert.deepEqual(await untrackedNames(output, 9), {
      names: [' b', 'a/', 'a0', 'in/', 'new\nline/', 'z'],
      nested: new Set(['in/']),
      more: 0,
    });
    const few = await untrackedNames(output, 2);
    assert.deepEqual([few.names, few.more], [[' b', 'a/'], 4]);
    assert.deepEqual((await untrackedNames(Buffer.alloc(0), 2)).names, []);
  });

  it('are found among very many without keeping others waiting', async () => {
    const deep = Array.from({ length: 60_000 }, (_, index) => `data/${String(index).padStart(6, '0')}`);
    let turns = 0;
    let counting = true;
    const count = (): void => void (counting && setImmediate(() => (turns++, count())));
    count();
    const { names, more } = await untrackedNames(named(...deep, ...deep.map((path) => path.replace('/', '-')).sort(), 'last'), 2);
    counting = false;
    assert.deepEqual([names, more], [['data/', 'data-000000'], 60_000]);
    assert.ok(turns > 10, `${turns} turns`);
  });

  it('are those that git names, whatever they are', async function () {
    if (process.platform === 'win32') this.skip();
    const repository = new CodeRepository();
    const reader = new CodeReader(() => undefined);
    try {
      repository.write('.gitignore', 'x.log\n');
      for (const path of ['u/ lead', 'u/new\nline', 'u/sub/f', 'u/logs/x.log', 'u/own/f']) repository.write(path, '');
      repository.git('init', '--quiet', 'u/own');
      symlinkSync('sub', repository.path('u', 'link'));
      symlinkSync(repository.root, repository.path('u', 'sub', 'round'));
      const { names, nested } = await reader.untrackedNames(repository.path('u'), 100);
      assert.deepEqual(names, [' lead', 'link', 'new\nline', 'own/', 'sub/']);
      assert.deepEqual(nested, new Set(['own/']));
    } finally {
      reader.dispose();
      repository.dispose();
    }
  });
});
