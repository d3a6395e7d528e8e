import { posix } from 'node:path';
import { parse } from 'yaml';
import type { GitOptions } from '../code/git';
import type { CodeReader } from '../code/reader';
import { WORKING_TREE, type Side } from '../code/side';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import { rerunCommand, type RerunCommand } from './rerunCommand';

/** MLflow's name for the entry point that a project's run began at. */
const ENTRY_POINT = 'mlflow.project.entryPoint';

/** Finds the command of a run by what it recorded and by its code: Python's runs name no more than their script. */
export class RerunFinder {
  constructor(private readonly reader: CodeReader) {}

  /**
   * @param root the repository, or the working tree with the run's code
   * @param side the run's code; unless told what is in the working tree
   * @returns undefined where nothing is known, e.g. for a notebook
   */
  async find(run: Run, root: string, options?: GitOptions, side: Side = WORKING_TREE): Promise<RerunCommand | undefined> {
    if (run.tags[TagName.commandLine] !== undefined) return rerunCommand(run);
    if (run.tags[ENTRY_POINT] !== undefined) return this.project(run, run.tags[ENTRY_POINT], root, side, options);
    const source = run.tags[TagName.sourceName];
    const plain = rerunCommand(run);
    if (!plain || source === undefined) return undefined;
    const place = await this.place(source, root, side, options);
    if (!place) {
      return { ...plain, notes: [`${source} is not among the run's code: its place and its arguments are not known.`], complete: false };
    }
    const script = String((await this.reader.content(root, side, posix.join(place.folder, place.script), options)) ?? '');
    const { args, named } = scriptArguments(script, run.params);
    const notes = [
      named.length === 0
        ? 'Its arguments were not recorded.'
        : `Its arguments were not recorded: those that its script knows were taken from its parameters (${named.join(', ')}).`,
      ...(place.sure ? [] : ['The folder that it was started in is not known.']),
    ];
    return { args: ['python', place.script, ...args], workingFolder: place.folder, notes, complete: true };
  }

  /** Where the script lies in the code: as it was named, else the only file whose path ends so, or, from elsewhere, with which its path ends. */
  private async place(
    source: string,
    root: string,
    side: Side,
    options: GitOptions | undefined,
  ): Promise<{ readonly folder: string; readonly script: string; readonly sure: boolean } | undefined> {
    const plain = source.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
    const whole = /^([A-Za-z]:)?\//.test(plain);
    const named = posix.normalize(plain);
    const files = await this.reader.files(root, side, [`:(glob)**/${globbed(posix.basename(named))}`], options);
    if (!whole) {
      if (files.includes(named)) return { folder: '', script: named, sure: true };
      const [only, second] = files.filter((file) => file.endsWith(`/${named}`));
      return only === undefined || second !== undefined
        ? undefined
        : { folder: only.slice(0, -named.length - 1), script: named, sure: true };
    }
    const [longest] = files.filter((file) => named.endsWith(`/${file}`)).sort((a, b) => b.length - a.length);
    return longest === undefined ? undefined : { folder: '', script: longest, sure: false };
  }

  private async project(run: Run, entry: string, root: string, side: Side, options: GitOptions | undefined): Promise<RerunCommand> {
    const [, inner = ''] = /#([^]*)$/.exec(run.tags[TagName.sourceName] ?? '') ?? [];
    const folder = inner === '' ? '' : posix.normalize(inner).replace(/\/$/, '');
    const inside = !folder.startsWith('..') && !posix.isAbsolute(folder);
    const text = inside
      ? await this.reader.content(root, side, posix.join(folder, 'MLproject'), options).catch(() => undefined)
      : undefined;
    const known = text && projectParameters(String(text), entry);
    const given = run.params.filter(({ key }) => !known || known.includes(key));
    return {
      args: ['mlflow', 'run', '.', '-e', entry, ...given.flatMap(({ key, value }) => ['-P', `${key}=${value}`])],
      workingFolder: inside ? folder : '',
      notes: known ? [] : ['Its MLproject is not to be read: which of its parameters are arguments is not known.'],
      complete: known !== undefined,
    };
  }
}

/** The parameters that a script's text names as arguments, as argparse, click and their like do: `--learning-rate`. */
function scriptArguments(script: string, params: Run['params']): { readonly args: readonly string[]; readonly named: readonly string[] } {
  const args: string[] = [];
  const named: string[] = [];
  for (const { key, value } of params) {
    const option = [key, key.replaceAll('_', '-'), key.replaceAll('-', '_')].find((name) =>
      new RegExp(`["']--${escaped(name)}["'/]`).test(script),
    );
    if (option === undefined) continue;
    const rest = script.slice(script.search(new RegExp(`["']--${escaped(option)}["'/]`)));
    // As far as the next option of the script.
    const declaration = rest.slice(0, 1 + rest.slice(1).search(/["']--|$/));
    if (/store_(true|false)|is_flag\s*=\s*True/.test(declaration)) {
      const sets = /store_false/.test(declaration) ? 'false' : 'true';
      if (value.toLowerCase() === sets) args.push(`--${option}`);
    } else if (value === '' || value === 'None') continue;
    else args.push(`--${option}`, value);
    named.push(key);
  }
  return { args, named };
}

/** The parameters that an MLproject declares for an entry point; undefined where it can't be read or doesn't have it. */
function projectParameters(text: string, entry: string): string[] | undefined {
  try {
    const { entry_points: points } = (parse(text) ?? {}) as { entry_points?: Record<string, { parameters?: object } | null> };
    const point = points?.[entry];
    return point ? Object.keys(point.parameters ?? {}) : undefined;
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A name for git's patterns. */
function globbed(name: string): string {
  return name.replace(/[*?[\]\\]/g, '\\$&');
}
