import { missing } from '../core/errors';
import type { Engine } from '../store/engine';
import { copyRuns } from '../transfer/copy';
import { EngineSource } from '../transfer/engineSource';
import { type CopyFlags, progressTo, tellCopy } from './copyOutput';
import { openOther } from './otherStore';
import type { Output } from './output';
import { findRun } from './runReference';

export interface PushFlags extends CopyFlags {
  readonly to: string;
  readonly experiment?: string;
  readonly registry?: boolean;
}

export interface PullFlags extends CopyFlags {
  readonly from: string;
  readonly experiment?: string;
  readonly registry?: boolean;
}

/** Copies runs of this store to a server or another store: those named, else all that are not there yet or have gone on. */
export async function pushRuns(engine: Engine, references: readonly string[], flags: PushFlags, output: Output): Promise<void> {
  const other = await openOther(flags.to, { create: true, than: engine, output });
  await using(other, () => copyBetween(engine, other, 'Pushed', references, flags, output));
}

/** The other way round. */
export async function pullRuns(engine: Engine, references: readonly string[], flags: PullFlags, output: Output): Promise<void> {
  const other = await openOther(flags.from, { create: false, than: engine, output });
  await using(other, () => copyBetween(other, engine, 'Pulled', references, flags, output));
}

async function copyBetween(
  from: Engine,
  to: Engine,
  done: string,
  references: readonly string[],
  flags: CopyFlags & { readonly experiment?: string; readonly registry?: boolean },
  output: Output,
): Promise<void> {
  const runIds = await chosenRuns(from, references, flags.experiment);
  await tellCopy(output, flags, { done, from: from.info.location, to: to.info.location }, (signal) =>
    copyRuns(new EngineSource(from), to, {
      runIds,
      deleted: false,
      registry: Boolean(flags.registry),
      signal,
      onProgress: progressTo(output, flags),
    }),
  );
}

/** Undefined: all runs that are not deleted. */
async function chosenRuns(from: Engine, references: readonly string[], experiment: string | undefined): Promise<string[] | undefined> {
  if (references.length > 0) {
    const found: string[] = [];
    for (const reference of references) found.push((await findRun(from, reference)).runId);
    return found;
  }
  if (experiment === undefined) return undefined;
  const named = await from.experiments.getByName(experiment);
  if (!named) throw missing(`no experiment '${experiment}' in ${from.info.location}`);
  return [...(await new EngineSource(from).runIds(named.experimentId, false))];
}

async function using(other: Engine, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await other.close();
  }
}
