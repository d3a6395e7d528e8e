import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync, readlinkSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describedOut, undoMetadata, writeMetadata } from '../../../../src/data/metadata/metadataFile';
import { metadataOf } from '../../../../src/data/metadata/metadata';
import type { MetadataChange } from '../../../../src/data/metadata/metadataEdit';
import { DataRepository } from '../dataRepository';

const MD5 = 'd8e8fca2dc0f896fd7cb4cb0031ba249';

describe('editing what is said of data', () => {
  let repository: DataRepository;

  beforeEach(() => {
    repository = new DataRepository();
  });
  afterEach(() => repository.dispose());

  const text = (file: string): string => readFileSync(repository.path(file), 'utf8');
  /** Describes an out and gives the file's text. */
  const edit = async (file: string, out: string, change: MetadataChange): Promise<string> => {
    await writeMetadata({ root: repository.root, file: join(repository.root, file), target: join(repository.root, out) }, change);
    return text(file);
  };

  const cases: readonly { name: string; file?: string; out?: string; before: string; change: MetadataChange; after: string }[] = [
    {
      name: 'adds to a .dvc file at the end of the entry',
      before: `outs:\n- md5: ${MD5}\n  size: 5\n  hash: md5\n  path: a.csv\n`,
      change: {
        description: 'Digits',
        type: 'image',
        labels: ['raw', 'mnist'],
        source: 'https://x.org/a',
        preprocessing: ['trim: 2', 'scale'],
      },
      after:
        `outs:\n- md5: ${MD5}\n  size: 5\n  hash: md5\n  path: a.csv\n  desc: Digits\n  type: image\n  labels:\n  - raw\n  - mnist\n` +
        `  meta:\n    source: "https://x.org/a"\n    preprocessing:\n    - "trim: 2"\n    - scale\n`,
    },
    {
      name: 'keeps comments, order, a missing last newline',
      before: `# head\nouts:\n  - path: a.csv # the data\n    desc: old # why\n    # about the hash\n    md5: ${MD5}\n    hash: md5\nmeta: {mine: 1}`,
      change: { description: 'new: better', type: 'table' },
      after: `# head\nouts:\n  - path: a.csv # the data\n    desc: "new: better" # why\n    # about the hash\n    md5: ${MD5}\n    hash: md5\n    type: table\nmeta: {mine: 1}`,
    },
    {
      name: 'keeps CRLF, and a file without a last newline',
      before: `outs:\r\n- md5: ${MD5}\r\n  hash: md5\r\n  path: a.csv`,
      change: { labels: ['a'] },
      after: `outs:\r\n- md5: ${MD5}\r\n  hash: md5\r\n  path: a.csv\r\n  labels:\r\n  - a`,
    },
    {
      name: 'takes away what is empty, and what held nothing else',
      before: `outs:\n- desc: gone\n  md5: ${MD5}\n  meta:\n    source: there\n  hash: md5\n  path: a.csv\n`,
      change: { description: '', source: undefined, transformations: undefined },
      after: `outs:\n- md5: ${MD5}\n  hash: md5\n  path: a.csv\n`,
    },
    {
      name: 'changes single lines of a list',
      before: `outs:\n- path: a.csv\n  md5: ${MD5}\n  labels:\n    - a # first\n    # about b\n    - b\n    - c\n`,
      change: { labels: ['a', 'c', 'd'] },
      after: `outs:\n- path: a.csv\n  md5: ${MD5}\n  labels:\n    - a # first\n    # about b\n    - c\n    - d\n`,
    },
    {
      name: 'writes into brackets',
      before: `outs: [{path: a.csv, md5: ${MD5}, meta: {other: 1}}] # all\n`,
      change: { description: 'x, y', source: 'me' },
      after: `outs: [{path: a.csv, md5: ${MD5}, meta: {other: 1, source: "me"}, desc: "x, y"}] # all\n`,
    },
    {
      name: 'replaces a long text by a short one',
      before: `outs:\n- path: a.csv\n  desc: |\n    one\n    two\n\n  md5: ${MD5}\n`,
      change: { description: 'one\ntwo' },
      after: `outs:\n- path: a.csv\n  desc: "one\\ntwo"\n\n  md5: ${MD5}\n`,
    },
    {
      name: 'fills an empty meta, and leaves what is foreign in it',
      before: `outs:\n- path: a.csv\n  md5: ${MD5}\n  meta:\n  hash: md5\n`,
      change: { transformations: ['flip'] },
      after: `outs:\n- path: a.csv\n  md5: ${MD5}\n  meta:\n    transformations:\n    - flip\n  hash: md5\n`,
    },
    {
      name: 'makes a mapping of a plain out of a pipeline',
      file: 'dvc.yaml',
      before: `stages:\n  make:\n    cmd: echo\n    outs:\n      - a.csv # made\n      - b.csv\n`,
      change: { description: 'Made of ${x}', labels: ['raw'] },
      after: `stages:\n  make:\n    cmd: echo\n    outs:\n      - a.csv: # made\n          desc: "Made of \\\\\${x}"\n          labels:\n            - raw\n      - b.csv\n`,
    },
    {
      name: 'makes a plain out of a mapping that says nothing any more',
      file: 'dvc.yaml',
      before: `stages:\n  make:\n    cmd: echo\n    outs: [{a.csv: {meta: {source: x}}}, b.csv]\n`,
      change: { source: '' },
      after: `stages:\n  make:\n    cmd: echo\n    outs: [a.csv, b.csv]\n`,
    },
    {
      name: 'keeps the comment behind such a mapping’s key',
      file: 'dvc.yaml',
      before: `stages:\n  make:\n    cmd: echo\n    outs:\n      - a.csv: # made\n          desc: x # why\n      - b.csv\n`,
      change: { description: '' },
      after: `stages:\n  make:\n    cmd: echo\n    outs:\n      - a.csv # made # why\n      - b.csv\n`,
    },
    {
      name: 'adds to an out of a pipeline that has keys',
      file: 'dvc.yaml',
      before: `stages:\n  make:\n    cmd: echo\n    metrics:\n    - a.csv:\n        cache: false\n`,
      change: { type: 'metrics' },
      after: `stages:\n  make:\n    cmd: echo\n    metrics:\n    - a.csv:\n        cache: false\n        type: metrics\n`,
    },
    {
      name: 'edits the template of a group',
      file: 'dvc.yaml',
      before: `stages:\n  make:\n    foreach: [a, b]\n    do:\n      cmd: echo \${item}\n      outs:\n      - \${item}.csv\n`,
      change: { type: 'table' },
      after: `stages:\n  make:\n    foreach: [a, b]\n    do:\n      cmd: echo \${item}\n      outs:\n      - \${item}.csv:\n          type: table\n`,
    },
  ];
  for (const { name, file = 'a.csv.dvc', out = 'a.csv', before, change, after } of cases)
    it(name, async () => {
      repository.write(file, before);
      assert.equal(await edit(file, out, change), after);
      // And back: what was said before is said again.
      const target = { root: repository.root, file: join(repository.root, file), target: join(repository.root, out) };
      const { out: found } = await describedOut(target);
      for (const [field, value] of Object.entries(change))
        assert.deepEqual(
          metadataOf(found)[field as 'type'],
          value === '' ? undefined : field === 'transformations' ? (value ?? []) : value,
        );
    });

  it('reads back any text', async () => {
    repository.write('a.csv.dvc', `outs:\n- md5: ${MD5}\n  path: a.csv\n`);
    const texts = [
      'true',
      '1.0',
      '2020-01-01',
      '- a',
      'a: b',
      'a #b',
      ' x ',
      '"',
      '\\',
      '😀 ü',
      '\u0085\u2028\x7f',
      'null',
      '~',
      'no',
      '0x1f',
      'a\r\nb',
      '{',
      '*a',
      '&a',
      '!x',
      '%',
      '@',
      '`',
      "it's",
      'x'.repeat(5000),
    ];
    for (const each of texts) {
      await edit('a.csv.dvc', 'a.csv', { description: each, labels: [each, 'x'], source: each, preprocessing: [each] });
      const { out } = await describedOut({ root: repository.root, file: repository.path('a.csv.dvc'), target: repository.path('a.csv') });
      const { description, labels, source, preprocessing } = metadataOf(out);
      assert.deepEqual([description, labels, source, preprocessing], [each, [each, 'x'], each, [each]]);
    }
  });

  it('refuses what would change more than it should', async () => {
    const refused: readonly [string, string][] = [
      ['an alias', `outs:\n- path: a.csv\n  md5: ${MD5}\n  meta: &m\n    source: x\nmeta: *m\n`],
      ['meta that is a text', `outs:\n- path: a.csv\n  md5: ${MD5}\n  meta: words\n`],
    ];
    for (const [name, before] of refused) {
      repository.write('a.csv.dvc', before);
      await assert.rejects(edit('a.csv.dvc', 'a.csv', { source: 'y' }), /^TrackingError: [^\n]*$/, name);
      assert.equal(text('a.csv.dvc'), before);
    }
  });

  it('leaves a file alone that somebody has protected, keeps the rights of others, and a link a link', async function () {
    if (process.platform === 'win32') return this.skip();
    const before = `outs:\n- md5: ${MD5}\n  path: a.csv\n`;
    repository.write('a.csv.dvc', before);
    chmodSync(repository.path('a.csv.dvc'), 0o444);
    await assert.rejects(edit('a.csv.dvc', 'a.csv', { type: 'x' }), /a\.csv\.dvc is read-only: make it writable, and try again\.$/);
    assert.equal(text('a.csv.dvc'), before);
    chmodSync(repository.path('a.csv.dvc'), 0o666);
    await edit('a.csv.dvc', 'a.csv', { type: 'x' });
    assert.equal(statSync(repository.path('a.csv.dvc')).mode & 0o777, 0o666);
    renameSync(repository.path('a.csv.dvc'), repository.path('kept.record'));
    symlinkSync('kept.record', repository.path('a.csv.dvc'));
    await edit('a.csv.dvc', 'a.csv', { type: 'table' });
    assert.deepEqual([readlinkSync(repository.path('a.csv.dvc')), /type: table/.test(text('kept.record'))], ['kept.record', true]);
  });

  it('leaves a file alone that an editor holds or that was changed, and takes back only its own', async () => {
    const before = `outs:\n- md5: ${MD5}\n  path: a.csv\n`;
    repository.write('a.csv.dvc', before);
    const target = { root: repository.root, file: repository.path('a.csv.dvc'), target: repository.path('a.csv') };
    await assert.rejects(
      writeMetadata(target, { type: 'x' }, () => true),
      /not saved: save it/,
    );
    assert.equal(text('a.csv.dvc'), before);
    const written = await writeMetadata(target, { type: 'x' });
    await undoMetadata(written);
    assert.equal(text('a.csv.dvc'), before);
    const again = await writeMetadata(target, { type: 'x' });
    repository.write('a.csv.dvc', `${again.after}# mine\n`);
    await assert.rejects(undoMetadata(again), /was changed meanwhile/);
    assert.equal(text('a.csv.dvc'), `${again.after}# mine\n`);
    assert.deepEqual(
      readdirSync(repository.root).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });
});
