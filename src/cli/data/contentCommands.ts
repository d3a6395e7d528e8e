import type { Command } from 'commander';
import type { DataCheckFlags } from './checkCommand';
import type { ReadingFlags } from './profileCommand';
import type { Output } from '../output';

/** Adds `data profile|check|compare`: what is in data, whether it is as it has to be, and what differs between two versions. */
export function addContentCommands(data: Command, outputFor: (json: boolean) => Output): void {
  const reading = (usage: string, description: string): Command =>
    data
      .command(usage)
      .description(description)
      .option('--delimiter <c>', 'what is between the cells of a text table (default: found out)')
      .option('--header', 'the first row names the columns (default: found out)')
      .option('--no-header', 'the first row is data')
      .option('--label <column>', 'the column of the labels: a name, or a position from 1 (default: found out)')
      .option('--json', 'print JSON');

  reading(
    'profile <path>',
    'What is in a data file or folder: columns, ranges, missing values, classes, duplicates. PATH@REV: in a commit.',
  ).action(async (path: string, flags: ReadingFlags & { json?: boolean }) => {
    const { showProfile } = await import('./profileCommand');
    await showProfile(path, flags, outputFor(Boolean(flags.json)));
  });
  reading(
    'compare <a> <b>',
    'What differs between two data files, folders or versions (PATH@REV): files, columns, ranges, classes.',
  ).action(async (a: string, b: string, flags: ReadingFlags & { json?: boolean }) => {
    const { showComparison } = await import('./compareCommand');
    await showComparison(a, b, flags, outputFor(Boolean(flags.json)));
  });
  data
    .command('check [path...]')
    .description(
      'Check data against the NAME.checks.yaml beside it; without a path, all there are. Exit code 1: a check failed; 2: not usable.',
    )
    .option('--repo <dir>', 'where to look for checks files without a path (default: here)')
    .option('--init', 'write a starting checks file from what the data is like now')
    .option('--json', 'print JSON')
    .action(async (paths: string[], flags: DataCheckFlags & { json?: boolean }) => {
      const { checkData } = await import('./checkCommand');
      await checkData(paths, flags, outputFor(Boolean(flags.json)));
    });
}
