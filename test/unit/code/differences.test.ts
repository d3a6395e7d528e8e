import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { parseBlame } from '../../../src/code/lineHistory';
import { parseDiff } from '../../../src/code/parseDiff';
import { CodeReader } from '../../../src/code/reader';
import { restraining } from '../../../src/code/restraint';
import { INDEX, pathOf, revision, WORKING_TREE, type Side } from '../../../src/code/side';
import { indexInfo, parseIndexEntries, parseTreeEntries, quotedPath } from '../../../src/code/treeEntry';
import { CodeRepository } from './codeRepository';

const windows = process.platform === 'win32';
const HARD = ['two words', 'é', '😀', '-dash', '*', ...(windows ? [] : ['"quoted"', 'line\nbreak', 'tab\there', '\x1b[31mred', ':0:a'])];
const ZERO = '0'.repeat(40);
const HASH = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

describe('git diff', () => {
  it('keeps hard names as they are, with their counts', () => {
    for (const name of HARD) {
      const output = [
        `:100644 100644 ${HASH} ${ZERO} M`,
        name,
        `:100644 100644 ${HASH} ${HASH} R087`,
        `old ${name}`,
        `new ${name}`,
        `:000000 100755 ${ZERO} ${HASH} A`,
        `${name}.bin`,
        `3\t1\t${name}`,
        '0\t2\t',
        `old ${name}`,
        `new ${name}`,
        `-\t-\t${name}.bin`,
        '',
      ].join('\0');
      assert.deepEqual(
        parseDiff(output).map(({ kind, before, after, added, removed, binary }) => [
          kind,
          before?.path,
          after?.path,
          added,
          removed,
          binary,
        ]),
        [
          ['modified', name, name, 3, 1, false],
          ['renamed', `old ${name}`, `new ${name}`, 0, 2, false],
          ['added', undefined, `${name}.bin`, undefined, undefined, true],
        ],
      );
    }
  });

  it('reads 10,000 files', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `folder ${i % 100}/file\n${i}`);
    const raw = names.map((name) => `:100644 100644 ${HASH} ${ZERO} M\0${name}\0`).join('');
    const counts = names.map((name, i) => `${i}\t0\t${name}\0`).join('');
    const found = parseDiff(raw + counts);
    assert.deepEqual(found.map(pathOf), names);
    assert.equal(found[9_999]?.added, 9_999);
  });

  it('reads entries of trees and of the index, and writes them as git takes them', () => {
    for (const name of HARD) {
      const entry = { mode: '100644', hash: HASH, stage: 2, path: name, size: undefined };
      assert.deepEqual(parseIndexEntries(`100644 ${HASH} 2\t${name}\0`), [entry]);
      assert.deepEqual(parseTreeEntries(`100644 blob ${HASH}      17\t${name}\0`), [{ ...entry, stage: 0, size: 17 }]);
      assert.equal(indexInfo([entry], ['a']), `0 ${ZERO} 0\ta\x00100644 ${HASH} 2\t${name}\0`);
    }
    assert.equal(quotedPath('a "b"'), 'a "b"');
    assert.equal(quotedPath('"a"\n\\'), '"\\"a\\"\\012\\\\"');
  });

  it('turns off what settings name, also under hard names', () => {
    assert.deepEqual(restraining(['core.bare', 'filter.a=b.clean', 'diff.x.y.textconv', 'user.name', 'diff.renames']), [
      ['filter.a=b.clean', ''],
      ['diff.x.y.textconv', ''],
      ['filter.a=b.required', 'false'],
    ]);
  });
});

describe('reading what differs', () => {
  let repository: CodeRepository;
  let reader: CodeReader;
  beforeEach(() => {
    repository = new CodeRepository();
    reader = new CodeReader(() => undefined);
  });
  afterEach(() => {
    reader.dispose();
    repository.dispose();
  });

  it('says what plain git says, of any two sides, with the contents of both', async () => {
    for (const name of HARD) repository.commit(`a/${name}`, `first ${name}\n`);
    repository.commit('moved from', 'content\nthat\nmoves\n');
    repository.commit('data.bin', Buffer.from([0, 1, 2]));
    repository.git('tag', 'before');
    repository.git('checkout', '--quiet', '-b', 'work');
    for (const name of HARD) repository.commit(`a/${name}`, `second ${name}\n`);
    repository.git('mv', 'moved from', 'moved to');
    repository.git('commit', '--quiet', '-m', 'Move');
    for (const name of HARD) repository.write(`a/${name}`, `staged ${name}\n`);
    repository.git('add', '--all');
    for (const name of HARD) repository.write(`a/${name}`, `working ${name}\nwith more\n`);
    repository.write('data.bin', Buffer.from([9, 0, 255]));
    repository.write('untracked é', 'new');
    repository.git('config', 'diff.noprefix', 'true');
    repository.git('config', 'diff.renames', 'false');
    const contents: Record<string, string> = { before: 'first', work: 'second', index: 'staged', worktree: 'working' };
    const named: [string, Side, string[]][] = [
      ['before', revision('before'), ['before']],
      ['work', revision('work'), ['work']],
      ['index', INDEX, ['--cached']],
      ['worktree', WORKING_TREE, []],
    ];
    for (const [from, one, first] of named) {
      for (const [to, other, second] of named) {
        const found = await reader.diff(repository.root, one, other);
        const trees = [...first, ...second].filter((arg) => !arg.startsWith('--'));
        const cached = [from, to].includes('index') && ![from, to].includes('worktree') ? ['--cached'] : [];
        const backwards = ['index', 'worktree'].indexOf(from) > ['index', 'worktree'].indexOf(to) ? ['-R'] : [];
        const expected =
          from === to
            ? []
            : repository.git('diff', '--name-only', '--find-renames', '-z', ...cached, ...backwards, ...trees, '--').split('\0');
        assert.deepEqual(found.map(pathOf).sort(), expected.filter(Boolean).sort(), `${from} ${to}`);
        const file = found.find((each) => pathOf(each) === `a/${HARD[0]}`);
        if (from === to) continue;
        const [old, now] = await Promise.all([
          reader.content(repository.root, one, file?.before ?? ''),
          reader.content(repository.root, other, file?.after ?? ''),
        ]);
        assert.match(String(old), new RegExp(`^${contents[from]} two words`));
        assert.match(String(now), new RegExp(`^${contents[to]} two words`));
        for (const name of HARD)
          assert.match(String(await reader.content(repository.root, other, `a/${name}`)), new RegExp(`^${contents[to]} `));
      }
    }
    const moved = (await reader.diff(repository.root, revision('before'), revision('work'))).find(({ kind }) => kind === 'renamed');
    assert.deepEqual([moved?.before?.path, moved?.after?.path], ['moved from', 'moved to']);
    const binary = (await reader.diff(repository.root, INDEX, WORKING_TREE)).find((each) => pathOf(each) === 'data.bin');
    assert.equal(binary?.binary, true);
    const all = await reader.diff(repository.root, revision('HEAD'), WORKING_TREE, { untracked: true });
    assert.equal(all.find((each) => pathOf(each) === 'untracked é')?.kind, 'added');
    assert.equal(await reader.content(repository.root, revision('before'), 'moved to'), undefined);
    assert.deepEqual((await reader.diff(repository.root, INDEX, WORKING_TREE, { paths: ['*'] })).map(pathOf), []);
    assert.match(
      await reader.patch(repository.root, INDEX, WORKING_TREE, { paths: [`a/${HARD[0]}`] }),
      /-staged two words\n\+working two words/,
    );
    await assert.rejects(reader.diff(repository.root, revision('nosuch'), INDEX), /no commit, branch or tag nosuch/);
    await assert.rejects(reader.content(repository.root, WORKING_TREE, '../outside'), /outside/);
  });

  it('compares before the first commit, and knows links, conflicts and files that were only touched', async function () {
    repository.write('a', 'x\n');
    repository.git('add', 'a');
    assert.deepEqual(
      (await reader.diff(repository.root, revision('HEAD'), INDEX)).map(({ kind }) => kind),
      ['added'],
    );
    repository.git('commit', '--quiet', '-m', 'x');
    rmSync(repository.path('a'));
    repository.write('a', 'x\n');
    assert.deepEqual(await reader.diff(repository.root, INDEX, WORKING_TREE), []);
    repository.git('checkout', '--quiet', '-b', 'other');
    repository.commit('a', 'theirs\n');
    repository.git('checkout', '--quiet', 'main');
    repository.commit('a', 'ours\n');
    repository.tryGit('merge', 'other');
    assert.deepEqual(
      (await reader.diff(repository.root, INDEX, WORKING_TREE)).map(({ kind }) => kind),
      ['conflicted'],
    );
    if (windows) return;
    symlinkSync('nowhere', repository.path('link'));
    assert.equal(String(await reader.content(repository.root, WORKING_TREE, 'link')), 'nowhere');
  });

  it('pages through the history, of a branch or of a file through its renames', async () => {
    const first = repository.commit('old name', 'a\nb\nc\nd\n');
    for (let i = 0; i < 6; i++) repository.commit('other', String(i));
    repository.git('mv', 'old name', 'new "name"');
    repository.git('commit', '--quiet', '-m', 'Rename');
    const renamed = repository.git('rev-parse', 'HEAD');
    const all = repository.git('log', '--format=%H').split('\n');
    const hashes = async (options: Parameters<CodeReader['log']>[1]): Promise<string[]> =>
      (await reader.log(repository.root, options)).map(({ hash }) => hash);
    assert.deepEqual(await hashes({ max: 3, skip: 2 }), all.slice(2, 5));
    assert.deepEqual(await hashes({ path: 'new "name"' }), [renamed, first]);
    assert.deepEqual(await hashes({ path: 'new "name"', max: 1, skip: 1 }), [first]);
    assert.deepEqual(await hashes({ path: '*' }), []);
    assert.deepEqual(await hashes({ revision: `${first}..HEAD` }), all.slice(0, -1));
    await assert.rejects(hashes({ revision: 'nosuch' }), /no commit, branch or tag nosuch/);
    const graph = await reader.graph(repository.root);
    assert.deepEqual([...graph.keys()].sort(), [...all].sort());
    assert.deepEqual(graph.get(first), []);
  });

  it('finds who wrote which line', async () => {
    const first = repository.commit('params.yaml', 'epochs: 1\nrate: 0.1\n');
    const second = repository.commit('params.yaml', 'epochs: 2\nrate: 0.1\n', 'More “epochs”');
    repository.write('params.yaml', 'epochs: 2\nrate: 0.1\nnew: 1\n');
    const blamed = await reader.blame(repository.root, 'params.yaml');
    assert.deepEqual(
      blamed.map((line) => line?.hash),
      [second, first, undefined],
    );
    assert.deepEqual([blamed[0]?.subject, blamed[0]?.author, blamed[1]?.line], ['More “epochs”', 'Ada', 2]);
    assert.deepEqual(
      (await reader.lineHistory(repository.root, 'params.yaml', 1, 1)).map(({ hash }) => hash),
      [second, first],
    );
    assert.deepEqual(
      (await reader.lineHistory(repository.root, 'params.yaml', 2, 2)).map(({ hash }) => hash),
      [first],
    );
    assert.deepEqual(parseBlame(''), []);
  });

  it('finds who wrote which line also where the list of commits to be passed over is missing or broken', async () => {
    repository.git('config', 'core.autocrlf', 'input');
    const first = repository.commit('a', '1\nrate = 0.1\n');
    const second = repository.commit('a', '1\nrate = 0.2\n');
    const plain = (...args: string[]): string[] =>
      repository
        .git(...args, 'blame', '--porcelain', 'a')
        .split('\n')
        .flatMap((line) => /^([0-9a-f]{40}) /.exec(line)?.[1] ?? []);
    const blamed = async (): Promise<(string | undefined)[]> => (await reader.blame(repository.root, 'a')).map((line) => line?.hash);
    repository.write('passed-over', `${second}\n`);
    repository.git('config', 'blame.ignoreRevsFile', 'passed-over');
    assert.deepEqual(await blamed(), plain(), 'where it is there, it counts');
    assert.deepEqual(await blamed(), [first, first]);
    repository.write('passed-over', 'no commit\n');
    assert.deepEqual(await blamed(), [first, second]);
    repository.git('config', 'blame.ignoreRevsFile', 'nowhere/at all');
    assert.throws(() => plain(), /could not open object name list/);
    assert.deepEqual(await blamed(), [first, second]);
    repository.write('a', '1\r\nrate = 0.2\r\nnew\r\n');
    assert.deepEqual(await blamed(), [first, second, undefined], 'the other settings count');
    const restricted = new CodeReader(() => undefined, undefined, { restricted: true });
    assert.deepEqual((await restricted.blame(repository.root, 'a')).length, 3);
    restricted.dispose();
  });

  it('restricted, starts nothing that the repository names, filters included', async function () {
    if (windows) this.skip();
    repository.commit('a.txt', 'x\n');
    const marker = repository.path('.git', 'ran');
    repository.write('.git/evil', `#!/bin/sh\necho "$@" >> '${marker}'\ncat\n`);
    for (const hook of ['post-index-change', 'post-checkout', 'reference-transaction']) {
      repository.write(`.git/hooks/${hook}`, `#!/bin/sh\necho hook >> '${marker}'\n`);
      chmodSync(repository.path(`.git/hooks/${hook}`), 0o755);
    }
    chmodSync(repository.path('.git/evil'), 0o755);
    const evil = repository.path('.git', 'evil');
    for (const key of [
      ...['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.editor', 'core.askPass', 'diff.external', 'gpg.program', 'alias.status'],
      ...['alias.diff', 'credential.helper', 'uploadpack.packObjectsHook', 'interactive.diffFilter', 'core.gitProxy'],
      ...['diff.evil.command', 'diff.evil.textconv', 'filter.evil.clean', 'filter.evil.smudge', 'filter.e=v.i l.process'],
    ]) {
      repository.git('config', key, evil);
    }
    for (const key of ['log.showSignature', 'filter.evil.required', 'filter.e=v.i l.required']) repository.git('config', key, 'true');
    repository.git('config', 'remote.origin.url', `ext::${evil}`);
    repository.git('config', 'remote.origin.promisor', 'true');
    repository.git('config', 'protocol.ext.allow', 'always');
    repository.write('.git/info/attributes', '* diff=evil filter=evil\n');
    repository.write('.gitattributes', '*.txt diff=evil filter=evil\n');
    rmSync(marker, { force: true });
    repository.write('a.txt', 'y\n');
    const restricted = new CodeReader(() => undefined, undefined, { restricted: true });
    try {
      assert.deepEqual(
        (await restricted.status(repository.root)).changed.map(({ path }) => path),
        ['a.txt'],
      );
      await restricted.branches(repository.root);
      await restricted.log(repository.root, { path: 'a.txt' });
      await restricted.graph(repository.root);
      await restricted.remoteUrls(repository.root);
      await restricted.blame(repository.root, 'a.txt');
      await restricted.lineHistory(repository.root, 'a.txt', 1, 1);
      for (const side of [INDEX, revision('HEAD')]) {
        assert.deepEqual((await restricted.diff(repository.root, side, WORKING_TREE, { untracked: true })).map(pathOf), [
          '.gitattributes',
          'a.txt',
        ]);
        await restricted.patch(repository.root, side, WORKING_TREE);
        assert.equal(String(await restricted.content(repository.root, side, 'a.txt')), 'x\n');
      }
      await restricted.content(repository.root, revision('HEAD'), 'gone').catch(() => undefined);
      // An object that is nowhere here would be fetched from the remote that promises it.
      rmSync(repository.path('.git/objects', ...split(repository.git('rev-parse', 'HEAD:a.txt'))));
      await restricted.content(repository.root, revision('HEAD'), 'a.txt').catch(() => undefined);
      assert.equal(existsSync(marker), false, existsSync(marker) ? readFileSync(marker, 'utf8') : '');
    } finally {
      restricted.dispose();
    }
    rmSync(marker, { force: true });
    repository.git('config', '--unset', 'remote.origin.promisor');
    repository.tryGit('diff');
    assert.equal(existsSync(marker), true, 'plain git would have started it');
  });
});

function split(hash: string): [string, string] {
  return [hash.slice(0, 2), hash.slice(2)];
}
