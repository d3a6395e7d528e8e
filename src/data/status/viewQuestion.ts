import { join } from 'node:path';
import type { Hash } from './dataIndex';
import type { DataQuestions } from './dataQuestions';
import type { Reading } from './reading';
import { importDep, recordedIndex } from './recordedIndex';
import type { OutState, StageState } from './stageState';
import type { DataStatus, OutStatus } from './status';
import { committedStates, dataPaths, outStatus, stageStatus } from './viewStatus';

/** What the views are shown of one reading of a repository. */
export async function viewStatus(reading: Reading, questions: DataQuestions): Promise<DataStatus> {
  const { root, config } = reading;
  const [states, head, recorded] = await Promise.all([questions.stageStates(), questions.head(false), recordedIndex(reading.outs)]);
  const committed = committedStates(head?.index, recorded);
  const remotes = await inRemotes(reading, states);
  const outs: OutStatus[] = [];
  for (const { stage, outs: found, deps, params } of states) {
    for (const checked of found) {
      const hash = hashOf(checked);
      const manifest = hash?.digest.endsWith('.dir') ? await reading.cache.manifest(hash) : undefined;
      const facts = { root, stage, checked, manifest, committed, hasHead: head !== undefined, inRemote: remotes.get(checked) };
      const row = checked.found === undefined && checked.problem !== undefined ? undefined : outStatus(facts);
      if (row) outs.push(row);
      else if (checked.problem !== undefined) reading.addError(stage.file, checked.out.line, checked.out.target, checked.problem);
    }
    for (const { label, problem } of [...deps, ...params])
      if (problem !== undefined) reading.addError(stage.file, stage.line, undefined, `${label}: ${problem}`);
  }
  const isData = dataPaths(reading.outs);
  return {
    root,
    outs: outs.sort(byPath),
    errors: [...reading.errors].sort(byPath),
    stages: states.map((state) => stageStatus(root, state, isData)),
    removed: committed.removed.map((each) => ({ ...each, target: join(root, each.path) })).sort(byPath),
    remotes: config.remotes.map(({ name, url, isDefault, isVersioned, folder }) => {
      return { name, url, isDefault, isLocal: folder !== undefined && !isVersioned };
    }),
    cacheFolder: config.cacheFolder,
    head: head?.commit,
  };
}

/** Whether outs are in their remotes: a folder is when its manifest is, which is pushed last. */
async function inRemotes(reading: Reading, states: readonly StageState[]): Promise<Map<OutState, boolean>> {
  const byRemote = new Map<string | undefined, OutState[]>();
  for (const { stage, outs } of states) {
    if (importDep(stage)?.source?.kind === 'repository') continue;
    for (const checked of outs) {
      const { cached, pushed, remote } = checked.out;
      if (!cached || !pushed || !hashOf(checked)) continue;
      const list = byRemote.get(remote);
      if (list) list.push(checked);
      else byRemote.set(remote, [checked]);
    }
  }
  const found = new Map<OutState, boolean>();
  for (const [name, outs] of byRemote) {
    const present = await reading.remote(name)?.present(outs.flatMap((checked) => hashOf(checked) ?? []));
    if (present) outs.forEach((checked, index) => found.set(checked, present[index] ?? false));
  }
  return found;
}

function hashOf({ out: { recorded } }: OutState): Hash | undefined {
  return recorded && { name: recorded.hashName, digest: recorded.digest };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
