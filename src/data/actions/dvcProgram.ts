import { dirname, isAbsolute, join } from 'node:path';
import { homedir } from 'node:os';
import { homeFolder } from '../../core/homeFolder';
import { messageOf } from '../../core/errors';
import { findOnPath, isExecutable, thisMachine, withSuffix, type Machine } from '../../processes/executables';
import { DvcError } from './dvcError';
import { isSupported, OLDEST_DVC, parseVersion } from './dvcVersion';
import { SharedSearch } from './sharedSearch';

/** A dvc that can be started: `command`, then `args`, then what it is asked. */
export interface DvcCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** A folder of programs that stages should find first: that of the Python environment it belongs to. */
  readonly programs: string | undefined;
  readonly version: string;
}

type Candidate = Omit<DvcCommand, 'version'>;

/** Where dvc may be, as the editor knows. */
export interface DvcHints {
  /** The person's setting; where it names something, nothing else is tried. */
  readonly path: string | undefined;
  /** The interpreter that is chosen for the folder. */
  readonly python: string | undefined;
  /** Folders whose own virtual environments may be used: none where the workspace isn't trusted. */
  readonly folders: readonly string[];
  /** Whether the editor's window is elsewhere: then the person's setting counts only among those of this machine. */
  readonly isRemote?: boolean;
}

/** Starts a program and gives what it printed; rejects where it can't be started or fails. */
export type Ask = (command: string, args: readonly string[], signal?: AbortSignal) => Promise<string>;

/** Finds the real dvc: the setting's, the chosen interpreter's, that of the folder's `.venv`, the one on the PATH, in this order. */
export class DvcProgram {
  private readonly searches = new Map<string, SharedSearch<DvcCommand>>();

  constructor(
    private readonly hints: (root: string) => Promise<DvcHints>,
    private readonly ask: Ask,
    private readonly machine: Machine = thisMachine,
  ) {}

  /** The dvc for a repository. Rejects with DvcError, 'not installed' or 'too old', which say what to do. */
  async of(root: string, signal?: AbortSignal): Promise<DvcCommand> {
    const hints = await this.hints(root);
    const key = JSON.stringify(hints);
    let search = this.searches.get(key);
    // What wasn't there may be there now.
    if (!search || search.isVain) this.searches.set(key, (search = new SharedSearch((stop) => this.find(hints, stop))));
    return search.wait(signal);
  }

  /** Looks again the next time, as when one that was found is there no more. */
  forget(): void {
    this.searches.clear();
  }

  private async find(hints: DvcHints, signal: AbortSignal): Promise<DvcCommand> {
    const tooOld: string[] = [];
    let problem = '';
    for (const candidate of await this.candidates(hints)) {
      let version: string | undefined;
      try {
        version = parseVersion(await this.ask(candidate.command, [...candidate.args, '--version'], signal));
      } catch (error) {
        signal.throwIfAborted();
        problem ||= `${candidate.command}: ${messageOf(error)}`;
        continue;
      }
      if (version === undefined) problem ||= `${candidate.command} did not tell a version`;
      else if (isSupported(version)) return { ...candidate, version };
      else tooOld.push(`${version} (${candidate.command})`);
    }
    if (hints.path !== undefined && tooOld.length === 0)
      throw new DvcError('not installed', `The setting mlTracking.dvc.path names no dvc that works (${problem || hints.path}).`);
    if (tooOld.length > 0)
      throw new DvcError(
        'too old',
        `DVC ${tooOld[0]} is too old: ${OLDEST_DVC} or newer is needed. Run: pip install --upgrade "dvc>=${OLDEST_DVC}"`,
      );
    throw new DvcError(
      'not installed',
      `DVC was not found. Run: pip install dvc — then choose that Python interpreter, put dvc on the PATH, or set mlTracking.dvc.path in ${settingsOf(hints)}.`,
      problem,
    );
  }

  /** What may be tried, best first. */
  async candidates({ path, python, folders }: DvcHints): Promise<Candidate[]> {
    const { platform } = this.machine;
    if (path !== undefined) {
      const named = path.replace(/^~(?=[/\\]|$)/, homeFolder(homedir));
      const command = isAbsolute(named) ? named : ((await findOnPath(named, this.machine)) ?? named);
      return isAbsolute(command) ? [{ command, args: [], programs: undefined }] : [];
    }
    const found: Candidate[] = [];
    if (python !== undefined && isAbsolute(python)) {
      const programs = dirname(python);
      const beside = join(programs, withSuffix('dvc', platform));
      // `-m` would look for modules in the repository first, where anything may be called like one of dvc's own.
      if (await isExecutable(beside)) found.push({ command: beside, args: [], programs });
      else if (await isExecutable(python)) found.push({ command: python, args: ['-m', 'dvc'], programs });
    }
    for (const folder of folders) {
      for (const name of ['.venv', 'venv']) {
        const programs = programsFolder(join(folder, name), platform);
        const command = join(programs, withSuffix('dvc', platform));
        if (await isExecutable(command)) found.push({ command, args: [], programs });
      }
    }
    const onPath = await findOnPath('dvc', this.machine);
    if (onPath !== undefined) found.push({ command: onPath, args: [], programs: undefined });
    return found.filter((each, index) => found.findIndex(({ command }) => command === each.command) === index);
  }
}

/** Where the setting counts; the editor tells nobody of one that is elsewhere. */
function settingsOf({ isRemote }: DvcHints): string {
  return isRemote
    ? 'the settings of the remote machine (Preferences: Open Remote Settings; it is ignored in your user settings and in those of a workspace)'
    : 'your user settings (it is ignored in those of a workspace)';
}

/** The folder of a virtual environment's programs. */
function programsFolder(environment: string, platform: NodeJS.Platform): string {
  return join(environment, platform === 'win32' ? 'Scripts' : 'bin');
}
