import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { missing } from '../../../src/core/errors';
import { placeOfVersion } from '../../../src/data/content/versionPlace';
import { answerContent } from '../../../src/data/content/thread/contentAnswer';
import type { ContentAnswer, ContentQuestion } from '../../../src/data/content/thread/contentMessages';
import type { ContentControl } from '../../../src/data/content/thread/contentReader';
import { DataRepository } from '../data/dataRepository';
import { LiveData, type DataReaders } from '../../../src/panels/liveData';
import type { DataEvent, DataReport, DataSide } from '../../../src/protocol/data';

describe('a page of data', () => {
  let folder: string;
  let events: DataEvent[];
  const write = (path: string, content: string | Buffer): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const at = (path: string): string => join(folder, path);
  const tree = (path: string): DataSide => ({ path: at(path), revision: undefined, name: 'Working tree' });
  const version = (path: string): DataSide => ({ path: at(path), revision: 'v1', name: 'v1' });

  /** The real reading, in this thread; a version of a path lies in the folder `v1` beside it. */
  async function ask<Q extends ContentQuestion>(question: Q, control: ContentControl = {}): Promise<ContentAnswer<Q['kind']>> {
    return (await answerContent(question, control)) as ContentAnswer<Q['kind']>;
  }
  const readers: DataReaders = {
    content: {
      profile: (place, options = {}, control) => ask({ kind: 'profile', place, options }, control),
      compare: (before, after, options = {}, control) => ask({ kind: 'compare', before, after, options }, control),
      samples: (place, options = {}, control) => ask({ kind: 'samples', place, options }, control),
      changedImages: (before, after, options = {}, control) => ask({ kind: 'changedImages', before, after, options }, control),
    },
    places: {
      placeIn: (root, path, { target, hashName, digest }) => placeOfVersion(root, path, { target, hashName }, digest, path),
      placeAt: (path, revision) => {
        if (revision === 'gone') return Promise.reject(missing('The content of a.csv (gone) is not in the cache; fetch it (dvc fetch).'));
        return Promise.resolve({ kind: 'path', path: path.replace(folder, join(folder, revision)) });
      },
    },
  };

  function open(sides: readonly [DataSide] | readonly [DataSide, DataSide], given = readers): LiveData {
    events = [];
    return new LiveData(
      { root: folder, label: 'data', sides },
      undefined,
      given,
      (event) => events.push(structuredClone(event)),
      () => undefined,
    );
  }
  const one = <T extends DataEvent['type']>(type: T): DataEvent & { readonly type: T } => {
    const found = events.filter((event): event is DataEvent & { readonly type: T } => event.type === type);
    assert.equal(found.length, 1, `${type} in ${events.map((event) => event.type).join()}`);
    return found[0]!;
  };

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ml-live-data-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('tells of columns, ranges, rows and classes of two versions of a table', async () => {
    write('v1/a.csv', 'size,old,label\n1,5,yes\n2,5,no\n3,5,no\n');
    write('a.csv', 'size,new,label\n1,x,yes\n9,y,yes\n3,z,no\n4,,no\n');
    await open([version('a.csv'), tree('a.csv')]).start();
    const { report } = one('report');
    assert.deepEqual(
      report.columns.map(({ name, state }) => [name, state]),
      [
        ['size', 'changed'],
        ['old', 'removed'],
        ['new', 'added'],
        ['label', 'changed'],
      ],
    );
    const [size] = report.columns;
    assert.deepEqual([size?.before?.numbers?.max, size?.after?.numbers?.max], [3, 9]);
    assert.deepEqual(
      report.facts.filter(({ name }) => name === 'Rows'),
      [{ name: 'Rows', before: '3', after: '4', differs: true, change: '+1' }],
    );
    assert.deepEqual(report.balance?.classes, [
      { value: 'no', before: 2, after: 2 },
      { value: 'yes', before: 1, after: 2 },
    ]);
    assert.equal(report.isSame, false);
  });

  it('tells long whole numbers in full digits, in messages that JSON carries', async () => {
    write('v1/ids.csv', 'id\n9007199254740993\n1\n');
    write('ids.csv', 'id\n9007199254740993\n-1234567890123456\n');
    await open([version('ids.csv'), tree('ids.csv')]).start();
    const [id] = (JSON.parse(JSON.stringify(one('report'))) as { report: DataReport }).report.columns;
    assert.deepEqual(id?.before?.numbers?.digits, { max: '9007199254740993' });
    assert.deepEqual(id.after?.numbers?.digits, { min: '-1234567890123456', max: '9007199254740993' });
  });

  it('tells that a table is only saved in another encoding', async () => {
    write('v1/a.csv', 'city;n\nKöln;1\n');
    writeFileSync(join(folder, 'a.csv'), 'city;n\nKöln;1\n', 'latin1');
    await open([version('a.csv'), tree('a.csv')]).start();
    const { facts, notes, isSame } = one('report').report;
    const format = { name: 'Format', before: 'CSV (semicolons)', after: 'CSV (semicolons, Windows-1252)', differs: true };
    assert.deepEqual([facts[0], notes, isSame], [format, ['It is not UTF-8: read as Windows-1252.'], true]);
  });

  it('says that nothing differs', async () => {
    write('v1/a.csv', 'size\n1\n2\n');
    write('a.csv', 'size\n1\n2\n');
    await open([version('a.csv'), tree('a.csv')]).start();
    const { report } = one('report');
    assert.equal(report.isSame, true);
    assert.ok(report.facts.every(({ differs }) => !differs));
    assert.deepEqual(report.rows, { both: 2, onlyBefore: 0, onlyAfter: 0 });
  });

  it('shows one version alone', async () => {
    write('a.csv', 'size\n1\n2\n');
    await open([tree('a.csv')]).start();
    const { report } = one('report');
    assert.deepEqual(
      report.columns.map(({ before, after }) => [before, after?.type]),
      [[undefined, 'integer']],
    );
    assert.ok(report.facts.every(({ before, differs }) => before === undefined && !differs));
  });

  it('brings pictures that differ, and samples by class, as PNG', async () => {
    for (const version of ['v1/', ''])
      for (const kind of ['cat', 'dog']) for (const n of [0, 1]) write(`${version}p/${kind}/${n}.png`, picture(n));
    write('p/cat/1.png', picture(9));
    write('p/dog/2.png', picture(2));
    await open([version('p'), tree('p')]).start();
    const files = events.flatMap((event) => (event.type === 'files' ? event.files : []));
    assert.deepEqual(files, [
      { kind: 'changed', path: 'cat/1.png' },
      { kind: 'added', path: 'dog/2.png' },
    ]);
    const changes = one('changedImages');
    assert.deepEqual([changes.changed, changes.added, changes.removed], [1, 1, 0]);
    assert.deepEqual(
      changes.images.map(({ before, after }) => [before?.key, after?.key]),
      [
        ['cat/1.png', 'cat/1.png'],
        [undefined, 'dog/2.png'],
      ],
    );
    const samples = one('samples');
    assert.deepEqual([samples.before.length, samples.after.length], [4, 5]);
    const [image] = samples.after;
    assert.equal(image?.label, 'cat');
    const { width, height } = PNG.sync.read(Buffer.from(image?.source.replace('data:image/png;base64,', '') ?? '', 'base64'));
    assert.deepEqual([width, height], [8, 8]);
  });

  it('looks into one file of a folder, and at all of it again', async () => {
    for (const path of ['v1/d/a.csv', 'd/a.csv', 'v1/d/b.csv']) write(path, 'size\n1\n');
    write('d/b.csv', 'size\n5\n');
    const live = open([version('d'), tree('d')]);
    await live.start();
    assert.deepEqual(one('report').report.parts, [{ path: 'b.csv', summary: '1 row → 1 row' }]);
    events = [];
    await live.narrow('b.csv');
    assert.equal(one('subject').inside, 'b.csv');
    assert.deepEqual(
      one('report').report.columns.map(({ name, state }) => [name, state]),
      [['size', 'changed']],
    );
    events = [];
    await live.narrow(undefined);
    assert.equal(one('report').report.parts.length, 1);
  });

  it('sends a hundred thousand files in pieces, and lets others work between them', async () => {
    const changed = Array.from({ length: 100_000 }, (_, index) => `folder/${index}.png`);
    write('v1/d/a.csv', 'a\n');
    write('d/a.csv', 'a\n');
    const compare: DataReaders['content']['compare'] = async (before, after, options, control) => ({
      ...(await readers.content.compare(before, after, options, control)),
      files: { changed, added: [], removed: [], renamed: [], unchanged: 7 },
    });
    let turns = 0;
    let isDone = false;
    const count = (): void => void (turns++, isDone || setImmediate(count));
    const live = open([version('d'), tree('d')], { ...readers, content: { ...readers.content, compare } });
    setImmediate(count);
    await live.start();
    isDone = true;
    const pieces = events.filter((event) => event.type === 'files');
    assert.equal(pieces.flatMap(({ files }) => files).length, 100_000);
    assert.deepEqual(pieces[0]?.counts, { changed: 100_000, added: 0, removed: 0, renamed: 0, unchanged: 7 });
    assert.ok(Math.max(...pieces.map(({ files }) => files.length)) <= 2_000);
    assert.ok(turns >= pieces.length - 2, `${turns} turns for ${pieces.length} pieces`);
  });

  it('names a hundred thousand files of more, and counts all', async () => {
    const added = Array.from({ length: 100_500 }, (_, index) => `folder/${index}.png`);
    write('v1/d/a.csv', 'a\n');
    write('d/a.csv', 'a\n');
    const compare: DataReaders['content']['compare'] = async (before, after, options, control) => ({
      ...(await readers.content.compare(before, after, options, control)),
      files: { changed: [], added, removed: [], renamed: [], unchanged: 0 },
    });
    await open([version('d'), tree('d')], { ...readers, content: { ...readers.content, compare } }).start();
    const pieces = events.filter((event) => event.type === 'files');
    assert.equal(pieces.flatMap(({ files }) => files).length, 100_000);
    assert.equal(pieces[0]?.counts?.added, 100_500);
  });

  it('sends very many columns in pieces, those that went in their places', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
    const row = (cells: readonly unknown[]): string => `${cells.join()}\n`;
    write('v1/wide.csv', row(names) + row(names.map((_, index) => index)));
    const kept = names.filter((_, index) => index !== 600);
    write('wide.csv', row([...kept, 'new']) + row([...kept.map((_, index) => index), 'x']));
    await open([version('wide.csv'), tree('wide.csv')]).start();
    const first = one('report').report.columns;
    const rest = events.flatMap((event) => (event.type === 'columns' ? [event.columns] : []));
    assert.ok(first.length < 1_001 && Math.max(...rest.map(({ length }) => length)) <= first.length);
    const all = [...first, ...rest.flat()];
    assert.deepEqual(
      all.map(({ name }) => name),
      [...names, 'new'],
    );
    assert.deepEqual([all[600]?.state, all[1_000]?.state, all[5]?.state], ['removed', 'added', 'unchanged']);
  });

  it('tells of very many classes those that differ most', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `k${index}`);
    const table = (more: readonly string[]): string => `label,n\n${[...rows, ...more].map((name, at) => `${name},${at % 7}`).join('\n')}\n`;
    write('v1/a.csv', table([]));
    write('a.csv', table(['k2999', 'k2999', 'k17']));
    await open([version('a.csv'), tree('a.csv')]).start();
    const { balance } = one('report').report;
    assert.deepEqual([balance?.total, balance?.differing, balance?.classes.length], [3_000, 2, 1_000]);
    assert.deepEqual(
      balance?.classes.filter(({ before, after }) => before !== after).map(({ value }) => value),
      ['k17', 'k2999'],
    );
  });

  describe('in a cache', () => {
    let repository: DataRepository;
    const recorded = (path: string, digest: string): DataSide => ({
      ...{ path: repository.path(path), revision: undefined, name: 'Committed to DVC' },
      content: { target: repository.path(path), hashName: 'md5', digest },
    });
    const drop = (content: string | Buffer): void => rmSync(repository.cached(createHash('md5').update(content).digest('hex')));
    const openIn = (sides: readonly [DataSide, DataSide] | readonly [DataSide]): LiveData =>
      new LiveData(
        { root: repository.root, label: 'd', sides },
        undefined,
        readers,
        (event) => events.push(structuredClone(event)),
        assert.fail,
      );

    beforeEach(() => {
      repository = new DataRepository();
      events = [];
    });
    afterEach(() => repository.dispose());

    it('compares what a record names, which no commit has, with the working tree', async () => {
      repository.write('a.csv', 'a\n1\n');
      const digest = repository.add('a.csv');
      repository.write('a.csv', 'a\n5\n');
      await openIn([recorded('a.csv', digest), { path: repository.path('a.csv'), revision: undefined, name: 'Working tree' }]).start();
      const [column] = one('report').report.columns;
      assert.deepEqual([column?.before?.numbers?.max, column?.after?.numbers?.max], [1, 5]);
    });

    it('compares the files of a folder by their names and digests where contents are not here', async () => {
      for (const kind of ['cat', 'dog'])
        for (const n of [0, 1, 2]) repository.write(`d/${kind}/${n}.png`, picture(n + (kind === 'cat' ? 0 : 5)));
      const before = repository.add('d');
      repository.write('d/cat/1.png', picture(9));
      repository.remove('d/dog/2.png');
      const after = repository.add('d');
      // One that both have, and one that only the former has.
      drop(picture(0));
      drop(picture(7));
      await openIn([recorded('d', before), recorded('d', after)]).start();
      const { report } = one('report');
      assert.deepEqual(report.lacking, { before: 2, after: 1 });
      assert.equal(report.isSame, false);
      const files = events.flatMap((event) => (event.type === 'files' ? event.files : []));
      assert.deepEqual(files, [
        { kind: 'changed', path: 'cat/1.png' },
        { kind: 'removed', path: 'dog/2.png' },
      ]);
      assert.deepEqual(
        report.facts.map(({ name }) => name),
        ['Format', 'Files', 'Images', 'Classes'],
      );
      assert.deepEqual([report.values, report.problemCount], [undefined, 0]);
      assert.deepEqual(report.balance?.classes.at(-1), { value: 'dog', before: 3, after: 2 });
      assert.deepEqual(
        events.filter(({ type }) => type === 'changedImages' || type === 'imagesFailed' || type === 'failed'),
        [],
      );
      assert.equal(one('samples').after.length, 4);
    });

    it('compares folders of which no content is here', async () => {
      for (const n of [0, 1]) repository.write(`d/${n}.csv`, `a\n${n}\n`);
      const before = repository.add('d');
      repository.write('d/1.csv', 'a\n7\n');
      const after = repository.add('d');
      for (const n of [0, 1, 7]) drop(`a\n${n}\n`);
      await openIn([recorded('d', before), recorded('d', after)]).start();
      const { report } = one('report');
      assert.deepEqual([report.lacking, report.parts, report.problems], [{ before: 2, after: 2 }, [], []]);
      assert.deepEqual(
        events.flatMap((event) => (event.type === 'files' ? event.files : [])),
        [{ kind: 'changed', path: '1.csv' }],
      );
      events = [];
      await openIn([recorded('d', before)]).start();
      assert.deepEqual(one('report').report.lacking, { before: undefined, after: 2 });
    });

    it('says that a list of files has to be fetched', async () => {
      repository.write('d/0.csv', 'a\n');
      const digest = repository.add('d');
      rmSync(repository.cached(digest), { force: true });
      const live = new LiveData(
        { root: repository.root, label: 'd', sides: [recorded('d', digest)] },
        ...([undefined, readers, (event: DataEvent) => events.push(event), () => undefined] as const),
      );
      await live.start();
      assert.deepEqual([one('failed').fetch, /list of files/.test(one('failed').message)], [true, true]);
    });
  });

  it('stops when it is told to, and says nothing of what comes later', async () => {
    let stopped = 0;
    const compare: DataReaders['content']['compare'] = (_before, _after, _options, { signal } = {}) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => {
          stopped++;
          reject(signal.reason as Error);
        }),
      );
    const live = open([tree('a'), tree('b')], { ...readers, content: { ...readers.content, compare } });
    const reading = live.start();
    await new Promise((resolve) => setImmediate(resolve));
    live.cancel();
    await reading;
    assert.equal(stopped, 1);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['subject', 'stopped'],
    );
  });

  it('tells what fetching could bring, and what it could not', async () => {
    write('a.csv', 'a\n1\n');
    await open([{ ...version('a.csv'), revision: 'gone' }, tree('a.csv')]).start();
    assert.deepEqual([one('failed').fetch, /fetch it/.test(one('failed').message)], [true, true]);
    await open([tree('none.csv')]).start();
    assert.deepEqual([one('failed').fetch, /There is no data at/.test(one('failed').message)], [false, true]);
  });

  it('swaps the versions', async () => {
    write('v1/a.csv', 'a\n1\n');
    write('a.csv', 'a\n2\n');
    const live = open([version('a.csv'), tree('a.csv')]);
    await live.swap();
    assert.deepEqual(
      live.subject.sides.map(({ name }) => name),
      ['Working tree', 'v1'],
    );
    assert.equal(one('report').report.columns[0]?.before?.numbers?.max, 2);
  });
});

function picture(shade: number): Buffer {
  const png = new PNG({ width: 8, height: 8 });
  png.data.fill(20 * shade);
  for (let i = 3; i < png.data.length; i += 4) png.data[i] = 255;
  return PNG.sync.write(png);
}
