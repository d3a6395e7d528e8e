import { InvalidArgumentError, type Command } from 'commander';
import type { CodeFlags, CodeLogFlags } from './codeCommand';
import type { KeptFlags, WorktreeFlags } from './codeKeptCommand';
import type { Output } from './output';

function count(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`it must be a whole number from ${least} on.`);
    return value;
  };
}

/** Adds `code status|branches|log|diff|dependencies|kept|worktrees`: what the Code view shows, in a terminal. */
export function addCodeCommands(program: Command, outputFor: (json: boolean) => Output): void {
  const code = program.command('code').description("The project's git repository, and the runs of its commits.");
  const add = (usage: string, description: string): Command =>
    code
      .command(usage)
      .description(description)
      .option('--repo <dir>', 'a folder of the repository (default: here)')
      .option('--store <dir>', 'the .tracking folder (default: the nearest one upwards)')
      .option('--tracking-uri <uri>', 'an MLflow server instead of a folder (default: MLFLOW_TRACKING_URI, where that is one)')
      .option('--json', 'print JSON');

  add('status', 'Branch, upstream, what is under way, and what differs.').action(async (flags: CodeFlags & { json?: boolean }) => {
    const { showCodeStatus } = await import('./codeCommand');
    await showCodeStatus(flags, outputFor(Boolean(flags.json)));
  });
  add('branches', 'Local branches, remote branches and tags.')
    .option('--runs', 'with the runs of each branch')
    .action(async (flags: CodeFlags & { json?: boolean }) => {
      const { listBranches } = await import('./codeCommand');
      await listBranches(flags, outputFor(Boolean(flags.json)));
    });
  add('log [revision]', 'Commits, newest first.')
    .option('--path <file>', 'only commits that changed this file')
    .option('--limit <n>', 'at most so many', count(1), 30)
    .option('--skip <n>', 'leave out so many', count(0))
    .option('--runs', 'with the runs of each commit')
    .action(async (revision: string | undefined, flags: CodeLogFlags & { json?: boolean }) => {
      const { showLog } = await import('./codeCommand');
      await showLog(revision, flags, outputFor(Boolean(flags.json)));
    });
  const sides = 'a commit, branch, tag, run:RUN, index, or worktree';
  add('diff [from] [to]', `What differs between two of ${sides} (default: index and worktree).`)
    .option('--patch', 'print the changes themselves')
    .option('--path <file...>', 'only these files or folders')
    .option('--to-store <place>', "where the second side's run is, if elsewhere: a .tracking folder or a server's URL")
    .action(
      async (
        from: string | undefined,
        to: string | undefined,
        flags: CodeFlags & { json?: boolean; patch?: boolean; path?: string[]; toStore?: string },
      ) => {
        const { showDiff } = await import('./codeDiffCommand');
        await showDiff(from, to, flags, outputFor(Boolean(flags.json)));
      },
    );
  add('dependencies [from] [to]', `Which packages differ between two of ${sides} (default: HEAD and worktree).`).action(
    async (from: string | undefined, to: string | undefined, flags: CodeFlags & { json?: boolean }) => {
      const { showDependencies } = await import('./codeDiffCommand');
      await showDependencies(from, to, flags, outputFor(Boolean(flags.json)));
    },
  );
  add('kept', 'What discarding and unstaging took away, and that can be brought back.')
    .option('--restore <id>', 'brings it back; what stands there is kept in turn')
    .option('--prune', 'gives up what is old')
    .option('--days <n>', 'with --prune: what is younger stays (default: 30)', count(0))
    .option('--newest <n>', 'with --prune: so many of the newest stay, however old (default: 20)', count(0))
    .action(async (flags: KeptFlags & { json?: boolean }) => {
      const { showKept } = await import('./codeKeptCommand');
      await showKept(flags, outputFor(Boolean(flags.json)));
    });
  add('worktrees', 'The working trees that were made for runs.')
    .option('--prune', 'takes those off the list that were deleted by hand')
    .option('--remove <dir>', 'removes one, if nothing that was changed in it is lost')
    .option('--ignored', 'with --remove: also the files in it that git ignores')
    .action(async (flags: WorktreeFlags & { json?: boolean }) => {
      const { showWorktrees } = await import('./codeKeptCommand');
      await showWorktrees(flags, outputFor(Boolean(flags.json)));
    });
}
