import type { Command } from 'commander';
import type { HistoryFlags } from './history';
import type { DataVersionsFlags } from './versionsCommand';
import type { Output } from '../output';

/** Adds `data versions|lineage`: what git has of tracked data, which runs used it, where it comes from and what came of it. */
export function addHistoryCommands(data: Command, outputFor: (json: boolean) => Output, limit: (text: string) => number): void {
  const add = (usage: string, description: string): Command =>
    data
      .command(usage)
      .description(description)
      .option('--repo <dir>', 'a folder of the DVC repository, from which the path is meant (default: here)')
      .option('--store <dir>', 'the .tracking folder with the runs (default: the nearest one upwards from the repository)')
      .option('--tracking-uri <url>', 'the tracking server with the runs, instead of a folder')
      .option('--json', 'print JSON');
  add(
    'versions <path>',
    'The versions of tracked data, or of a file in a tracked folder, in git: digest, size, files, and the runs that used each.',
  )
    .option('-n, --limit <n>', 'so many versions, the newest', limit, 50)
    .action(async (path: string, flags: DataVersionsFlags) => {
      const { showVersions } = await import('./versionsCommand');
      await showVersions(path, flags, outputFor(Boolean(flags.json)));
    });
  add('lineage <path>', 'Where tracked data comes from (sources, stages, their code) and what came of it (stages, runs, models).').action(
    async (path: string, flags: HistoryFlags) => {
      const { showLineage } = await import('./lineageCommand');
      await showLineage(path, flags, outputFor(Boolean(flags.json)));
    },
  );
}
