/**
 * The path of a program that comes with Windows. A bare name would be looked for in the current folder first, which is a repository that
 * anybody may have filled.
 * @param path below `System32`, with `\\`
 * @param environment where the folder of Windows is named
 */
export function windowsProgram(path: string, environment: Readonly<Record<string, string | undefined>>): string {
  const root = Object.entries(environment).find(([name]) => name.toUpperCase() === 'SYSTEMROOT')?.[1];
  return `${root || 'C:\\Windows'}\\System32\\${path}`;
}
