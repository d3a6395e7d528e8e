import { DependencyReader, type DependencyFileChange } from '../code/dependencies/dependencyReader';
import type { CodeReader } from '../code/reader';
import { CodeRunner } from '../code/runner';
import { INDEX, pathOf, revision, WORKING_TREE, type FileDifference, type Side } from '../code/side';
import { invalid } from '../core/errors';
import { CodeComparer } from '../lineage/codeChanges';
import { withReader, type CodeFlags } from './codeCommand';
import { jsonText, table, type Output } from './output';
import { findRun } from './runReference';
import { withEngine } from './storeOption';

/** The files that two sides have differently, or the changes themselves. */
export async function showDiff(
  from: string | undefined,
  to: string | undefined,
  flags: CodeFlags & { readonly patch?: boolean; readonly path?: readonly string[]; readonly toStore?: string },
  output: Output,
): Promise<void> {
  await withReader(flags, async (reader, root) => {
    const [before, after] = await sides(reader, root, from ?? 'index', to ?? 'worktree', flags, output);
    const options = { ...(flags.path && { paths: flags.path }), untracked: from !== undefined };
    if (flags.patch) {
      output.out(await reader.patch(root, before, after, options));
      return;
    }
    const files = await reader.diff(root, before, after, options);
    if (output.json) output.out(jsonText(files));
    else if (files.length === 0) output.say('No differences.\n');
    else output.out(table(['', '+', '-', 'FILE'], files.map(fileCells), ['left', 'right', 'right', 'left']));
  });
}

function fileCells(file: FileDifference): string[] {
  const { kind, before, added, removed, binary } = file;
  const name = kind === 'renamed' || kind === 'copied' ? `${before?.path ?? ''} → ${pathOf(file)}` : pathOf(file);
  return [kind, binary ? 'binary' : String(added ?? ''), binary ? '' : String(removed ?? ''), name];
}

/** Which packages came, went, or moved, by dependency file. */
export async function showDependencies(from: string | undefined, to: string | undefined, flags: CodeFlags, output: Output): Promise<void> {
  await withReader(flags, async (reader, root) => {
    const [before, after] = await sides(reader, root, from ?? 'HEAD', to ?? 'worktree', flags, output);
    const changes = await new DependencyReader(reader).changes(root, before, after);
    if (output.json) output.out(jsonText(changes));
    else if (changes.length === 0) output.say('No dependency file differs.\n');
    else output.out(changes.map(dependencyText).join('\n'));
  });
}

function dependencyText({ path, kind, packages, problem }: DependencyFileChange): string {
  const rows = packages.map((each) => [each.kind, each.name, each.before ?? '', each.after ?? '']);
  const said = problem ?? (packages.length === 0 ? 'no package or version differs' : undefined);
  return `${path} (${kind})\n${said === undefined ? table(['', 'PACKAGE', 'BEFORE', 'AFTER'], rows) : `  ${said}\n`}`;
}

async function sides(
  reader: CodeReader,
  root: string,
  from: string,
  to: string,
  { toStore, ...flags }: CodeFlags & { readonly toStore?: string },
  output: Output,
): Promise<[Side, Side]> {
  if (toStore !== undefined && !to.startsWith('run:')) throw invalid('--to-store belongs to a second side that is a run: run:RUN');
  const other = toStore === undefined ? flags : /^https?:\/\//i.test(toStore) ? { trackingUri: toStore } : { store: toStore };
  return [await sideOf(reader, root, from, flags, output), await sideOf(reader, root, to, other, output)];
}

async function sideOf(reader: CodeReader, root: string, name: string, flags: CodeFlags, output: Output): Promise<Side> {
  if (name === 'index') return INDEX;
  if (name === 'worktree') return WORKING_TREE;
  if (!name.startsWith('run:')) return revision(name);
  // Whoever types the command trusts the repository, as with git itself.
  const runner = new CodeRunner(
    () => undefined,
    undefined,
    () => true,
  );
  try {
    return await withEngine(flags, output, async (engine) => {
      const run = await findRun(engine, name.slice('run:'.length));
      return (await new CodeComparer(reader, runner).sideOf(engine, run, root)).side;
    });
  } finally {
    runner.dispose();
  }
}
