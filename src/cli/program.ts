import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { version } from '../../package.json';
import { installBackend } from './backendCommand';
import { addCodeCommands } from './codeCommands';
import { addDataCommands } from './data/dataCommands';
import { compareRuns } from './compareCommand';
import { failure, leaveWithReader, terminalOutput, type Output } from './output';
import { listModels, registerRun, setAlias } from './registryCommand';
import { deleteOrRestore, editRun, type RunEdits } from './runsEdits';
import { listRuns } from './runsCommand';
import type { RestoreFlags } from './restoreCommand';
import type { ServerFlags } from './serverCommand';
import { showRun } from './showCommand';
import { type StoreFlags, withEngine } from './storeOption';
import type { TrainFlags } from './trainCommand';
import { addTransferCommands } from './transferCommands';
import type { Engine } from '../store/engine';

/** Options that every command has. */
interface Common extends StoreFlags {
  readonly json?: boolean;
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`it must be a whole number from ${least} on.`);
    return value;
  };
}

function portNumber(text: string): number {
  const value = wholeNumber(0)(text);
  if (value > 65_535) throw new InvalidArgumentError('it must be a port from 0 to 65535.');
  return value;
}

function number(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= from && value <= to)) throw new InvalidArgumentError(`it must be a number from ${from} to ${to}.`);
    return value;
  };
}

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

function command(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('--store <dir>', 'the .tracking folder (default: the nearest one upwards)')
    .option('--json', 'print JSON');
}

/** A command that works on a server as well. */
function anywhere(program: Command, usage: string, description: string): Command {
  return command(program, usage, description).option(
    '--tracking-uri <uri>',
    'an MLflow server instead of a folder (default: MLFLOW_TRACKING_URI, where that is one)',
  );
}

/**
 * The program with all its commands; what only one of them needs, and is large, is loaded when that one is called; `output` is made once it is known whether JSON is asked for.
 */
export function createProgram(outputFor: (json: boolean) => Output): Command {
  const program = new Command('ml-tracking')
    .description('Trains, records and compares models; the store is the .tracking folder of a workspace.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });

  const reading =
    (work: (engine: Engine, output: Output, ...args: never[]) => Promise<void>) =>
    async (...args: unknown[]): Promise<void> => {
      const options = args.at(-2) as Common;
      const output = outputFor(Boolean(options.json));
      await withEngine(options, output, (engine) => work(engine, output, ...(args.slice(0, -1) as never[])));
    };

  anywhere(program, 'train', 'Train the digit model and record the run.')
    .option('--config <file>', 'a YAML file with the hyperparameters (default: configs/cnn.yaml if it is there)')
    .option('--data <dir>', 'a folder with the four IDX files (default: what the workspace has, else download, else synthetic digits)')
    .option('--epochs <n>', 'passes over the training set', wholeNumber(1))
    .option('--batch-size <n>', 'images for each step', wholeNumber(1))
    .option('--learning-rate <x>', "Adam's learning rate", number(1e-9, 10))
    .option('--validation-split <x>', 'the share of the training set that is held out', number(0, 0.95))
    .option('--limit <n>', 'use only so many training images', wholeNumber(10))
    .option('--seed <n>', 'the same seed gives the same curve', wholeNumber(0))
    .option('--experiment <name>', 'the experiment to record under')
    .option('--name <name>', "the run's name")
    .option('--backend <name>', 'auto, wasm or tfjs-node')
    .option('--threads <n>', 'worker threads of the wasm backend', wholeNumber(1))
    .option('--no-checks', "don't hold the data against the checks files beside it")
    .action(async (options: TrainFlags & Common) => {
      const { train } = await import('./trainCommand');
      await train(options, outputFor(Boolean(options.json)));
    });

  anywhere(program, 'runs', 'List runs, newest first.')
    .option('--experiment <name>', 'only this experiment')
    .option('--filter <expression>', `e.g. "metrics.val_accuracy > 0.98 and params.epochs = '3'"`)
    .option('--order-by <key>', 'e.g. "metrics.val_accuracy DESC"; may be given again', list)
    .option('--limit <n>', 'at most so many', wholeNumber(1), 100)
    .option('--deleted', 'the deleted ones')
    .action(reading((engine, output, options: Parameters<typeof listRuns>[1]) => listRuns(engine, options, output)));

  anywhere(program, 'show <run>', 'Show a run: an id, the beginning of one, a name, or latest.').action(
    reading((engine, output, run: string) => showRun(engine, run, output)),
  );

  anywhere(program, 'compare <run...>', 'Compare runs: parameters and metrics that differ.')
    .option('--all', 'also what is the same')
    .action(
      reading((engine, output, runs: string[], options: { all?: boolean }) => compareRuns(engine, runs, Boolean(options.all), output)),
    );

  anywhere(program, 'edit <run>', 'Rename, annotate or tag a run.')
    .option('--name <name>', 'its new name')
    .option('--note <text>', 'its note')
    .option('--tag <key=value>', 'sets a tag; may be given again', list)
    .option('--untag <key>', 'removes a tag; may be given again', list)
    .action(reading((engine, output, run: string, edits: RunEdits) => editRun(engine, run, edits, output)));

  anywhere(program, 'delete <run>', 'Mark a run deleted; nothing is lost until then.').action(
    reading((engine, output, run: string) => deleteOrRestore(engine, run, 'delete', output)),
  );
  anywhere(program, 'restore <run>', "Bring a deleted run back; or a run's code and data, into a working tree of its own beside yours.")
    .option('--into <dir>', "the new working tree's folder (default: beside the repository, named after the run)")
    .option('--repo <dir>', "a folder of the repository that has the run's commit (default: here)")
    .option('--rerun', "also start the run's command there")
    .option('--no-data', 'leave its data out, which is otherwise checked out from the cache, and from remotes that are folders')
    .action(
      reading(async (engine, output, run: string, flags: RestoreFlags) => {
        const { restoreRun } = await import('./restoreCommand');
        await restoreRun(engine, run, flags, output);
      }),
    );

  anywhere(program, 'register <run> <model>', "Register a run's model as the model's next version.")
    .option('--alias <name>', 'points an alias at it; may be given again', list)
    .action(
      reading((engine, output, run: string, model: string, options: { alias?: string[] }) =>
        registerRun(engine, run, model, options.alias ?? [], output),
      ),
    );
  anywhere(program, 'models', 'List the registered models and their versions.').action(
    reading((engine, output) => listModels(engine, output)),
  );
  anywhere(program, 'alias <model> <alias> [version]', 'Point an alias at a version; without a version, take it away.').action(
    reading((engine, output, model: string, alias: string, version: string | undefined) => setAlias(engine, model, alias, version, output)),
  );

  anywhere(program, 'predict <model> <image...>', 'Read digits from image files with the model of a RUN or models:/NAME@ALIAS.').action(
    reading(async (engine, output, model: string, images: string[]) => {
      const { predictImages } = await import('./predictCommand');
      await predictImages(engine, model, images, output);
    }),
  );

  command(program, 'server', "Serve the store to MLflow's clients.")
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <n>', 'the port to listen on; 0 picks a free one', portNumber, 8080)
    .option('--artifacts <dir>', 'where artifacts lie instead of in the store; whoever reads them otherwise has to look there, too')
    .option('--token <text>', 'every request has to show it, as a bearer token or a password (or set ML_TRACKING_TOKEN)')
    .option('--no-token', 'let everybody in who can reach an address that is not only of this machine')
    .option('--allowed-host <name>', 'a name by which clients may call this machine; may be given again', list)
    .option('--lease <seconds>', 'end when for so long nobody was connected', wholeNumber(1))
    .addHelpText(
      'after',
      '\nOne server serves a store; as long as it does, server.json in the store tells where it listens (never its token). An address that other' +
        '\nmachines can reach needs --token or --no-token. Python finds the server by MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN.',
    )
    .action(async (options: ServerFlags & Common) => {
      const { serve } = await import('./serverCommand');
      await serve(options, outputFor(Boolean(options.json)));
    });

  addTransferCommands((usage, description) => command(program, usage, description), outputFor);
  addCodeCommands(program, outputFor);
  addDataCommands(program, outputFor, wholeNumber(1));

  program
    .command('backend')
    .description('Training backends.')
    .command('install <name>')
    .description('Install the native TensorFlow backend (tfjs-node, several hundred MB).')
    .option('--into <dir>', 'the folder to install into')
    .option('--tensorflow <dir>', "build against this Python TensorFlow package's folder instead of downloading the library")
    .option('--json', 'print JSON')
    .action(async (name: string, options: { into?: string; tensorflow?: string; json?: boolean }) =>
      installBackend(name, options, outputFor(Boolean(options.json))),
    );
  return program;
}

/** Runs the program; a failure is one line on stderr and an exit code that is not 0. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  leaveWithReader();
  if (argv.length <= 2) {
    process.stderr.write('ml-tracking: say what to do: train, runs, show, compare, … (--help lists all)\n');
    process.exitCode = 2;
    return;
  }
  try {
    await createProgram(terminalOutput).parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return;
      // A group of commands alone has told what there is.
      if (error.code !== 'commander.help')
        process.stderr.write(`ml-tracking: ${error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')}\n`);
      process.exitCode = 2;
      return;
    }
    const { line, exitCode } = failure(error);
    process.stderr.write(line);
    process.exitCode = process.exitCode || exitCode;
  }
}
