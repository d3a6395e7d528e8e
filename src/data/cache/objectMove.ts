import { stat } from 'node:fs/promises';
import { ObjectFolder } from '../status/objectFolder';
import { putAside } from './damagedObjects';
import { copyObjects, planObjects, type ObjectCounts, type Store, type TransferEnds } from './objectTransfer';
import { ObjectWriter } from './objectWriter';
import { remoteFolder } from './storage';
import { reasonOf } from './transferFailure';
import type { TransferOut } from './transferOuts';
import type { OutTransfer } from './transfers';
import { answerOf, counted, type TransferWork } from './transferWork';

/** Fetches or pushes an out's objects; what goes wrong is told in the answer. Rejects only when stopped. */
export async function moveObjects(kind: 'fetch' | 'push', out: TransferOut, work: TransferWork): Promise<OutTransfer> {
  const counts: ObjectCounts = { objects: 0, bytes: 0 };
  try {
    work.report.begin('comparing', out.path);
    // What is whole here needs no remote.
    if (kind === 'fetch' && !(await lacks(out, work))) return answerOf(out);
    const remote = chooseRemote(kind, out, work);
    if ('outcome' in remote) return remote;
    return { ...(await move(kind, out, remote, work, counts)), ...counts };
  } catch (error) {
    work.signal?.throwIfAborted();
    return answerOf(out, { ...counts, outcome: 'failed', message: reasonOf(error, out.path) });
  }
}

interface Remote {
  readonly name: string;
  readonly folder: string;
}

/** The remote of an out, or why there is none to ask. Throws an Error of one line for an unknown name. */
function chooseRemote(kind: 'fetch' | 'push', out: TransferOut, { options, config }: TransferWork): Remote | OutTransfer {
  const skipped = (message: string): OutTransfer => answerOf(out, { outcome: 'skipped', message });
  const asked = options.remote?.toLowerCase();
  if (kind === 'push' && !out.pushed) return skipped('Its record says that it is not pushed.');
  if (kind === 'push' && out.importedFrom !== undefined) return skipped(`It comes from ${out.importedFrom}, and is not pushed.`);
  if (asked !== undefined && out.remote !== undefined && out.remote.toLowerCase() !== asked)
    return skipped(`Its record names another remote, “${out.remote}”.`);
  const name = out.remote ?? asked ?? config.defaultRemote;
  if (name === undefined) return skipped('There is no default remote. Name one, or set it: dvc remote default NAME');
  const folder = remoteFolder(config, name);
  return folder === undefined
    ? skipped(`The remote “${name}” is no folder of this machine; only dvc itself can reach it.`)
    : { name, folder };
}

async function move(
  kind: 'fetch' | 'push',
  out: TransferOut,
  { name, folder }: Remote,
  work: TransferWork,
  counts: ObjectCounts,
): Promise<OutTransfer> {
  const { root, config, hashes, cache, report, signal } = work;
  const remote: Store = { folder, objects: new ObjectFolder(folder, hashes, signal) };
  const ends: TransferEnds = kind === 'fetch' ? { from: remote, to: cache, hashes, signal } : { from: cache, to: remote, hashes, signal };
  const plan = await planObjects(out, ends);
  if (kind === 'push' && plan.damaged.length > 0) {
    const message = `The remote “${name}” holds a damaged object, ${plan.damaged[0] ?? ''}. Remove it there, and push again.`;
    return answerOf(out, { outcome: 'failed', message });
  }
  const bytes = plan.copies.reduce((sum, { size }) => sum + size, 0);
  report.expect(plan.copies.length, bytes);
  report.begin(kind === 'fetch' ? 'fetching' : 'pushing', out.path);
  const aside: string[] = [];
  for (const path of plan.damaged) aside.push(await putAside(root, path));
  const writer = new ObjectWriter(ends.to.folder, kind === 'fetch' && config.isCacheShared);
  await copyObjects(plan, ends, writer, counts, report.done);
  if (plan.missing.length > 0) {
    if (kind === 'fetch' && !(await stat(folder).catch(() => undefined)))
      return answerOf(out, {
        outcome: 'missing',
        message: `The folder of the remote “${name}” isn't there: ${folder}`,
        paths: plan.missing,
      });
    const where = kind === 'fetch' ? `neither in the cache nor in “${name}”` : 'not in the cache';
    const imported = out.importedFrom === undefined ? '' : ` It comes from ${out.importedFrom}, which only dvc itself can ask.`;
    const message = `${counted(plan.missing.length, 'file is', 'files are')} ${where}.${imported}`;
    return answerOf(out, { outcome: 'missing', message, paths: plan.missing });
  }
  const note = aside.length > 0 ? `Damaged objects were put aside: ${aside.join(', ')}` : undefined;
  return answerOf(out, { outcome: counts.objects > 0 ? 'done' : 'unchanged', message: note });
}

/** Whether the cache lacks something of an out. */
async function lacks(out: TransferOut, { cache, hashes, signal }: TransferWork): Promise<boolean> {
  const plan = await planObjects(out, { from: cache, to: cache, hashes, signal });
  return plan.copies.length + plan.missing.length + plan.damaged.length > 0;
}
