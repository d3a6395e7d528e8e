import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stagesAround } from '../../../../src/data/actions/chosenOuts';
import { inLines } from '../../../../src/data/actions/dvcRunner';
import { findLosses } from '../../../../src/data/actions/losses';
import { objectPath } from '../../../../src/data/cache/objects';
import { FileHashes } from '../../../../src/data/hashing/fileHashes';
import { StatCache } from '../../../../src/data/hashing/statCache';
import type { OutStatus, StageStatus } from '../../../../src/data/status/status';

describe('what an action would lose', () => {
  let root = '';
  let cache = '';
  const write = (path: string, content: string, cached: boolean): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    if (!cached) return;
    const object = objectPath(cache, 'md5', createHash('md5').update(content).digest('hex'));
    mkdirSync(dirname(object), { recursive: true });
    writeFileSync(object, content);
  };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'ml-lose-')));
    cache = join(root, '.dvc', 'cache');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is every file whose content is not in the cache', async () => {
    write('set/kept', 'kept', true);
    write('set/new', 'new', false);
    write('set/deep/😀', 'deep', false);
    write('x', 'x', false);
    write('y', 'y', true);
    write('damaged', 'damaged', true);
    writeFileSync(objectPath(cache, 'md5', createHash('md5').update('damaged').digest('hex')), 'other');
    write('elsewhere', 'elsewhere', false);
    if (process.platform !== 'win32') symlinkSync(join(root, 'y'), join(root, 'set', 'link'));
    const targets = ['set', 'x', 'y', 'damaged', 'not there'].map((path) => ({ target: join(root, path), hashName: 'md5' as const }));
    const losses = await findLosses(root, cache, targets, new FileHashes(new StatCache()));
    assert.deepEqual(
      losses.map(({ path, size }) => [path, size]),
      [
        ['damaged', 7],
        ['set/deep/😀', 4],
        ['set/new', 3],
        ['x', 1],
      ],
    );
    const legacy = await findLosses(root, cache, [{ target: join(root, 'y'), hashName: 'md5-dos2unix' }], new FileHashes(new StatCache()));
    assert.deepEqual(
      legacy.map(({ path }) => path),
      ['y'],
      'the other layout does not count',
    );
  });

  it('concerns the stages that may run: those named, and what they depend on', () => {
    const at = (path: string): string => join(root, path);
    const stage = (address: string, command: string | undefined, ...deps: string[]): StageStatus =>
      ({ address, command, deps: deps.map((path) => ({ target: at(path) })) }) as unknown as StageStatus;
    const out = (address: string, path: string): OutStatus => ({ address, target: at(path) }) as OutStatus;
    const status = {
      stages: [
        stage('raw.dvc', undefined),
        stage('import.dvc', undefined, 'elsewhere'),
        stage('prepare', 'p', 'raw/one'),
        stage('train', 't', 'prepared', 'import'),
        stage('other', 'o'),
      ],
      outs: [out('raw.dvc', 'raw'), out('import.dvc', 'import'), out('prepare', 'prepared'), out('train', 'model'), out('other', 'o')],
    };
    assert.deepEqual([...stagesAround(status, ['train'])].sort(), ['import.dvc', 'prepare', 'train']);
    assert.deepEqual([...stagesAround(status, ['prepare'])], ['prepare']);
    assert.deepEqual([...stagesAround(status, [])], ['import.dvc', 'prepare', 'train', 'other']);
  });

  it('fits command lines', () => {
    assert.deepEqual(inLines(['aaa', 'bbb', 'ccc'], 12), [['aaa', 'bbb'], ['ccc']]);
    assert.deepEqual(inLines(['a'.repeat(20), 'b'], 12), [['a'.repeat(20)], ['b']]);
  });
});
