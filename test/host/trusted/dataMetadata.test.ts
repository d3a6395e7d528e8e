import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, Uri, window, workspace, WorkspaceEdit, Position } from 'vscode';
import { CommandId } from '../../../src/host/commandIds';
import type { DataView } from '../../../src/views/data/dataView';
import type { TreeRow } from '../../../src/views/treeRow';
import { until } from '../../support/until';
import { Answers } from '../answers';
import { activated } from '../extensionUnderTest';

/** What is said of data, edited from its rows; the person's answers are given beforehand. */
describe('the metadata of data', () => {
  const root = (): string => workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  const record = (): string => join(root(), 'data', 'test.csv.dvc');
  let view: DataView;
  let answers: Answers;
  let written: string;

  const rowsBelow = async (rows: readonly TreeRow[]): Promise<TreeRow[]> =>
    (await Promise.all(rows.map(async (row) => [row, ...(row.children ? await rowsBelow(row.children) : [])]))).flat();
  const all = async (): Promise<TreeRow[]> => rowsBelow(await view.rows.getChildren());
  const ofData = async (context: string): Promise<TreeRow | undefined> =>
    (await all()).find((row) => row.context === context && JSON.stringify(row.data ?? {}).includes('test.csv'));

  before(async () => {
    view = (await activated()).dataView;
    await view.want();
    written = readFileSync(record(), 'utf8');
  });
  beforeEach(() => (answers = new Answers()));
  afterEach(() => answers.end());
  after(async () => {
    writeFileSync(record(), written);
    await view.refreshNow();
  });

  it('is described from its row, and shown there', async () => {
    answers.will('showQuickPick', 'Description').will('showInputBox', 'Digits: a table').will('showInformationMessage', undefined);
    await commands.executeCommand(CommandId.describeData, await ofData('dataMetadata'), undefined);
    assert.match(readFileSync(record(), 'utf8'), /^ {2}desc: "Digits: a table"$/m);
    assert.equal((await ofData('dataFact description'))?.description, 'Digits: a table');
    assert.match(answers.text, /Written to data.test\.csv\.dvc\. Commit it with git\./);
  });

  it('has lists that grow, change and shrink by their rows', async () => {
    const described = await ofData('dataMetadata');
    answers.will('showQuickPick', 'Labels').will('showInputBox', 'raw').will('showInformationMessage', undefined);
    await commands.executeCommand(CommandId.describeData, described, undefined);
    answers.will('showQuickPick', 'Add').will('showInputBox', 'small').will('showInformationMessage', undefined);
    await commands.executeCommand(CommandId.describeData, await ofData('dataFact labels'), undefined);
    assert.equal((await ofData('dataFact labels'))?.description, 'raw, small');
    answers.will('showInputBox', 'pristine').will('showInformationMessage', undefined);
    await commands.executeCommand(CommandId.describeData, await ofData('dataFact item labels'), undefined);
    assert.equal((await ofData('dataFact labels'))?.description, 'pristine, small');
    answers.will('showInformationMessage', undefined);
    await commands.executeCommand(CommandId.removeDataMetadata, await ofData('dataFact item labels'), undefined);
    assert.equal((await ofData('dataFact labels'))?.description, 'small');
  });

  it('is taken back by Undo', async () => {
    const now = readFileSync(record(), 'utf8');
    answers.will('showInformationMessage', 'Undo');
    await commands.executeCommand(CommandId.removeDataMetadata, await ofData('dataFact labels'), undefined);
    await until('it is as it was', () => readFileSync(record(), 'utf8') === now);
    await until('the row is there again', async () => (await ofData('dataFact labels'))?.description === 'small');
  });

  it('leaves a record alone that an editor holds unsaved', async () => {
    const now = readFileSync(record(), 'utf8');
    const document = await workspace.openTextDocument(Uri.file(record()));
    await window.showTextDocument(document);
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(0, 0), '# mine\n');
    await workspace.applyEdit(edit);
    answers.will('showErrorMessage', undefined);
    await commands.executeCommand(CommandId.removeDataMetadata, await ofData('dataFact labels'), undefined);
    await until('it is told', () => answers.text.includes('not saved'));
    assert.equal(readFileSync(record(), 'utf8'), now);
    await commands.executeCommand('workbench.action.files.revert');
    await commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
