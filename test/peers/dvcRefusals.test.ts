import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { DataQuestion } from '../../src/data/source';
import { asSets } from './dvc/agreement';
import { DvcProcess, plainEnvironment } from './dvc/dvcProcess';
import { TriedRepository } from './dvc/repository';
import { dataSource } from './dvc/sources';
import type { Step } from './dvc/steps';

const PYTHON = join(import.meta.dirname, '../../.vscode-test/dvc/bin/python');
const PIPELINE = 'stages:\n  copy:\n    cmd: cp good.csv copied.csv\n    deps: [good.csv]\n    outs: [copied.csv]\n';

/** One broken thing in a repository of sound ones: where ours points to, and the steps that break it. */
interface Broken {
  readonly name: string;
  readonly path: string;
  /** What stands before it breaks. */
  readonly sound?: readonly Exclude<Step, 'ask'>[];
  readonly steps: readonly Exclude<Step, 'ask'>[];
}

const BROKEN: readonly Broken[] = [
  { name: 'YAML that is none', path: 'bad.dvc', steps: [{ write: 'bad.dvc', text: 'outs: [\n' }] },
  { name: 'a list for a record', path: 'bad.dvc', steps: [{ write: 'bad.dvc', text: '- a\n- b\n' }] },
  { name: 'a hash that is no text', path: 'bad.dvc', steps: [{ write: 'bad.dvc', text: 'outs:\n- md5: [1]\n  path: x\n' }] },
  {
    name: 'a merge that is not finished',
    path: 'bad.dvc',
    steps: [{ write: 'bad.dvc', text: '<<<<<<< HEAD\nouts:\n- md5: a\n=======\nouts:\n- md5: b\n>>>>>>> other\n  path: x\n' }],
  },
  { name: 'bytes that are no text', path: 'bad.dvc', steps: [{ write: 'bad.dvc', text: 'outs:\n- path: "\u0000\u0001"\n' }] },
  { name: 'a pipeline that is none', path: 'sub/dvc.yaml', steps: [{ write: 'sub/dvc.yaml', text: 'stages: [' }] },
  {
    name: 'a stage without a command',
    path: 'sub/dvc.yaml',
    steps: [{ write: 'sub/dvc.yaml', text: 'stages:\n  x:\n    outs: [y]\n' }],
  },
  {
    name: 'a variable that is not there',
    path: 'sub/dvc.yaml',
    steps: [{ write: 'sub/dvc.yaml', text: 'stages:\n  x:\n    cmd: echo ${absent}\n' }],
  },
  {
    name: 'a file of variables that is not there',
    path: 'sub/dvc.yaml',
    steps: [{ write: 'sub/dvc.yaml', text: 'vars: [absent.yaml]\nstages:\n  x:\n    cmd: echo\n' }],
  },
  {
    name: 'a lock that is none',
    path: 'sub/dvc.lock',
    sound: [{ write: 'sub/dvc.yaml', text: 'stages:\n  x:\n    cmd: echo\n' }],
    steps: [{ write: 'sub/dvc.lock', text: 'schema: "2.0"\nstages: [' }],
  },
  {
    name: 'a lock of a schema that is not known',
    path: 'sub/dvc.lock',
    sound: [{ write: 'sub/dvc.yaml', text: 'stages:\n  x:\n    cmd: echo\n' }],
    steps: [{ write: 'sub/dvc.lock', text: 'schema: "9.0"\nstages: {}\n' }],
  },
];

/** What ours reads though dvc doesn't, on purpose: keys of an age before or after the dvc that is compared with. */
const READ_ON: readonly (readonly [string, string, readonly unknown[]])[] = [
  ['a key that is not known', 'outs:\n- path: x\n  colour: red\n', [{ 'changed outs': { x: 'deleted' } }]],
  // Which had to have a checksum of the whole.
  ['a command, as until 1.x', 'cmd: echo\nouts:\n- path: x\n', [{ 'changed outs': { x: 'deleted' } }, 'changed checksum']],
];

if (!existsSync(PYTHON)) {
  if (process.env['CI'] && process.platform !== 'win32') throw new Error('dvc is not installed: node scripts/peers.mjs dvc');
  console.log('Skipped: what the real dvc refuses (not installed; `node scripts/peers.mjs dvc` does it).');
} else
  describe('where dvc refuses a repository for one broken file', function () {
    this.timeout(120_000);
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'ml-refused-')));
    const environment = plainEnvironment(scratch);
    let dvc: DvcProcess;
    let repository: TriedRepository;
    before(async () => {
      dvc = new DvcProcess(PYTHON, scratch, environment);
      await dvc.version();
    });
    beforeEach(async () => {
      repository = await TriedRepository.make(dvc, 'git');
      const steps: Exclude<Step, 'ask'>[] = [
        { write: 'good.csv', text: 'good\n' },
        { write: 'set/one', text: 'one\n' },
        { dvc: ['add', '-q', 'good.csv', 'set'] },
        { write: 'dvc.yaml', text: PIPELINE },
        { dvc: ['repro', '-q'] },
        { git: ['add', '.'] },
        { git: ['commit', '-q', '-m', 'all'] },
        { write: 'set/two', text: 'two\n' },
        { append: 'good.csv', text: 'more\n' },
      ];
      for (const step of steps) await repository.do(step);
      assert.deepEqual(repository.complaints, []);
    });
    afterEach(() => repository.remove());
    after(async () => {
      await dvc.dispose();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    });

    for (const { name, path, sound, steps } of BROKEN)
      it(`ours answers the rest and names ${path} with ${name}`, async () => {
        const { root } = repository;
        const asked: readonly (readonly [string[], DataQuestion])[] = [
          [['status', '--json'], { kind: 'status', root }],
          [['data', 'status', '--json', '--granular', '--unchanged'], { kind: 'dataStatus', root, granular: true, unchanged: true }],
          [['diff', '--json', '--show-hash'], { kind: 'diff', root, hashes: true }],
        ];
        for (const step of sound ?? []) await repository.do(step);
        const rest: unknown[] = [];
        for (const [args] of asked) rest.push(JSON.parse((await dvc.run(root, args)).out));
        for (const step of steps) await repository.do(step);
        const source = dataSource();
        for (const [index, [args, question]] of asked.entries()) {
          assert.notEqual((await dvc.run(root, args)).code, 0, `dvc ${args.join(' ')} has an answer`);
          const { answer, errors } = await source.answer(question);
          assert.deepEqual(asSets(answer), asSets(rest[index]), args.join(' '));
          assert.deepEqual([...new Set(errors.map(({ file }) => relative(root, file).replaceAll(sep, '/')))], [path], args.join(' '));
          assert.ok(errors.every(({ message, line }) => message.length > 10 && !message.includes('\n') && line >= 1));
        }
        source.dispose();
      });

    for (const [name, text, expected] of READ_ON)
      it(`ours reads on over ${name}`, async () => {
        const { root } = repository;
        const rest = JSON.parse((await dvc.run(root, ['status', '--json'])).out) as object;
        await repository.do({ write: 'odd.dvc', text });
        assert.notEqual((await dvc.run(root, ['status', '--json'])).code, 0);
        const source = dataSource();
        const { answer, errors } = await source.answer({ kind: 'status', root });
        assert.deepEqual(errors, []);
        const { 'odd.dvc': odd, ...others } = answer;
        assert.deepEqual(odd, expected);
        assert.deepEqual(asSets(others), asSets(rest));
        source.dispose();
      });
  });
