import { posix, relative, sep } from 'node:path';
import type { Run } from '../core/run';
import { runCode } from './runCode';

/**
 * What a path that a run names may be in a DVC repository, from its root and with `/`. Runs name paths from the folder that they were
 * started in; that is told from their git repository's root, which may lie above DVC's, or isn't told at all.
 */
export function namedPaths(root: string, named: string, run: Run): string[] {
  if (/^(\/|[A-Za-z]:)/.test(named)) {
    const inner = relative(root, named).split(sep).join('/');
    return inner === '' || inner.startsWith('../') || /^([A-Za-z]:|\/)/.test(inner) ? [] : [inner];
  }
  const parts = posix.join(runCode(run).workingFolder ?? '', named).split('/');
  if (parts[0] === '..') return [];
  const place = `/${root.split(sep).join('/')}`;
  const above = parts.map((_, count) => parts.slice(0, count).join('/'));
  return above.flatMap((folder, count) => (folder === '' || place.endsWith(`/${folder}`) ? [parts.slice(count).join('/')] : []));
}
