import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands, ConfigurationTarget, Uri, workspace } from 'vscode';
import { objectPath } from '../../../src/data/cache/objects';
import type { OutStatus } from '../../../src/data/status/status';
import { CommandId } from '../../../src/host/commandIds';
import type { DataView } from '../../../src/views/data/dataView';
import type { TreeRow } from '../../../src/views/treeRow';
import { until } from '../../support/until';
import { Answers } from '../answers';
import { activated } from '../extensionUnderTest';

/** What the commands about data do, natively where there is no dvc, and by the real one; the person's answers are given beforehand. */
describe('data commands', () => {
  const DVC = process.env['DVC_BIN'];
  const root = (): string => workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  const at = (path: string): string => join(root(), path);
  const text = (path: string): string => readFileSync(at(path), 'utf8');
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  const md5 = (content: string): string => createHash('md5').update(content).digest('hex');
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: root(), encoding: 'utf8' });
  let view: DataView;
  let answers: Answers;

  const row = (path: string, address = `${path}.dvc`): unknown => ({ data: { kind: 'out', root: root(), path: at(path), address } });
  const all = (): unknown => ({ data: { kind: 'repository', root: root() } });
  const out = async (path: string): Promise<OutStatus | undefined> =>
    (await view.want()).flatMap(({ outs }) => outs).find((each) => each.path === path);
  const use = (path: string): Thenable<void> =>
    workspace.getConfiguration('mlTracking').update('dvc.path', path, ConfigurationTarget.Global);
  const said = (what: string): Promise<unknown> => until(`somebody is told ${what}`, () => answers.text.includes(what));

  before(async () => {
    view = (await activated()).dataView;
    // What `dvc add` would have left of the version that is recorded.
    const recorded = '9,9,9,1\n';
    const object = objectPath(at('.dvc/cache'), 'md5', md5(recorded));
    mkdirSync(dirname(object), { recursive: true });
    writeFileSync(object, recorded);
    await view.want();
    await view.refreshNow();
  });
  beforeEach(() => (answers = new Answers()));
  afterEach(() => answers.end());
  after(async () => {
    await use('');
    write('data/test.csv', 'changed\n');
    for (const path of ['.dvc/cache', '.tracking/kept', 'more', 'more.dvc', 'notes.txt', 'notes.txt.dvc'])
      rmSync(at(path), { recursive: true, force: true });
    await view.refreshNow();
  });

  describe('without dvc', () => {
    before(async () => use(join(root(), 'no', 'dvc')));

    it('leave the file alone when the person turns away', async () => {
      answers.will('showWarningMessage', undefined);
      await commands.executeCommand(CommandId.checkOutData, row('data/test.csv'));
      assert.equal(text('data/test.csv'), 'changed\n');
      assert.match(answers.text, /data\/test\.csv, whose content is nowhere else[^]*Restore Kept Data brings it back/);
    });

    it('check out natively, keep what would be lost, and bring it back', async () => {
      answers.will('showWarningMessage', 'Keep and Go On').will('showInformationMessage', undefined);
      await commands.executeCommand(CommandId.checkOutData, row('data/test.csv'));
      assert.equal(text('data/test.csv'), '9,9,9,1\n');
      assert.equal((await out('data/test.csv'))?.state, 'unchanged');
      answers.will('showQuickPick', 'data/test.csv');
      await commands.executeCommand(CommandId.restoreKeptData, all());
      assert.equal(text('data/test.csv'), 'changed\n');
      assert.equal((await out('data/test.csv'))?.state, 'modified');
    });

    it('say how to get dvc where nothing else can do it', async () => {
      answers.will('showErrorMessage', undefined);
      await commands.executeCommand(CommandId.commitData, row('data/test.csv'));
      await said('names no dvc that works');
      assert.equal((await out('data/test.csv'))?.state, 'modified');
    });
  });

  if (DVC === undefined || !existsSync(DVC)) console.log('Skipped: data commands by the real dvc. Set DVC_BIN to the dvc program.');
  else
    describe('by the real dvc', function () {
      this.timeout(90_000);
      before(async () => use(DVC));

      it('track what the Explorer names, and take it back', async () => {
        write('notes.txt', 'notes');
        answers.will('showInformationMessage', undefined);
        await commands.executeCommand(CommandId.trackData, Uri.file(at('notes.txt')), [Uri.file(at('notes.txt'))]);
        assert.ok(existsSync(at('notes.txt.dvc')), answers.text);
        assert.equal((await out('notes.txt'))?.committed, 'added');
        write('notes.txt', 'more notes');
        await view.refreshNow();
        answers.will('showInformationMessage', 'Undo');
        await commands.executeCommand(CommandId.commitData, row('notes.txt'));
        await said('is recorded as it is');
        await until('the commit was taken back', async () => (await out('notes.txt'))?.state === 'modified');
        assert.equal(text('notes.txt'), 'more notes');
      });

      it('check out one row, and keep the other version', async () => {
        write('notes.txt', 'only here');
        await view.refreshNow();
        answers.will('showWarningMessage', 'Keep and Go On').will('showInformationMessage', 'Undo');
        await commands.executeCommand(CommandId.checkOutData, row('notes.txt'));
        await until(
          'the checkout was taken back',
          async () => text('notes.txt') === 'only here' && (await out('notes.txt'))?.state === 'modified',
        );
      });

      it('stop tracking, with the data kept', async () => {
        answers.will('showWarningMessage', 'Keep the Data').will('showInformationMessage', undefined);
        await commands.executeCommand(CommandId.untrackData, row('notes.txt'));
        assert.ok(!existsSync(at('notes.txt.dvc')) && text('notes.txt') === 'only here', answers.text);
        assert.equal(await out('notes.txt'), undefined);
      });

      it('say what is missing where there is no remote', async () => {
        answers.will('showErrorMessage', undefined);
        await commands.executeCommand(CommandId.pushData, all());
        await said('There is no remote: add one');
      });

      it('follow what is done in a terminal', async () => {
        write('more', 'more');
        write('more.dvc', 'outs:\n- md5: 00000000000000000000000000000000\n  hash: md5\n  path: more\n');
        await until('the new data stands in the view', async () => (await out('more'))?.state === 'not in cache');
        const object = objectPath(at('.dvc/cache'), 'md5', '0'.repeat(32));
        mkdirSync(dirname(object), { recursive: true });
        writeFileSync(object, 'x');
        // An object that isn't what its name says is none; one that is makes the data merely changed.
        writeFileSync(at('more.dvc'), `outs:\n- md5: ${md5('more')}\n  hash: md5\n  path: more\n`);
        await until('it is here, and not in the cache', async () => (await out('more'))?.workspace === 'unchanged');
        assert.equal((await out('more'))?.state, 'not in cache');
        const real = objectPath(at('.dvc/cache'), 'md5', md5('more'));
        mkdirSync(dirname(real), { recursive: true });
        writeFileSync(real, 'more');
        await until('the cache has it', async () => (await out('more'))?.state === 'unchanged');
        assert.equal((await out('more'))?.committed, 'added');
        git('add', 'more.dvc');
        git('commit', '--quiet', '--message', 'Track more');
        await until('git has it', async () => (await out('more'))?.committed === 'unchanged');
        git('reset', '--quiet', 'HEAD~1');
        await until('git has it no more', async () => (await out('more'))?.committed === 'added');
        rmSync(at('more.dvc'));
        await until('it is gone', async () => (await out('more')) === undefined);
      });
    });

  it('draw every row with an item of its own', async () => {
    const ids: string[] = [];
    const walk = async (rows: readonly TreeRow[]): Promise<void> => {
      for (const each of rows) {
        const item = view.rows.getTreeItem(each);
        ids.push(item.id ?? '');
        await walk(await view.rows.getChildren(each));
      }
    };
    await walk(await view.rows.getChildren());
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(
      ids.some((id) => id.endsWith('|cache')),
      ids.join('\n'),
    );
  });
});
