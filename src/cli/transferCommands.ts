import type { Command } from 'commander';
import type { Engine } from '../store/engine';
import type { CopyFlags } from './copyOutput';
import type { ExportFlags } from './exportCommand';
import type { Output } from './output';
import type { PullFlags, PushFlags } from './pushCommand';
import { withNewStore, withStore } from './storeOption';

type Common = CopyFlags & { readonly store?: string };

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

/** The commands that copy runs: import, export, push and pull. `command` makes one with the options that every command has. */
export function addTransferCommands(command: (usage: string, description: string) => Command, outputFor: (json: boolean) => Output): void {
  const outputOf = (options: Common): Output => outputFor(Boolean(options.json ?? options.progressJson));
  const hidden = (made: Command): Command =>
    made.addOption(made.createOption('--progress-json', 'print progress and the report as lines of JSON').hideHelp());
  const onStore = async (options: Common, work: (engine: Engine, output: Output) => Promise<void>): Promise<void> => {
    const output = outputOf(options);
    await withStore(options.store, output, (engine) => work(engine, output));
  };
  const onNewStore = async (options: Common, work: (engine: Engine, output: Output) => Promise<void>): Promise<void> => {
    const output = outputOf(options);
    await withNewStore(options.store, output, (engine) => work(engine, output));
  };

  hidden(command('import [path]', "Copy an MLflow store (an mlruns folder or an mlflow.db) into this one; again: only what's new."))
    .option('--find [folder]', 'list what could be imported from a folder instead')
    .action(async (path: string | undefined, options: Common & { find?: string | true }) => {
      const { importRuns, listImports, requirePath } = await import('./importCommand');
      if (options.find !== undefined) return listImports(options.find === true ? (path ?? '.') : options.find, outputOf(options));
      const given = requirePath(path);
      return importRuns(given, (work) => onNewStore(options, work), options);
    });

  hidden(command('export', 'Copy runs into files that MLflow (mlruns) or a spreadsheet (csv) reads.'))
    .requiredOption('--into <dir>', 'the folder to write; it must not hold anything yet')
    .option('--format <format>', 'mlruns or csv', 'mlruns')
    .option('--experiment <name>', 'only this experiment; may be given again', list)
    .option('--run <run>', 'only this run; may be given again', list)
    .option('--replace', 'replace what an earlier export has written there')
    .action(async (options: Common & ExportFlags) => {
      const { exportRuns } = await import('./exportCommand');
      return onStore(options, (engine, output) => exportRuns(engine, options, output));
    });

  hidden(command('push [run...]', 'Copy runs to a server or another store: those named, else all that are not there yet or have gone on.'))
    .requiredOption('--to <uri>', "a tracking server's address, or another store's folder")
    .option('--experiment <name>', 'only the runs of this experiment')
    .option('--registry', 'also the registered models whose versions come from these runs')
    .action(async (runs: string[], options: Common & PushFlags) => {
      const { pushRuns } = await import('./pushCommand');
      return onStore(options, (engine, output) => pushRuns(engine, runs, options, output));
    });

  hidden(command('pull [run...]', 'Copy runs from a server or another store: those named, else all that are not here yet or have gone on.'))
    .requiredOption('--from <uri>', "a tracking server's address, or another store's folder")
    .option('--experiment <name>', 'only the runs of this experiment')
    .option('--registry', 'also the registered models whose versions come from these runs')
    .action(async (runs: string[], options: Common & PullFlags) => {
      const { pullRuns } = await import('./pushCommand');
      return onNewStore(options, (engine, output) => pullRuns(engine, runs, options, output));
    });
}
