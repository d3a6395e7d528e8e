import { InvalidArgumentError, type Command } from 'commander';
import type { TransferKind } from '../../data/cache/transfers';
import type { DataTransferFlags } from './transferCommand';
import type { DataKeptFlags } from './keptCommand';
import type { Output } from '../output';

/** Adds `data checkout|fetch|push|pull`: between workspace, cache and a remote that is a folder of this machine, without Python. */
export function addTransferCommands(data: Command, outputFor: (json: boolean) => Output): void {
  const add = (kind: TransferKind, description: string): Command => {
    const made = data
      .command(`${kind} [target...]`)
      .description(`${description} TARGET: a tracked file or folder, what is in or above it, or a .dvc file (default: everything).`)
      .option('--repo <dir>', 'a folder of the DVC repository (default: here)');
    if (kind !== 'checkout')
      made.option('-r, --remote <name>', 'the remote, instead of the default one; it must be a folder of this machine');
    if (kind === 'checkout' || kind === 'pull')
      made.option('-f, --force', 'move files whose content is not in the cache to .tracking/kept, where they would be in the way');
    return made
      .option('-v, --verbose', 'also say how the lock was taken, and what took how long')
      .option('--json', 'print JSON')
      .action(async (targets: string[], flags: DataTransferFlags) => {
        const { transferData } = await import('./transferCommand');
        await transferData(kind, targets, flags, outputFor(Boolean(flags.json)));
      });
  };
  add('checkout', 'Bring the files of the cache that the records name into the workspace, as `dvc checkout`.');
  add('fetch', 'Copy what the records name from the remote into the cache, as `dvc fetch`.');
  add('push', 'Copy what the records name from the cache to the remote, as `dvc push`.');
  add('pull', 'Fetch and check out, as `dvc pull`.');

  data
    .command('kept')
    .description('What was moved to .tracking/kept instead of being lost: lists it, brings it back, deletes it for good.')
    .option('--repo <dir>', 'a folder of the DVC repository (default: here)')
    .option('--restore <id>', 'bring it back; what stands there now is kept in turn')
    .option('--remove <id>', 'delete it for good')
    .option('--prune', 'delete for good what was kept for long')
    .option('--days <n>', 'how long that is (default: 30)', days)
    .option('--json', 'print JSON')
    .action(async (flags: DataKeptFlags) => {
      const { showKeptData } = await import('./keptCommand');
      await showKeptData(flags, outputFor(Boolean(flags.json)));
    });
}

function days(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('it must be a number of days.');
  return value;
}
