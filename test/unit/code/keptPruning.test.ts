import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ActingGit } from '../../../src/code/actingGit';
import { Keeper } from '../../../src/code/keeper';
import { KeptPruning } from '../../../src/code/keptPruning';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository } from './codeRepository';

const DAY = 86_400_000;

describe('giving up what was kept long ago', () => {
  let repository: CodeRepository;
  let git: ActingGit;
  let keeper: Keeper;
  let lines: string[];
  let now: number;
  let pruning: KeptPruning;

  beforeEach(() => {
    repository = new CodeRepository();
    lines = [];
    now = Date.now();
    git = new ActingGit(
      () => undefined,
      undefined,
      () => true,
    );
    keeper = new Keeper(git);
    pruning = new KeptPruning(
      git,
      keeper,
      (line) => lines.push(line),
      () => now,
    );
  });
  afterEach(() => {
    git.dispose();
    repository.dispose();
  });

  const keep = async (content: string): Promise<string> => {
    repository.write('a file', content);
    const what = { reason: 'discard', work: true, index: false };
    return (await keeper.keep(repository.root, ['a file'], what)).kept.id;
  };
  const refs = (): string[] => repository.git('for-each-ref', '--format=%(refname:lstrip=3)').split('\n').filter(Boolean).sort();

  it('keeps the newest and the young, says what went, and how it comes back', async () => {
    repository.commit('start', 'x');
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await keep(`content ${i}`));
    const kept = await keeper.list(repository.root);
    const oldest = [...kept].sort((a, b) => a.time - b.time)[0];
    // Something of another program, which is not ours to judge.
    repository.git('update-ref', 'refs/ml-tracking/kept/strange', 'HEAD');
    assert.deepEqual(await pruning.prune(repository.root, { days: 30, newest: 0 }), [], 'all of it is young');
    now += 31 * DAY;
    assert.deepEqual(await pruning.prune(repository.root), [], 'all of it is among the newest');
    const went = await pruning.prune(repository.root, { newest: 2 });
    assert.deepEqual(
      went.map(({ id }) => id),
      kept.slice(2).map(({ id }) => id),
    );
    const left = kept.slice(0, 2).map(({ id }) => `kept/${id}`.slice('kept/'.length));
    assert.deepEqual(
      refs().filter((name) => name !== 'main' && name !== ''),
      [...left, 'strange'].sort(),
    );
    assert.equal(lines.length, 3);
    const line = lines.find((each) => each.includes(oldest?.id ?? '?')) ?? '';
    assert.match(line, /^No longer kept \[.*\]: discard of .*, 1 path; .*`git update-ref/);
    const command = /`git (.*)`/.exec(line)?.[1]?.split(' ') ?? [];
    repository.git(...command);
    const content = ids.indexOf(oldest?.id ?? '');
    await keeper.restore(repository.root, oldest?.id ?? '');
    assert.equal(readFileSync(repository.path('a file'), 'utf8'), `content ${content}`);
  });

  it('gives up what it is told, all or none, and takes that back', async () => {
    repository.commit('start', 'x');
    for (const content of ['1', '2', '3']) await keep(content);
    const before = refs();
    const [one, two, three] = await keeper.list(repository.root);
    assert.ok(one && two && three);
    const { undo } = await pruning.giveUp(repository.root, [one, two]);
    assert.deepEqual(refs().length, before.length - 2);
    await assert.rejects(pruning.giveUp(repository.root, [three, one]), 'one of them is not there any more');
    assert.deepEqual(refs().length, before.length - 2);
    await undo();
    assert.deepEqual(refs(), before);
    await (await pruning.giveUp(repository.root, [])).undo();
  });

  it('happens once a day, and not at all where it can’t', async () => {
    repository.commit('start', 'x');
    for (let i = 0; i < 22; i++) await keep(`content ${i}`);
    now += 40 * DAY;
    await pruning.whenDue(repository.root);
    assert.equal((await keeper.list(repository.root)).length, 20);
    await keep('more');
    await pruning.whenDue(repository.root);
    assert.equal((await keeper.list(repository.root)).length, 21, 'not again on the same day');
    now += 2 * DAY;
    repository.write('.git/packed-refs.lock', '');
    await pruning.whenDue(repository.root);
    assert.match(lines.at(-1) ?? '', /^What was kept long ago is not given up \[/);
    assert.equal((await keeper.list(repository.root)).length, 21);
  });

  it('comes with a discard, of which nothing is lost', async () => {
    repository.commit('a file', 'first');
    const runner = new CodeRunner(
      (line) => lines.push(line),
      undefined,
      () => true,
    );
    repository.write('a file', 'mine');
    const { undo, kept } = await runner.discard(repository.root, ['a file']);
    assert.deepEqual(await runner.pruneDiscarded(repository.root), []);
    assert.deepEqual(
      (await runner.discarded(repository.root)).map(({ id, commit }) => [id, commit]),
      [[kept?.id, repository.git('rev-parse', `refs/ml-tracking/kept/${kept?.id ?? ''}`)]],
    );
    await undo();
    assert.equal(readFileSync(repository.path('a file'), 'utf8'), 'mine');
    runner.dispose();
  });
});
