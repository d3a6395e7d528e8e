import { Option, type Command } from 'commander';
import type { CloudFlags, DataDiffFlags, DataStatusFlags } from './statusCommand';
import type { Output } from '../output';

/** Adds `data status|data-status|diff`: what `dvc status`, `dvc data status` and `dvc diff` tell, without Python. */
export function addStatusCommands(data: Command, outputFor: (json: boolean) => Output): void {
  const add = (usage: string, description: string): Command =>
    data
      .command(usage)
      .description(description)
      .option('--repo <dir>', 'a folder of the DVC repository (default: here)')
      .option('--json', "print DVC's JSON");

  add('status', 'What of stages and data differs from its record, as `dvc status`.')
    .option('-c, --cloud', 'compare the cache with a remote instead, which must be a folder of this machine')
    .option('-r, --remote <name>', 'the remote to compare with, instead of the default one')
    .option('-q, --quiet', 'print nothing; the exit code is 1 where something differs')
    .action(async (flags: CloudFlags) => {
      const { showStatus } = await import('./statusCommand');
      await showStatus(flags, outputFor(Boolean(flags.json)));
    });
  add('data-status', 'How tracked data differs from commit and record, as `dvc data status`.')
    .option('--granular', 'also the files in tracked folders')
    .option('--unchanged', 'also what did not change')
    .addOption(new Option('--untracked-files [which]', 'also files that nobody tracks').choices(['no', 'all']).preset('all'))
    .option('--not-in-remote', 'also what the remote, where it is a folder of this machine, has not')
    .option('-r, --remote <name>', 'the remote for --not-in-remote, instead of the default one')
    .option('--no-renames', 'tell what was renamed as deleted and added, as DVC did before 3.63')
    .action(async (flags: DataStatusFlags) => {
      const { showDataStatus } = await import('./statusCommand');
      await showDataStatus(flags, outputFor(Boolean(flags.json)));
    });
  add('diff [old] [new]', 'What data differs between two commits, or a commit (default: HEAD) and the files, as `dvc diff`.')
    .option('--show-hash', 'with the hash of each file')
    .option('--hide-missing', 'without what is not in the cache')
    .action(async (from: string | undefined, to: string | undefined, flags: DataDiffFlags) => {
      const { showDataDiff } = await import('./statusCommand');
      await showDataDiff(from, to, flags, outputFor(Boolean(flags.json)));
    });
}
