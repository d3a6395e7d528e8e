import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { RecordFiles } from '../../../../src/data/records/recordFiles';
import type { BrokenRecord } from '../../../../src/data/records/recordReading';
import { scanRepository } from '../../../../src/data/records/scan';

const SOUND = 'outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  size: 0\n  hash: md5\n  path: sound\n';
const ONE = 'stages:\n  a:\n    cmd: x\n';
const stage = (...lines: string[]): string =>
  `stages:\n  a:\n    cmd: x\n${lines.map((line) => `    ${line}\n`).join('')}  b:\n    cmd: y\n`;

type Files = Readonly<Record<string, string | Buffer>>;
/** What is broken; the files; where the row points to; its message; the stages that stand nevertheless. */
type Case = readonly [what: string, files: Files, at: string, message: RegExp, stages?: readonly string[]];

const PIPELINES: readonly Case[] = [
  ['YAML', { 'dvc.yaml': 'stages:\n  a:\n    cmd: [x\n' }, 'dvc.yaml:4', /end with a \]/],
  ['tabs', { 'dvc.yaml': 'stages:\n\ta:\n' }, 'dvc.yaml:2', /Tabs/],
  ['a key that is there twice', { 'dvc.yaml': `${ONE}    cmd: y\n` }, 'dvc.yaml:4', /unique/],
  ['a list at the top', { 'dvc.yaml': '- a\n' }, 'dvc.yaml:1', /expected a mapping, not list/],
  ['a text at the top', { 'dvc.yaml': 'hello\n' }, 'dvc.yaml:1', /expected a mapping, not str/],
  ['bytes that are no UTF-8', { 'dvc.yaml': Buffer.from([0x61, 0xff]) }, 'dvc.yaml:1', /not UTF-8/],
  ['a key at the top', { 'dvc.yaml': `${ONE}foo: 1\n` }, 'dvc.yaml:4', /DVC doesn't know “foo”/],
  ['a key of a stage', { 'dvc.yaml': stage('dep: [y]') }, 'dvc.yaml:4', /stages\.a\.dep: DVC doesn't know “dep”/, ['b']],
  ['a stage without a command', { 'dvc.yaml': 'stages:\n  a:\n    deps: [y]\n  b:\n    cmd: y\n' }, 'dvc.yaml:2', /“cmd” is missing/, ['b']],
  ['a stage without anything', { 'dvc.yaml': 'stages:\n  b:\n    cmd: y\n  a:\n' }, 'dvc.yaml:4', /not NoneType/, ['b']],
  ['deps that are no list', { 'dvc.yaml': stage('deps: y') }, 'dvc.yaml:4', /stages\.a\.deps: expected a list/, ['b']],
  ['a flag that is none', { 'dvc.yaml': stage('outs:', '- y:', '    cache: maybe') }, 'dvc.yaml:6', /y\.cache: expected true or false/, ['b']],
  ['an out that is a number', { 'dvc.yaml': stage('outs:', '- 3') }, 'dvc.yaml:5', /outs\.0: expected/, ['b']],
  ['params of no list', { 'dvc.yaml': stage('params:', '- p.yaml: x') }, 'dvc.yaml:2', /“params” takes a list of names for “p\.yaml”/, ['b']],
  ['a name with an @', { 'dvc.yaml': 'stages:\n  a@b:\n    cmd: x\n  b:\n    cmd: y\n' }, 'dvc.yaml:2', /its name has an “@”/, ['b']],
  ['foreach without do', { 'dvc.yaml': 'stages:\n  a:\n    foreach: [1]\n  b:\n    cmd: y\n' }, 'dvc.yaml:2', /“do” is missing/, ['b']],
  ['foreach over a number', { 'dvc.yaml': 'vars:\n- n: 3\nstages:\n  a:\n    foreach: ${n}\n    do:\n      cmd: x\n' }, 'dvc.yaml:4', /“foreach” takes a list or a mapping, not a number/],
  ['an item without a name', { 'dvc.yaml': 'stages:\n  a:\n    foreach: ["", c]\n    do:\n      cmd: x\n' }, 'dvc.yaml:2', /“a@”: its item is an empty text/, ['a@c']],
  ['a matrix of a number', { 'dvc.yaml': 'vars:\n- n: 3\nstages:\n  a:\n    matrix:\n      m: ${n}\n    cmd: x\n' }, 'dvc.yaml:4', /“matrix\.m” takes a list/],
  ['a variable', { 'dvc.yaml': stage('deps: ["${x.y}"]') }, 'dvc.yaml:2', /stage “a”: could not find “x\.y”/, ['b']],
  ['an expression', { 'dvc.yaml': stage('deps: ["${}"]') }, 'dvc.yaml:2', /“\$\{\}” must be a name/, ['b']],
  ['a mapping for a text', { 'dvc.yaml': `vars:\n- d: {k: 1}\n${stage('deps: ["${d}"]')}` }, 'dvc.yaml:4', /a mapping can't be inserted into “deps”/, ['b']],
  ['a file of variables that is absent', { 'dvc.yaml': `vars:\n- no.yaml\n${ONE}` }, 'dvc.yaml:1', /“no\.yaml” does not exist/],
  ['a stage’s file of variables', { 'dvc.yaml': stage('vars: [no.yaml]') }, 'dvc.yaml:2', /“no\.yaml” does not exist/, ['b']],
  ['a key of a file of variables', { 'dvc.yaml': `vars:\n- p.yaml:k\n${ONE}`, 'p.yaml': 'a: 1\n' }, 'dvc.yaml:1', /could not find “k” in “p\.yaml”/],
  ['variables that contradict', { 'dvc.yaml': `${ONE}vars:\n- p.yaml\n- k: 2\n`, 'p.yaml': 'k: 1\n' }, 'dvc.yaml:4', /“vars” defines “k” a second time/],
]; // prettier-ignore

const OTHERS: readonly Case[] = [
  ['params of YAML', { 'dvc.yaml': ONE, 'params.yaml': 'a: 1\nb: [\n' }, 'params.yaml:3', /end with a \]/],
  ['params of JSON', { 'dvc.yaml': `vars: [p.json]\n${ONE}`, 'p.json': '{\n "a": 1,\n "b": 2 3\n}\n' }, 'p.json:3', /^it is not JSON: /],
  ['params of TOML', { 'dvc.yaml': `vars: [p.toml]\n${ONE}`, 'p.toml': 'a = 1\nb = \n' }, 'p.toml:2', /^it is not TOML: /],
  ['params of Python', { 'dvc.yaml': `vars: [p.py]\n${ONE}`, 'p.py': 'a = 1\nb = (\n' }, 'p.py:2', /“\(” is never closed/],
  ['params that are no UTF-8', { 'dvc.yaml': ONE, 'params.yaml': Buffer.from([0x61, 0xff]) }, 'params.yaml:1', /not UTF-8/],
  ['params that are a folder', { 'dvc.yaml': ONE, 'params.yaml/x': '' }, 'params.yaml:1', /EISDIR|EPERM|EACCES/],
  ['params without keys', { 'dvc.yaml': ONE, 'params.yaml': '- 1\n' }, 'dvc.yaml:1', /“params\.yaml” must have keys, but is a list/],
  ['a lock', { 'dvc.yaml': ONE, 'dvc.lock': 'stages: [\n' }, 'dvc.lock:2', /end with a \]/, ['a']],
  ['a lock that is a list', { 'dvc.yaml': ONE, 'dvc.lock': '- a\n' }, 'dvc.lock:1', /“schema:” and “stages:”/, ['a']],
  ['a lock in the midst of a merge', { 'dvc.yaml': ONE, 'dvc.lock': 'schema: "2.0"\nstages:\n<<<<<<< HEAD\n  a:\n    cmd: x\n' }, 'dvc.lock:3', /a merge isn’t finished/, ['a']],
  ['a lock of a later schema', { 'dvc.yaml': ONE, 'dvc.lock': 'schema: "9.0"\nstages: {}\n' }, 'dvc.lock:1', /schema is not “2\.0”/, ['a']],
  ['a stage’s entry in the lock', { 'dvc.yaml': stage(), 'dvc.lock': 'schema: "2.0"\nstages:\n  a: 3\n' }, 'dvc.lock:3', /the lock's stage “a” must have keys/, ['b']],
  ['a dep of the lock', { 'dvc.yaml': stage('deps: [d]'), 'dvc.lock': 'schema: "2.0"\nstages:\n  a:\n    cmd: x\n    deps:\n    - md5: x\n' }, 'dvc.lock:6', /an entry of “deps” has no “path”/, ['b']],
  ['a hash of the lock', { 'dvc.yaml': stage('deps: [d]'), 'dvc.lock': 'schema: "2.0"\nstages:\n  a:\n    cmd: x\n    deps:\n    - path: d\n      hash: md5\n      md5: x\n' }, 'dvc.lock:6', /“x” is no MD5/, ['b']],
  ['a lock that git ignores', { '.git/HEAD': 'ref: x', '.gitignore': 'dvc.lock\n', 'dvc.yaml': ONE }, 'dvc.lock:1', /git ignores this file/, ['a']],
  ['a .dvc file without a path', { 'x.dvc': 'outs:\n- path: ok\n- size: 3\n' }, 'x.dvc:3', /an out has no “path”/],
  ['a .dvc file in the midst of a merge', { 'x.dvc': 'outs:\n<<<<<<< HEAD\n- md5: a\n=======\n- md5: b\n' }, 'x.dvc:2', /a merge isn’t finished/],
  ['a .dvc file of two documents', { 'x.dvc': 'outs:\n- path: a\n---\nouts:\n- path: b\n' }, 'x.dvc:3', /more than one document/],
  ['an alias of nothing', { 'x.dvc': 'outs: *none\n' }, 'x.dvc:1', /no anchor “none”|Unresolved alias/],
  ['an unknown tag', { 'x.dvc': 'meta:\n  a: !python/object x\nouts:\n- path: a\n' }, 'x.dvc:2', /DVC doesn't know the tag/],
  ['a value within itself', { 'x.dvc': 'meta: &m\n  a: *m\nouts:\n- path: a\n' }, 'x.dvc:1', /within itself/],
  ['lists in lists without end', { 'x.dvc': `meta: ${'['.repeat(20_000)}\nouts:\n- path: a\n` }, 'x.dvc:1', /nested too deeply/],
  ['aliases that would fill the memory', { 'x.dvc': `${aliases(12)}outs:\n- path: a\n` }, 'x.dvc:6', /its aliases stand for more than 100,000 values/],
  ['an out that is ignored', { '.dvcignore': 'a\n', 'x.dvc': 'outs:\n- path: a\n' }, 'x.dvc:2', /\.dvcignore ignores the out “a”/],
  ['an out that is a record', { 'x.dvc': 'outs:\n- path: y.dvc\n' }, 'x.dvc:2', /a file of DVC's own/],
]; // prettier-ignore

describe('broken records', () => {
  let root = '';
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'ml-broken-')));
    mkdirSync(join(root, '.dvc'));
    writeFileSync(join(root, 'sound.dvc'), SOUND);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  async function scanned(): Promise<{ stages: string[]; broken: readonly BrokenRecord[] }> {
    const { stages, broken } = await scanRepository(root, new RecordFiles(root));
    return { stages: stages.map(({ address }) => address), broken };
  }

  for (const [what, files, at, message, stages = []] of [...PIPELINES, ...OTHERS])
    it(`make one row, with a line, of ${what}`, async () => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
      const found = await scanned();
      assert.deepEqual(
        found.broken.map(({ file, line }) => `${relative(root, file).split(sep).join('/')}:${line}`),
        [at],
      );
      const [row] = found.broken;
      assert.match(row?.message ?? '', message);
      assert.ok(row && !row.message.includes('\n') && row.message.length > 10);
      assert.deepEqual(found.stages, [...stages, 'sound.dvc']);
    });

  it('make one row of a link to itself, and none of one that leads nowhere', async () => {
    symlinkSync('nowhere', join(root, 'nowhere.dvc'));
    assert.deepEqual(await scanned(), { stages: ['sound.dvc'], broken: [] });
    symlinkSync('x.dvc', join(root, 'x.dvc'));
    const { stages, broken } = await scanned();
    assert.deepEqual(stages, ['sound.dvc']);
    assert.deepEqual(
      broken.map(({ file }) => file),
      [join(root, 'x.dvc')],
    );
    assert.match(broken[0]?.message ?? '', /ELOOP/);
  });

  it('are read again when they are mended, and params files with them', async () => {
    const records = new RecordFiles(root);
    writeFileSync(join(root, 'dvc.yaml'), 'stages:\n  a:\n    cmd: echo ${x}\n');
    writeFileSync(join(root, 'params.yaml'), 'x: [\n');
    assert.equal((await scanRepository(root, records)).broken.length, 1);
    writeFileSync(join(root, 'params.yaml'), 'x: 1.0\n');
    const { stages, broken } = await scanRepository(root, records);
    assert.deepEqual([broken, stages.map(({ command }) => command)], [[], ['echo 1.0', undefined]]);
  });
});

/** Ten aliases each of what stands above, so often. */
function aliases(depth: number): string {
  const lines = ['k0: &k0 [x]'];
  for (let at = 1; at <= depth; at++) lines.push(`k${at}: &k${at} [${Array.from({ length: 10 }, () => `*k${at - 1}`).join(', ')}]`);
  return `${lines.join('\n')}\n`;
}
