import assert from 'node:assert/strict';
import { readDvcFile } from '../../../../src/data/records/dvcFile';
import { readPlainRecord } from '../../../../src/data/records/plainRecord';
import { RecordError } from '../../../../src/data/records/recordError';
import type { Stage } from '../../../../src/data/records/stage';

const parseDvcFile = (text: string): Stage => readDvcFile('/r', '/r/sub/x.dvc', text);
const parsePlainRecord = (text: string): Stage | undefined => readPlainRecord('/r', '/r/sub/x.dvc', text);

describe('.dvc files', () => {
  it('reads an out as DVC 3 writes it', () => {
    const { outs, deps, workingFolder, frozen } = parseDvcFile(
      'outs:\n- md5: 9ca4c14093b3752ad0c0d88836691b4e.dir\n  size: 4\n  nfiles: 2\n  hash: md5\n  path: imgs\n  desc: pictures\n',
    );
    assert.deepEqual({ deps, workingFolder, frozen }, { deps: [], workingFolder: '/r/sub', frozen: false });
    assert.deepEqual(outs, [
      {
        path: 'imgs',
        target: '/r/sub/imgs',
        kind: 'out',
        recorded: { hashName: 'md5', digest: '9ca4c14093b3752ad0c0d88836691b4e.dir', size: 4, files: 2, executable: false },
        cached: true,
        persistent: false,
        pushed: true,
        versioned: false,
        remote: undefined,
        description: 'pictures',
        type: undefined,
        labels: [],
        meta: undefined,
        line: 2,
      },
    ]);
  });

  it('takes a hash without a name for the legacy one, in any order of keys', () => {
    const [out] = parseDvcFile(
      'md5: 0123456789abcdef0123456789abcdef\nouts:\n- path: a\n  cache: false\n  isexec: true\n  md5: d41d8cd98f00b204e9800998ecf8427e\n',
    ).outs;
    assert.equal(out?.recorded?.hashName, 'md5-dos2unix');
    assert.equal(out?.cached, false);
    assert.equal(out?.recorded?.executable, true);
  });

  it('keeps digests that YAML takes for numbers', () => {
    for (const digest of ['00000000000000000000000000000012', '12345678901234567890123456789012', '1234567890123456789012345678e012']) {
      assert.equal(parseDvcFile(`outs:\n- md5: ${digest}\n  hash: md5\n  path: a\n`).outs[0]?.recorded?.digest, digest);
    }
  });

  it('reads imports, working folders and frozen stages', () => {
    const stage = parseDvcFile(
      'frozen: true\nwdir: ..\ndeps:\n- path: data/x\n  repo:\n    url: https://example.org/r\n    rev_lock: abc\nouts:\n- path: x\n',
    );
    assert.equal(stage.frozen, true);
    assert.equal(stage.workingFolder, '/r');
    assert.deepEqual(stage.deps[0]?.source, { kind: 'repository', url: 'https://example.org/r', revision: undefined, locked: 'abc' });
    assert.equal(stage.outs[0]?.recorded, undefined);
  });

  for (const [what, text, line] of [
    ['a conflict', 'outs:\n<<<<<<< HEAD\n- md5: a\n=======\n- md5: b\n', 2],
    ['a list at the top', '- a\n- b\n', 1],
    ['nothing', '', 1],
    ['an out without a path', 'outs:\n- path: a\n- size: 3\n', 3],
    ['outs that are no list', 'outs: 3\n', 1],
    ['a hash that is none', 'outs:\n- path: a\n  md5: xyz\n', 2],
    ['an unfinished string', 'outs:\n- path: "a\n', 3],
  ] as const) {
    it(`refuses ${what} and says where`, () => {
      assert.throws(
        () => parseDvcFile(text),
        (error) => error instanceof RecordError && error.line === line && !error.message.includes('\n'),
      );
    });
  }
});

describe('.dvc files of the plain form', () => {
  const digest = 'd41d8cd98f00b204e9800998ecf8427e';
  const written = (more: Record<string, string> = {}): string => {
    const keys = { md5: digest, size: '4', hash: 'md5', path: 'a.csv', ...more };
    return `outs:\n${Object.entries(keys)
      .map(([key, value], i) => `${i === 0 ? '- ' : '  '}${key}: ${value}\n`)
      .join('')}`;
  };

  it('mean what the YAML parser takes them for', () => {
    for (const text of [
      written(),
      written({ path: 'deep/x_1-b' }),
      written({ md5: `${digest}.dir`, nfiles: '3' }),
      written({ size: '0' }),
    ]) {
      assert.deepEqual(parsePlainRecord(text), parseDvcFile(text));
    }
  });

  it('are no others', () => {
    const names = [
      'true',
      'No',
      '12',
      '1e5',
      '0x1f',
      '1.5',
      '"a"',
      "'a'",
      'a: b',
      'a #b',
      'é',
      '- a',
      '~',
      '&a',
      '*a',
      '.hidden',
      '2024-01-01',
      '1_000',
    ];
    for (const path of names) assert.equal(parsePlainRecord(written({ path })), undefined, path);
    const others: Record<string, string>[] = [
      { desc: 'x' },
      { md5: '1'.repeat(32) },
      { md5: `${'1'.repeat(15)}e${'1'.repeat(16)}` },
      { hash: 'other' },
      { size: '010' },
      { size: 'x' },
    ];
    for (const more of others) assert.equal(parsePlainRecord(written(more)), undefined, JSON.stringify(more));
    for (const text of [
      '',
      'outs:\n',
      written().trimEnd(),
      `${written()}${written().slice(6)}`,
      `${written()}meta: x\n`,
      written().replaceAll('\n', '\r\n'),
    ]) {
      assert.equal(parsePlainRecord(text), undefined);
    }
  });
});
