import type { Command } from 'commander';
import type { DescribeFlags } from './describeCommand';
import type { Output } from '../output';

const several = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

/** Adds `data describe`: what people say of data, kept where DVC keeps it. */
export function addDescribeCommands(data: Command, outputFor: (json: boolean) => Output): void {
  data
    .command('describe <path>')
    .description("Print or change what is said of tracked data: in its .dvc file or its stage's dvc.yaml. An empty text takes away.")
    .option('--desc <text>', 'what it is')
    .option('--type <type>', 'what kind of data it is, e.g. image')
    .option('--source <text>', 'where it is from')
    .option('--label <label>', 'adds a label; may be given again', several)
    .option('--unlabel <label>', 'removes a label; may be given again', several)
    .option('--step <text>', 'adds a step of the preprocessing; may be given again', several)
    .option('--remove-step <step>', 'removes one, by its text or number', several)
    .option('--transformation <text>', 'adds a transformation on the way into a model; may be given again', several)
    .option('--remove-transformation <transformation>', 'removes one, by its text or number', several)
    .option('--json', 'print JSON')
    .action(async (path: string, flags: DescribeFlags & { json?: boolean }) => {
      const { describeData } = await import('./describeCommand');
      await describeData(path, flags, outputFor(Boolean(flags.json)));
    });
}
