import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { commands, TabInputTextDiff, window, workspace, type Tab } from 'vscode';
import { CommandId, TITLE_COMMANDS } from '../../../src/host/commandIds';
import { until } from '../../support/until';
import { CodeRepository } from '../../unit/code/codeRepository';
import { Answers } from '../answers';
import { activated } from '../extensionUnderTest';

/** What the commands do to real repositories, a bare remote among them; the person's answers are given beforehand. */
describe('code actions', () => {
  const made: CodeRepository[] = [];
  let here: CodeRepository;
  let answers: Answers;

  before(activated);

  beforeEach(() => {
    here = repository();
    here.git('config', 'user.name', 'Ada');
    here.git('config', 'user.email', 'ada@example.org');
    here.commit('train.py', 'layers = 2\n', 'Begin');
    here.commit('train.py', 'layers = 3\n', 'Add a layer');
    answers = new Answers();
  });

  afterEach(() => answers.end());

  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    for (const each of made) each.dispose();
  });

  function repository(folder?: string): CodeRepository {
    const one = new CodeRepository(folder);
    made.push(one);
    return one;
  }

  /** A bare remote that has what is here, and another clone of it. */
  function remote(): { readonly bare: CodeRepository; readonly other: CodeRepository } {
    const bare = repository();
    bare.git('config', 'core.bare', 'true');
    here.git('remote', 'add', 'origin', bare.path('.git'));
    here.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    const folder = `${here.root}-clone`;
    here.git('clone', '--quiet', bare.path('.git'), folder);
    return { bare, other: repository(folder) };
  }

  const on = (about: object = { kind: 'repository' }): unknown => ({ about: { root: here.root, ...about } });
  const act = (id: CommandId, about?: object): Thenable<unknown> => commands.executeCommand(id, on(about));
  const head = (one: CodeRepository = here): string => one.git('log', '-1', '--format=%s');
  const said = (text: string | RegExp): Promise<unknown> =>
    until(`somebody is told ${String(text)}`, () =>
      answers.asked.some((each) => (typeof text === 'string' ? each.text.includes(text) : text.test(each.text))),
    );

  it('fetch what others pushed, and pull it; Undo goes back', async () => {
    const { other } = remote();
    other.commit('other.py', '1\n', 'From elsewhere');
    other.git('push', '--quiet');
    await act(CommandId.fetchCommits);
    assert.equal(here.git('rev-list', '--count', 'main..origin/main'), '1');
    assert.equal(head(), 'Add a layer');
    answers.will('showInformationMessage', 'Undo');
    await act(CommandId.pullCommits);
    await until('the pull was taken back', () => answers.text.includes('upstream’s commits') && head() === 'Add a layer');
    await act(CommandId.pullCommits);
    assert.equal(head(), 'From elsewhere');
    await act(CommandId.pullCommits);
    await said('nothing new');
  });

  it('pull by merge or rebase where both sides have commits', async () => {
    const { other } = remote();
    other.commit('other.py', '1\n', 'From elsewhere');
    other.git('push', '--quiet');
    here.commit('mine.py', '1\n', 'From here');
    answers.will('showWarningMessage', 'Rebase');
    await act(CommandId.pullCommits);
    assert.equal(here.git('log', '-2', '--format=%s'), 'From here\nFrom elsewhere');
    await said('both have new commits');
  });

  it('push after asking, and never over what others have', async () => {
    const { bare, other } = remote();
    here.commit('mine.py', '1\n', 'From here');
    answers.will('showWarningMessage', undefined);
    await act(CommandId.pushCommits);
    assert.equal(head(bare), 'Add a layer', 'who goes away pushes nothing');
    answers.will('showWarningMessage', 'Push');
    await act(CommandId.pushCommits);
    assert.equal(head(bare), 'From here');
    await said('1 commits go there');
    here.git('switch', '--quiet', '-c', 'wide');
    answers.will('showWarningMessage', 'Push');
    await act(CommandId.pushCommits);
    assert.equal(here.git('rev-parse', '--abbrev-ref', 'wide@{upstream}'), 'origin/wide', 'a new branch gets its upstream');
    here.git('switch', '--quiet', 'main');
    other.git('pull', '--quiet');
    other.commit('other.py', '1\n', 'From elsewhere');
    other.git('push', '--quiet');
    here.commit('mine.py', '2\n', 'Mine again');
    answers.will('showWarningMessage', 'Push');
    await act(CommandId.pushCommits);
    await said(/rejected|has commits|pull/i);
    assert.equal(head(bare), 'From elsewhere');
  });

  it('say what is missing where there is no remote', async () => {
    await act(CommandId.fetchCommits);
    await act(CommandId.pushCommits);
    assert.match(answers.text, /There is no remote: add one[^]*no remote to push to/);
  });

  it('tag a commit and take the tag back', async () => {
    const first = here.git('rev-parse', 'HEAD~1');
    answers.will('showInputBox', 'v1', 'The first that learns').will('showInformationMessage', 'Undo');
    await act(CommandId.createTag, { kind: 'commit', hash: first, subject: 'Begin' });
    await until('the tag was there, and is gone', () => answers.text.includes('is tagged v1') && here.git('tag') === '');
    answers.will('showInputBox', 'v2', '');
    await act(CommandId.createTag);
    assert.equal(here.git('rev-parse', 'v2'), here.git('rev-parse', 'HEAD'));
  });

  it('make a branch at a commit, changes come along, and take it back', async () => {
    here.write('notes.txt', 'kept\n');
    answers.will('showInputBox', 'wide').will('showInformationMessage', 'Undo');
    await act(CommandId.createBranch, { kind: 'commit', hash: here.git('rev-parse', 'HEAD~1'), subject: 'Begin' });
    await until(
      'the branch was there, and is gone',
      () => answers.text.includes('new branch wide') && here.git('branch', '--list', 'wide') === '',
    );
    assert.equal(here.git('branch', '--show-current'), 'main');
    assert.equal(readFileSync(here.path('notes.txt'), 'utf8'), 'kept\n');
  });

  it('give up a merge after asking, and bring back what was resolved in it', async () => {
    here.git('switch', '--quiet', '-c', 'other', 'HEAD~1');
    here.commit('train.py', 'layers = 7\n', 'Seven layers');
    here.tryGit('merge', 'main');
    here.write('train.py', 'layers = 5 # between both\n');
    answers.will('showWarningMessage', 'Give Up');
    await act(CommandId.abortOperation);
    assert.equal(readFileSync(here.path('train.py'), 'utf8'), 'layers = 7\n');
    assert.ok(!existsSync(here.path('.git', 'MERGE_HEAD')));
    answers.will('showQuickPick', 'train.py');
    await act(CommandId.restoreDiscarded);
    assert.equal(readFileSync(here.path('train.py'), 'utf8'), 'layers = 5 # between both\n');
    await act(CommandId.abortOperation);
    await said('Nothing is under way');
  });

  it('continue a rebase that a pull began, to its next conflict and to its end', async () => {
    const { other } = remote();
    other.write('more.py', '1\n');
    other.git('add', 'more.py');
    other.commit('train.py', 'layers = 7\n', 'Seven layers');
    other.git('push', '--quiet');
    here.commit('train.py', 'layers = 4\n', 'Four layers');
    here.commit('more.py', '2\n', 'More of it');
    const before = here.git('rev-parse', 'HEAD');
    answers.will('showWarningMessage', 'Rebase');
    await act(CommandId.pullCommits);
    await act(CommandId.continueOperation);
    await said(/conflicts left: resolve and stage them first \(train\.py\)/);
    here.write('train.py', 'layers = 5 # between both\n');
    await act(CommandId.stageChanges, { kind: 'file', group: 'conflicted', path: 'train.py' });
    await act(CommandId.continueOperation);
    await said(/next commit is in conflict \(2\/2\).*more\.py/);
    here.write('more.py', '3\n');
    await act(CommandId.stageChanges, { kind: 'file', group: 'conflicted', path: 'more.py' });
    answers.will('showInputBox', 'More than both');
    await act(CommandId.commitChanges);
    await act(CommandId.continueOperation);
    await said('The rebase is finished');
    assert.equal(here.git('log', '-3', '--format=%s', 'main'), 'More than both\nFour layers\nSeven layers');
    await act(CommandId.undoCode);
    assert.equal(here.git('rev-parse', 'main'), before);
    await act(CommandId.continueOperation);
    await said('Nothing is under way');
  });

  it('take back once it is possible what could not be taken back before', async () => {
    here.git('switch', '--quiet', '-c', 'wide');
    here.commit('train.py', 'layers = 9\n', 'Nine layers');
    here.write('train.py', 'layers = 10\n');
    answers.will('showWarningMessage', 'Stash and Switch');
    await act(CommandId.switchBranch, { kind: 'branch', name: 'main', current: false });
    here.write('train.py', 'layers = 1\n');
    await act(CommandId.undoCode);
    await said('would overwrite what is not committed');
    here.git('checkout', '--quiet', '--', 'train.py');
    await act(CommandId.undoCode);
    assert.equal(here.git('branch', '--show-current'), 'wide');
    assert.equal(readFileSync(here.path('train.py'), 'utf8'), 'layers = 10\n');
  });

  it('give up on taking something back for what was done before it', async () => {
    here.write('train.py', 'layers = 4\n');
    await act(CommandId.stageChanges, { kind: 'file', group: 'changed', path: 'train.py' });
    answers.will('showInputBox', 'v1', '');
    await act(CommandId.createTag);
    here.git('tag', '-d', 'v1');
    answers.will('showErrorMessage', 'Don’t Undo This');
    await act(CommandId.undoCode);
    await said('points elsewhere');
    await act(CommandId.undoCode);
    assert.equal(here.git('status', '--porcelain'), ' M train.py');
  });

  it('take back staging and unstaging, also of what was changed again since', async () => {
    const file = (group: string, path: string): object => ({ kind: 'file', group, path });
    const index = (): string => here.git('show', ':train.py');
    here.write('train.py', 'layers = 4\n');
    await act(CommandId.stageChanges, file('changed', 'train.py'));
    here.write('train.py', 'layers = 5\n');
    await act(CommandId.unstageChanges, file('staged', 'train.py'));
    assert.equal(index(), 'layers = 3');
    await act(CommandId.undoCode);
    assert.equal(index(), 'layers = 4', 'what stood nowhere but in the index is back');
    await act(CommandId.undoCode);
    assert.equal(index(), 'layers = 3');
    assert.equal(readFileSync(here.path('train.py'), 'utf8'), 'layers = 5\n');

    await act(CommandId.stageChanges, file('changed', 'train.py'));
    here.write('train.py', 'layers = 6\n');
    await act(CommandId.undoCode);
    assert.equal(index(), 'layers = 3');
    answers.will('showQuickPick', 'train.py');
    await act(CommandId.restoreDiscarded);
    assert.equal(index(), 'layers = 5', 'what Undo took out of the index was kept');
    assert.equal(readFileSync(here.path('train.py'), 'utf8'), 'layers = 6\n');

    await act(CommandId.stageChanges, file('changed', 'train.py'));
    here.git('commit', '--quiet', '-m', 'Six layers');
    await act(CommandId.undoCode);
    assert.equal(here.git('status', '--porcelain'), '');
    await said('committed otherwise since');
  });

  it('ask for the branch above the view, where VS Code names the row that has the focus', async () => {
    here.git('branch', 'wide');
    answers.will('showQuickPick', undefined);
    const above = TITLE_COMMANDS.get(CommandId.switchBranch) ?? assert.fail('no such command');
    await commands.executeCommand(above, on({ kind: 'branch', name: 'wide', current: false }), undefined);
    assert.match(answers.text, /^Switch Branch: /);
    assert.equal(here.git('branch', '--show-current'), 'main');
  });

  it('compare any two of branch, tag, commit and the working tree, picked or selected', async () => {
    here.git('tag', 'v1', 'HEAD~1');
    here.git('branch', 'wide', 'HEAD~1');
    here.write('train.py', 'layers = 9\n');
    for (const [one, other, title] of [
      ['v1', 'main', 'v1 ↔ main'],
      ['wide', 'Working Tree', 'wide ↔ Working Tree'],
      ['Begin', 'Add a layer', / ↔ /],
    ] as const) {
      answers.will('showQuickPick', one, other);
      await act(CommandId.compareCode);
      await opened(title);
    }
    const rows = ['HEAD', 'HEAD~1'].map((name) => on({ kind: 'commit', hash: here.git('rev-parse', name), subject: '' }));
    await commands.executeCommand(CommandId.compareCode, rows[0], rows);
    await opened(`${here.git('rev-parse', '--short=8', 'HEAD~1')} ↔ ${here.git('rev-parse', '--short=8', 'HEAD')}`);
    answers.will('showQuickPick', 'v1', 'wide');
    await act(CommandId.compareCode);
    await said('no file differs');
  });

  it('open what is different in a submodule, and tell of its commits in the repository around it', async () => {
    const inner = repository();
    const first = inner.commit('lib.py', '1\n', 'Begin the library');
    here.git('submodule', '--quiet', 'add', inner.root, 'lib');
    here.git('commit', '--quiet', '-m', 'Take the library');
    const sub = new CodeRepository(here.path('lib'));
    const second = sub.commit('lib.py', '2\n', 'Improve the library');
    await act(CommandId.openSubmodule, { kind: 'submodule', group: 'changed', path: 'lib', from: first });
    await opened(`lib: ${first.slice(0, 8)} → Working Tree`);
    sub.write('lib.py', '3\n');
    answers.will('showWarningMessage', 'Discard');
    await commands.executeCommand(CommandId.discardChanges, { about: { kind: 'file', root: sub.root, group: 'changed', path: 'lib.py' } });
    assert.equal(readFileSync(sub.path('lib.py'), 'utf8'), '2\n');
    answers.will('showQuickPick', 'lib.py');
    await act(CommandId.restoreDiscarded);
    assert.equal(readFileSync(sub.path('lib.py'), 'utf8'), '3\n', 'what was discarded in a submodule is found from around it');
    sub.write('lib.py', '2\n');
    here.git('commit', '--quiet', '-am', 'Take the better library');
    const hash = here.git('rev-parse', 'HEAD');
    await act(CommandId.openCommit, { kind: 'commit', hash, subject: '' });
    await opened(/Take the better library/);
    const texts = await until('both commits are read', () => {
      const found = workspace.textDocuments.filter(({ uri }) => uri.path.endsWith('/lib')).map((each) => each.getText());
      return found.length === 2 && found;
    });
    assert.deepEqual(texts.sort(), [`Subproject commit ${first}\n`, `Subproject commit ${second}\n`].sort());
  });

  it('open the first commit, and one file’s part of another', async () => {
    here.write('a.py', '1\n');
    here.commit('train.py', 'layers = 4\n', 'Two files');
    here.git('add', '.');
    here.git('commit', '--quiet', '--amend', '--no-edit');
    const hash = here.git('rev-parse', 'HEAD');
    await act(CommandId.openCommit, { kind: 'commit', hash, subject: '', path: 'train.py' });
    await opened(/Two files/);
    assert.equal(diffs().length, 1, 'of one file only');
    await act(CommandId.openCommit, { kind: 'commit', hash: here.git('rev-list', '--max-parents=0', 'HEAD'), subject: '' });
    await opened(/Begin/);
  });

  const tabs = (): readonly Tab[] => window.tabGroups.all.flatMap((group) => group.tabs);
  const opened = (title: string | RegExp): Promise<unknown> =>
    until(`the editor ${String(title)} is there`, () =>
      tabs().some(({ label }) => (typeof title === 'string' ? label.startsWith(title) : title.test(label))),
    );
  function diffs(): readonly unknown[] {
    const input = window.tabGroups.activeTabGroup.activeTab?.input as { readonly textDiffs?: readonly unknown[] } | undefined;
    return input instanceof TabInputTextDiff ? [input] : (input?.textDiffs ?? []);
  }
});
