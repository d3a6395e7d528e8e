import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DataReader } from '../../../../src/data/reader';
import { countStates, type OutStatus } from '../../../../src/data/status/status';
import { DataRepository } from '../dataRepository';

describe('status of tracked data', () => {
  let repository: DataRepository;
  let lines: string[];
  let reader: DataReader;

  beforeEach(() => {
    repository = new DataRepository();
    lines = [];
    reader = new DataReader((line) => lines.push(line));
    repository.write('data/a.csv', '1,2\n');
    repository.write('data/imgs/x', 'x\n');
    repository.write('data/imgs/sub/y', 'y\n');
    repository.add('data/a.csv');
    repository.add('data/imgs');
  });
  afterEach(() => {
    reader.dispose();
    repository.dispose();
  });

  const outOf = async (path: string): Promise<OutStatus> => {
    const { outs, errors } = await reader.status(repository.root);
    assert.deepEqual(errors, []);
    const out = outs.find((each) => each.path === path);
    assert.ok(out, `${path} is listed`);
    return out;
  };

  it('finds everything unchanged, with what is recorded', async () => {
    const file = await outOf('data/a.csv');
    assert.deepEqual([file.state, file.size, file.files, file.line, file.inCache], ['unchanged', 4, undefined, 2, true]);
    const folder = await outOf('data/imgs');
    assert.deepEqual([folder.state, folder.size, folder.files, folder.isFolder], ['unchanged', 4, 2, true]);
  });

  it('tells modified from deleted, and what differs inside a folder', async () => {
    repository.write('data/a.csv', '1,3\n');
    repository.write('data/imgs/new', 'n\n');
    repository.write('data/imgs/sub/y', 'changed\n');
    repository.remove('data/imgs/x');
    assert.equal((await outOf('data/a.csv')).state, 'modified');
    const folder = await outOf('data/imgs');
    assert.equal(folder.state, 'modified');
    assert.deepEqual(folder.changes, { added: ['new'], modified: ['sub/y'], deleted: ['x'] });
    repository.remove('data/imgs');
    assert.equal((await outOf('data/imgs')).state, 'deleted');
  });

  it('reads nothing outside the repository, whatever a record names', async () => {
    // The folder data is made a repository of its own; what its records name lies beside it, and everywhere.
    repository.write('elsewhere/b.csv', 'x\n');
    repository.write('data/.dvc/config', '');
    const digest = '0'.repeat(32);
    repository.write('data/beside.dvc', `outs:\n- md5: ${digest}\n  hash: md5\n  path: ../elsewhere/b.csv\n`);
    repository.write('data/everything.dvc', `outs:\n- md5: ${digest}.dir\n  hash: md5\n  path: /\n`);
    const { outs } = await reader.status(`${repository.root}/data`);
    const outside = outs.filter((out) => /(beside|everything)\.dvc$/.test(out.recordedIn));
    assert.deepEqual(
      outside.map((out) => out.workspace),
      ['unknown', 'unknown'],
    );
  });

  it('lets “not in cache” hide the others, for a folder if one member lacks', async () => {
    const [file, folder] = [await outOf('data/a.csv'), await outOf('data/imgs')];
    rmSync(repository.cached(file.digest ?? ''), { force: true });
    repository.write('data/a.csv', 'changed');
    const changed = await outOf('data/a.csv');
    assert.deepEqual([changed.state, changed.workspace, changed.inCache], ['not in cache', 'modified', false]);
    rmSync(repository.cached('401b30e3b8b5d629635a5c613cdb7919'), { force: true });
    assert.equal((await outOf('data/imgs')).state, 'not in cache');
    // Without a manifest the folder's own hash still tells whether it is as recorded.
    rmSync(repository.cached(folder.digest ?? ''), { force: true });
    assert.equal((await outOf('data/imgs')).workspace, 'unchanged');
  });

  it('does not believe an object that may have been written to, and leaves it', async () => {
    const { digest = '' } = await outOf('data/a.csv');
    chmodSync(repository.cached(digest), 0o644);
    assert.equal((await outOf('data/a.csv')).state, 'unchanged');
    writeFileSync(repository.cached(digest), 'damaged');
    assert.equal((await outOf('data/a.csv')).state, 'not in cache');
    assert.ok(existsSync(repository.cached(digest)));
  });

  it('calls a folder in a file’s place, and a file in a folder’s, modified', async () => {
    repository.remove('data/a.csv');
    mkdirSync(repository.path('data/a.csv'));
    repository.remove('data/imgs');
    repository.write('data/imgs', 'file');
    assert.equal((await outOf('data/a.csv')).state, 'modified');
    assert.equal((await outOf('data/imgs')).state, 'modified');
  });

  it('makes one bad file one bad row', async () => {
    repository.write('data/bad.dvc', 'outs:\n- md5: nonsense\n  path: q\n');
    const status = await reader.status(repository.root);
    assert.deepEqual(
      status.errors.map(({ path, line }) => [path, line]),
      [['data/bad.dvc', 2]],
    );
    assert.deepEqual(countStates(status), { unchanged: 2, modified: 0, deleted: 0, 'not in cache': 0, unknown: 0, error: 1 });
  });

  it('passes over ignored .dvc files, nested repositories and lock files without a pipeline', async () => {
    repository.write('.gitignore', '/skipped/\n');
    mkdirSync(repository.path('.git'));
    repository.write('skipped/s', 's');
    repository.add('skipped/s');
    repository.write('hidden/h', 'h');
    repository.add('hidden/h');
    repository.write('.dvcignore', 'hidden\n*.part\n');
    repository.write('nested/.dvc/config', '');
    repository.write('nested/n', 'n');
    repository.add('nested/n');
    repository.write('old/dvc.lock', 'schema: "2.0"\nstages:\n  a:\n    cmd: x\n    outs:\n    - path: o\n');
    repository.write('data/imgs/half.part', 'not counted');
    const { outs } = await reader.status(repository.root);
    assert.deepEqual(
      outs.map(({ path, state }) => [path, state]),
      [
        ['data/a.csv', 'unchanged'],
        ['data/imgs', 'unchanged'],
      ],
    );
  });

  it('reads the outs of a pipeline, in its working folder', async () => {
    const digest = repository.add('data/a.csv');
    repository.remove('data/a.csv.dvc');
    repository.write('dvc.yaml', 'stages:\n  prepare:\n    wdir: data\n    cmd: x\n    outs: [a.csv]\n');
    repository.write(
      'dvc.lock',
      `schema: '2.0'\nstages:\n  prepare:\n    cmd: x\n    outs:\n    - path: a.csv\n      hash: md5\n      md5: ${digest}\n      size: 4\n`,
    );
    const out = await outOf('data/a.csv');
    assert.deepEqual([out.state, out.stage, out.line], ['unchanged', 'prepare', 5]);
  });

  it('looks for objects where the configuration says', async () => {
    renameSync(repository.path('.dvc/cache'), repository.path('objects'));
    assert.equal((await outOf('data/a.csv')).state, 'not in cache');
    writeFileSync(repository.path('.dvc/config'), '[cache]\n    dir = ../objects\n');
    assert.equal((await outOf('data/a.csv')).state, 'unchanged');
  });

  it('says what it read, and writes nothing outside of .tracking', async () => {
    mkdirSync(repository.path('.tracking'));
    const listing = (): string[] =>
      readdirSync(repository.root, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.tracking'));
    const before = listing();
    await reader.status(repository.root);
    assert.match(lines[0] ?? '', /2 stages, 0 errors, 3 files read/);
    assert.deepEqual(listing(), before);
  });

  it('stops when told to', async () => {
    await assert.rejects(reader.status(repository.root, AbortSignal.abort()));
  });
});
