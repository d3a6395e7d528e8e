import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** What the search for programs asks of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
}

export const thisMachine: Machine = { platform: process.platform, environment: process.env };

/** Whether a path is a file that can be started. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * The absolute path of a program, looked for in the folders of the PATH only: Windows itself would look into the current folder first,
 * which is a repository that anybody may have filled.
 */
export async function findOnPath(name: string, { platform, environment }: Machine = thisMachine): Promise<string | undefined> {
  for (const folder of pathOf(environment).split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, withSuffix(name, platform));
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Programs are `.exe` files on Windows; scripts of the shell's (`.cmd`) can't be started without one. */
export function withSuffix(name: string, platform: NodeJS.Platform): string {
  return platform === 'win32' && !/\.exe$/i.test(name) ? `${name}.exe` : name;
}

/** Makes paths of the bare names of programs, on Windows, and remembers them while they are there. */
export class ProgramPaths {
  private readonly found = new Map<string, string>();

  constructor(private readonly platform: NodeJS.Platform = process.platform) {}

  /** Whether the system would look for it elsewhere than on the PATH. */
  seeks(file: string): boolean {
    return this.platform === 'win32' && !/[\\/:]/.test(file);
  }

  /** What is to be started for a name, or a path. Rejects as starting it would, where no folder of the PATH has it. */
  async of(name: string, environment: NodeJS.ProcessEnv): Promise<string> {
    if (!this.seeks(name)) return name;
    const key = JSON.stringify([name, pathOf(environment)]);
    const known = this.found.get(key);
    if (known !== undefined && (await isExecutable(known))) return known;
    const file = await findOnPath(name, { platform: this.platform, environment });
    if (file === undefined) throw Object.assign(new Error(`spawn ${name} ENOENT`), { code: 'ENOENT' });
    this.found.set(key, file);
    return file;
  }
}

function pathOf(environment: NodeJS.ProcessEnv): string {
  return Object.entries(environment).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
}
