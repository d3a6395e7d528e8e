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
  const path = Object.entries(environment).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, withSuffix(name, platform));
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** The folder of a virtual environment's programs. */
export function programsFolder(environment: string, platform: NodeJS.Platform): string {
  return join(environment, platform === 'win32' ? 'Scripts' : 'bin');
}

/** pip makes `.exe` files on Windows; scripts of the shell's (`.cmd`) can't be started without one. */
export function withSuffix(name: string, platform: NodeJS.Platform): string {
  return platform === 'win32' && !/\.exe$/i.test(name) ? `${name}.exe` : name;
}
