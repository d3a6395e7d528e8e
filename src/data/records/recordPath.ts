import { dirname, isAbsolute, normalize, relative, resolve, sep } from 'node:path';

const URL = /^([a-z][a-z0-9+.-]+):\/\//i;

/** `s3`, `https`, `remote`, …; undefined for what lies in the file system. */
export function schemeOf(path: string): string | undefined {
  const scheme = URL.exec(path)?.[1]?.toLowerCase();
  return scheme === 'file' || scheme === 'local' ? undefined : scheme;
}

/** Where a dep or an out lies, absolute; undefined for a URL. */
export function targetOf(path: string, workingFolder: string): string | undefined {
  if (schemeOf(path) !== undefined) return undefined;
  return resolve(workingFolder, path.replace(/^(?:file|local):\/\//i, ''));
}

/** A path as DVC goes on with it: one that names a place in the repository absolutely becomes relative to the working folder. */
export function definedPath(path: string, root: string, workingFolder: string): string {
  if (!isAbsolute(path) || !isWithin(root, path) || normalize(path) === root) return path;
  return relative(workingFolder, path) || '.';
}

/** Whether DVC counts a path as the repository's own: named relatively, and lying within. */
export function isInRepository(path: string, target: string | undefined, root: string): boolean {
  return target !== undefined && !isAbsolute(path) && isWithin(root, target);
}

/** Whether a path is a folder's or lies below it. Both absolute. */
export function isWithin(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}

/** Whether a path names a share of another machine, on which the folder is not: Windows signs in with the person's name to look there. */
export function isOnOtherMachine(folder: string, path: string, platform: NodeJS.Platform = process.platform): boolean {
  const isShare = (each: string): boolean => /^[\\/]{2}/.test(each);
  return platform === 'win32' && isShare(path) && !isShare(folder);
}

/** With `/`, whatever the system has. */
export function toPosix(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

/** DVC's name for a stage from the root: of a `.dvc` file its path, of the root's pipeline the bare name. */
export function addressOf(root: string, file: string, name: string | undefined): string {
  const path = toPosix(relative(root, file));
  if (name === undefined) return path;
  return path === 'dvc.yaml' ? name : `${path}:${name}`;
}

/** A path and every folder above it, nearest first. */
export function ancestors(path: string): string[] {
  const list = [path];
  for (let here = path; dirname(here) !== here; here = dirname(here)) list.push(dirname(here));
  return list;
}
