import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { DataStatus, OutStatus } from '../status/status';

/** The outs that absolute paths mean: outs, what lies in them, what they lie in; all of them where no path is given. */
export function chosenOuts(status: DataStatus, targets: readonly string[] | undefined): readonly OutStatus[] {
  if (!targets) return status.outs;
  return status.outs.filter((out) =>
    targets.some((target) => target === out.target || isBelow(target, out.target) || isBelow(out.target, target)),
  );
}

/** What of a tracked folder a checkout overwrites or removes: what differs, where that is known; what is as recorded stays. */
export function touchedBy(out: OutStatus): OutStatus[] {
  const { changes, target } = out;
  if (!changes || (changes.omitted ?? 0) > 0 || out.inCache !== true) return [out];
  return [...changes.modified, ...changes.added].map((member) => ({ ...out, target: join(target, member) }));
}

/**
 * The addresses of stages that may run when these are reproduced: they themselves, all that they depend on, and all that depends on those.
 * Plain `.dvc` files never run.
 */
export function stagesAround({ stages, outs }: Pick<DataStatus, 'stages' | 'outs'>, addresses: readonly string[]): Set<string> {
  const runs = stages.filter((stage) => stage.command !== undefined || stage.deps.length > 0);
  if (addresses.length === 0) return new Set(runs.map(({ address }) => address));
  const makers = outs.map((out) => ({ target: out.target, address: out.address }));
  const touching = (a: string, b: string): boolean => a === b || isBelow(a, b) || isBelow(b, a);
  const needed = new Map(
    runs.map((stage) => [
      stage.address,
      new Set(
        stage.deps.flatMap(({ target }) =>
          target === undefined ? [] : makers.filter((maker) => touching(maker.target, target)).map(({ address }) => address),
        ),
      ),
    ]),
  );
  const found = new Set<string>();
  const left = [...addresses];
  for (let address = left.pop(); address !== undefined; address = left.pop()) {
    if (found.has(address)) continue;
    found.add(address);
    left.push(...(needed.get(address) ?? []));
  }
  return new Set(runs.map(({ address }) => address).filter((address) => found.has(address)));
}

/** The addresses of what was imported: `.dvc` files that name where their data comes from, a path of this machine among it. */
export function importsOf({ stages }: Pick<DataStatus, 'stages'>): string[] {
  return stages
    .filter(({ name, command, deps }) => name === undefined && command === undefined && deps.length > 0)
    .map(({ address }) => address);
}

/** The files that say what is tracked at, above or below a path. */
export function recordsOf(status: DataStatus, target: string): string[] {
  const known = status.outs.filter((out) => out.target === target || isBelow(out.target, target) || isBelow(target, out.target));
  return [`${target}.dvc`, ...known.map((out) => out.recordedIn)];
}

/** The files where DVC may write that git is to ignore a path. */
export function ignoreFiles(target: string): string[] {
  return [join(dirname(target), '.gitignore')];
}

export function pipelineFiles(lock: string): string[] {
  return [join(dirname(lock), 'dvc.yaml'), join(dirname(lock), 'dvc.lock')];
}

/** Whether a path lies in a folder, and is not the folder itself. */
export function isBelow(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
