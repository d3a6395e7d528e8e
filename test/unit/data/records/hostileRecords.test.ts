import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { runChecks } from '../../../../src/data/checks/checkRun';
import { openPlace } from '../../../../src/data/content/contentSource';
import { parseConfigFile } from '../../../../src/data/records/configFile';
import { IgnoreRules } from '../../../../src/data/records/ignore';
import { parseJson } from '../../../../src/data/records/jsonFile';
import { lookUp } from '../../../../src/data/records/paramLookup';
import { isOnOtherMachine } from '../../../../src/data/records/recordPath';
import { parsePythonFile } from '../../../../src/data/records/pythonFile';
import { checkExpressions, findExpressions } from '../../../../src/data/records/templateExpression';
import { YamlFile } from '../../../../src/data/records/yamlFile';
import { DataReader } from '../../../../src/data/reader';
import type { Revisions } from '../../../../src/data/revisions';
import { DataRepository } from '../dataRepository';

/** A repository without git that may be trusted. */
const NO_GIT = {
  tracks: () => Promise.resolve(false),
  commit: () => Promise.resolve(undefined),
  dispose: () => undefined,
} as unknown as Revisions;

describe('a repository that nobody may trust', () => {
  let repository: DataRepository;
  beforeEach(() => {
    repository = new DataRepository();
  });
  afterEach(() => repository.dispose());

  const statusOf = async (revisions?: Revisions) => {
    const reader = new DataReader(() => undefined, { revisions });
    try {
      return await reader.status(repository.root);
    } finally {
      reader.dispose();
    }
  };
  const rows = async (revisions?: Revisions) => (await statusOf(revisions)).errors.map(({ path, message }) => `${path}: ${message}`).sort();

  it('may have pipes for files: they are rows, or say nothing, and nobody waits for them', async function () {
    if (process.platform === 'win32') return this.skip();
    repository.write('data.csv', 'a\n');
    const digest = repository.add('data.csv');
    repository.write('dvc.yaml', 'stages:\n  a:\n    cmd: x\n');
    repository.write('p/dvc.yaml', 'vars: [own.json]\nstages:\n  b:\n    cmd: x\n');
    rmSync(repository.cached(digest));
    repository.remove('.dvc/config');
    const pipes = ['pipe.dvc', 'params.yaml', 'p/own.json', '.dvc/config', '.dvcignore', 'data.csv.checks.yaml'];
    execFileSync('mkfifo', [...pipes.map((path) => repository.path(path)), repository.cached(digest)]);
    for (const revisions of [undefined, NO_GIT])
      assert.deepEqual(
        await rows(revisions),
        ['.dvc/config', 'p/own.json', 'params.yaml', 'pipe.dvc'].map((path) => `${path}: it is no plain file, and is not read`),
      );
    const { outcome, errors } = await runChecks(repository.path('data.csv.checks.yaml'));
    assert.deepEqual([outcome, errors.length, /it is no plain file/.test(errors[0] ?? '')], ['unusable', 1, true]);
  });

  it('may have records of any size, also without an end', async function () {
    if (process.platform === 'win32') return this.skip();
    repository.write('large.dvc', 'outs:\n');
    truncateSync(repository.path('large.dvc'), 3_000_000_000);
    symlinkSync('/dev/zero', repository.path('endless.dvc'));
    assert.deepEqual(await rows(NO_GIT), [
      'endless.dvc: it is no plain file, and is not read',
      'large.dvc: it has 3.0 GB; no more than 17 MB are read',
    ]);
  });

  it('has no link followed out of it before it is trusted', async function () {
    if (process.platform === 'win32') return this.skip();
    const outside = new DataRepository();
    try {
      outside.write('secret.yaml', 'k: 1\n');
      outside.write('deep/secret', 'x');
      repository.write('own.csv', 'a\n');
      repository.add('own.csv');
      for (const name of ['file.csv', 'folder', 'mixed/a']) {
        repository.write(name, 'same\n');
      }
      repository.add('file.csv');
      repository.add('folder');
      repository.add('mixed');
      for (const name of ['file.csv', 'folder', 'mixed/a']) repository.remove(name);
      symlinkSync(outside.path('secret.yaml'), repository.path('file.csv'));
      symlinkSync(outside.path('deep'), repository.path('folder'));
      symlinkSync(outside.path('deep/secret'), repository.path('mixed/a'));
      symlinkSync(outside.path('secret.yaml'), repository.path('params.yaml'));
      repository.write('dvc.yaml', 'stages:\n  a:\n    cmd: x ${k}\n');
      const closed = await statusOf();
      assert.deepEqual(
        closed.outs.map(({ path, state }) => [path, state]),
        [['own.csv', 'unchanged']],
      );
      const before = 'before you trust this workspace';
      assert.deepEqual(await rows(), [
        `file.csv: it leads out of the repository, and is not looked at ${before}`,
        `folder: it leads out of the repository, and is not looked at ${before}`,
        `mixed: its a leads out of the repository, and is not looked at ${before}`,
        `params.yaml: it lies outside of the repository, and is not read ${before}`,
      ]);
      const open = await statusOf(NO_GIT);
      assert.deepEqual([open.errors, open.stages.map(({ command }) => command).includes('x 1')], [[], true]);
      assert.deepEqual(
        open.outs.map(({ path, state }) => [path, state]),
        [
          ['file.csv', 'modified'],
          ['folder', 'modified'],
          ['mixed', 'modified'],
          ['own.csv', 'unchanged'],
        ],
      );
    } finally {
      outside.dispose();
    }
  });

  it('has no cache counted or asked that lies elsewhere before it is trusted', async () => {
    repository.write('elsewhere/x', 'abc');
    repository.write('inner/.dvc/config', '[cache]\n    dir = ../../elsewhere\n');
    for (const [revisions, bytes] of [
      [undefined, 0],
      [NO_GIT, 3],
    ] as const) {
      const reader = new DataReader(() => undefined, { revisions });
      assert.deepEqual(await reader.cacheUsage(repository.path('inner')), { bytes, files: bytes / 3 });
      reader.dispose();
    }
    const asked = ['\\\\evil\\share', '//evil/share', 'D:\\cache'].map((path) => isOnOtherMachine('C:\\work', path, 'win32'));
    assert.deepEqual(asked, [true, true, false]);
    assert.equal(isOnOtherMachine('\\\\own\\work', '\\\\own\\cache', 'win32'), false);
    assert.equal(isOnOtherMachine('/work', '//odd', 'linux'), false);
  });

  it('can’t have anything read as an object that lies out of its cache', async () => {
    writeFileSync(repository.path('secret'), 'mine');
    for (const digest of ['../../../../secret', '..', 'ab/../../../../../secret']) {
      const place = {
        kind: 'version',
        name: 'x',
        fileName: 'x',
        cache: repository.path('.dvc', 'cache'),
        hashName: 'md5',
        digest,
      } as const;
      const source = await openPlace(place);
      await assert.rejects(source.open('x'), /not in the cache/);
    }
    repository.write('x.dvc', 'outs:\n- sha: ../../../../../secret\n  hash: sha\n  path: x\n');
    assert.deepEqual(
      (await statusOf()).outs.map(({ inCache }) => inCache),
      [false],
    );
  });

  it('can’t hold anybody up with what patterns find slow', () => {
    const name = 'a'.repeat(250);
    const many = `${'*a'.repeat(40)}b`;
    assert.equal(IgnoreRules.none.with('/r', many).ignores(`/r/${name}`, false), false);
    assert.equal(IgnoreRules.none.with('/r', many).ignores(`/r/${name}b`, false), true);
    assert.equal(IgnoreRules.none.withDvc('/r', many, true).ignores(`/r/${name}`, false), false);
    assert.equal(IgnoreRules.none.withDvc('/r', many, true).ignores(`/r/${name}b`, false), true);
    const folders = `${'**/a/'.repeat(20)}b`;
    assert.equal(IgnoreRules.none.with('/r', folders).ignores(`/r/${'a/'.repeat(2_000)}c`, false), false);
    assert.equal(IgnoreRules.none.with('/r', folders).ignores(`/r/${'a/'.repeat(2_000)}b`, false), true);
    assert.equal(IgnoreRules.none.withDvc('/r', `x/${folders}`, true).ignores(`/r/x/${'a/'.repeat(2_000)}c`, false), false);
    assert.equal(lookUp({ ['a'.repeat(10_000)]: 1 }, many), undefined);
    assert.deepEqual(lookUp({ [`${name}b`]: 1 }, many), { value: 1 });
    assert.equal(findExpressions('${'.repeat(500_000)).length, 0);
    assert.equal(findExpressions(`${'${'.repeat(500_000)}\n}`).length, 0);
    assert.throws(() => checkExpressions(`\${a${' .a'.repeat(100)}]}`), /must be a name/);
    assert.doesNotThrow(() => checkExpressions('${ a . b [0] . c }'));
    assert.throws(() => parseJson(`"${'\\"'.repeat(500_000)}`), /not JSON/);
    assert.equal(parsePythonFile(`class A(${'::'.repeat(50_000)}): x = 1\n`).size, 1);
    assert.throws(() => parseConfigFile(`[a]\nx${' '.repeat(60_000)}y`), /expected “key = value”/);
  });

  it('can’t fill the memory by a few lines that stand for many', async () => {
    const lines = Array.from({ length: 10 }, (_, i) => `k${i} = ${`%(k${i + 1})s`.repeat(100)}\n`);
    assert.throws(() => parseConfigFile(`[a]\n${lines.join('')}k10 = x\n`), /stand for too long a text/);
    const axis = JSON.stringify(Array.from({ length: 100 }, (_, i) => i));
    const axes = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `      ${name}: ${axis}\n`).join('');
    repository.write('dvc.yaml', `stages:\n  many:\n    matrix:\n${axes}    cmd: x\n  one:\n    cmd: y\n`);
    const { errors, stages } = await statusOf();
    assert.deepEqual(
      [errors.map(({ line, message }) => [line, message]), stages.map(({ name }) => name)],
      [[[2, 'stage “many”: it makes more than 50,000 stages, and is not resolved']], ['one']],
    );
  });

  it('can’t hold anybody up with very many keys, of which two the same are told', () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `k${i}: 1\n`).join('');
    assert.equal((YamlFile.parse(keys).value as ReadonlyMap<string, unknown>).size, 100_000);
    assert.throws(() => YamlFile.parse(`${keys}k7: 2\n`), { message: 'Map keys must be unique', line: 100_001 });
  });
});
