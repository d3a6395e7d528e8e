import type { CloudStatusAnswer, DataStatusAnswer, DiffAnswer, StatusAnswer } from './answers';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Slots } from '../../core/slots';
import type { Revisions } from '../revisions';
import type { DataQuestion } from '../source';
import { cloudAnswer } from './cloudAnswer';
import { dataIndex, type DataEntry, type DataIndex } from './dataIndex';
import { dataStatusAnswer, hashedEntries } from './dataStatusAnswer';
import { diffAnswer, diffChanges } from './diffAnswer';
import type { ObjectFolder } from './objectFolder';
import type { Reading } from './reading';
import { importDep, keptOuts, recordedIndex, type KeptOut } from './recordedIndex';
import { StageChecker } from './stageChecker';
import type { StageState } from './stageState';
import { statusAnswer } from './statusAnswer';
import { workspaceIndex } from './workspaceIndex';

type Asked<K extends DataQuestion['kind']> = DataQuestion & { readonly kind: K };

/** Answers DVC's questions about one reading of a repository. */
export class DataQuestions {
  /** What only a network could tell, in one line each. */
  readonly unknown: string[] = [];

  constructor(private readonly reading: Reading) {}

  /** Rejects with one line for what can't be answered at all. */
  answer(question: DataQuestion): Promise<StatusAnswer | CloudStatusAnswer | DataStatusAnswer | DiffAnswer> {
    switch (question.kind) {
      case 'status':
        return this.status(question);
      case 'cloudStatus':
        return this.cloudStatus(question);
      case 'dataStatus':
        return this.dataStatus(question);
      case 'diff':
        return this.diff(question);
    }
  }

  private async status({ folder }: Asked<'status'>): Promise<StatusAnswer> {
    const states = await this.stageStates(folder);
    for (const { stage, deps, outs, params } of states) {
      for (const { label, state, problem } of [...deps, ...outs]) {
        if (problem !== undefined) this.reading.addError(stage.file, stage.line, undefined, `${label}: ${problem}`);
        else if (state === 'unknown') this.unknown.push(`${stage.address}: whether ${label} has changed can only be told by dvc itself`);
      }
      for (const { label, problem } of params)
        if (problem !== undefined) this.reading.addError(stage.file, stage.line, undefined, `${label}: ${problem}`);
    }
    return statusAnswer(states, folder);
  }

  private async cloudStatus({ remote }: Asked<'cloudStatus'>): Promise<CloudStatusAnswer> {
    return cloudAnswer(this.reading.outs, this.reading.cache, this.localRemote(remote));
  }

  private async dataStatus(asked: Asked<'dataStatus'>): Promise<DataStatusAnswer> {
    const { granular = false, unchanged = false, renames = true, notInRemote = false, untracked = false } = asked;
    const { reading } = this;
    const [recorded, workspace, head] = await Promise.all([
      recordedIndex(reading.outs, granular ? reading.manifest : undefined),
      this.workspace(),
      this.head(granular),
    ]);
    const { revisions } = reading;
    return dataStatusAnswer(
      { recorded, workspace, head: head?.index },
      { granular, unchanged, renames },
      {
        notInCache: await this.notInCache(reading.outs, hashedEntries(recorded, granular)),
        notInRemote: notInRemote ? await this.notInRemote(recorded, granular, asked.remote) : [],
        untracked: untracked && revisions ? await this.untracked(revisions, asked.folder) : undefined,
      },
    );
  }

  private async diff({ from = 'HEAD', to, hashes = false, hideMissing = false }: Asked<'diff'>): Promise<DiffAnswer> {
    const { reading } = this;
    const { revisions, root } = reading;
    if (!revisions || !(await revisions.tracks(root, reading.signal)))
      throw new Error(`${root} is in no git repository, so there are no commits to compare.`);
    const isNew = (await revisions.commit(root, 'HEAD', reading.signal)) === undefined;
    if (isNew || to !== undefined) reading.leaveOutRecords();
    if (isNew) return {};
    const [old, now] = [await this.commitOf(from), to === undefined ? undefined : await this.commitOf(to)];
    if (old === now) return {};
    const isToCommit = now !== undefined;
    const [before, after] = [await this.revision(old, { isToCommit }), isToCommit ? await this.revision(now, { isToCommit }) : undefined];
    if (before === undefined || (isToCommit && after === undefined)) return {};
    const changes = diffChanges(before.index, after?.index ?? (await this.workspace()));
    const olds = changes.flatMap((change) => (change.old?.hash ? [change.old] : []));
    const missing = after ? undefined : await this.notInCache(before.outs, olds);
    return diffAnswer(changes, missing, { hashes, hideMissing });
  }

  /** @param folder where DVC would stand, for what it prints */
  stageStates(folder?: string): Promise<StageState[]> {
    const { root, files, cache, revisions, reachesOutside, signal } = this.reading;
    const remoteCommit = async (url: string, revision: string | undefined): Promise<string | undefined> =>
      revisions && isAbsolute(url) ? revisions.commit(url, revision ?? 'HEAD', signal).catch(() => undefined) : undefined;
    const around = { root, folder: folder ?? root, files, cache, params: this.reading.params, remoteCommit, reachesOutside };
    const checker = new StageChecker(around);
    return checker.checkAll(this.reading.stages);
  }

  /** What HEAD records, empty before the first commit; undefined without git. */
  async head(granular: boolean): Promise<{ readonly commit: string | undefined; readonly index: DataIndex } | undefined> {
    const { revisions, root, signal } = this.reading;
    const commit = await revisions?.commit(root, 'HEAD', signal);
    if (commit !== undefined) return { commit, index: (await this.revision(commit, { granular }))?.index ?? dataIndex([]) };
    return (await revisions?.tracks(root, signal)) ? { commit, index: dataIndex([]) } : undefined;
  }

  workspace(): Promise<DataIndex> {
    const { root, outs, files } = this.reading;
    return workspaceIndex(root, outs, files, ({ stage, out, target }, error) => this.reading.addError(stage.file, out.line, target, error));
  }

  private async untracked(revisions: Revisions, folder: string | undefined): Promise<string[]> {
    const { root, signal } = this.reading;
    if (!(await revisions.tracks(root, signal))) return [];
    const paths = await withoutFolderLinks(root, await revisions.untracked(root, signal));
    return folder === undefined || folder === root ? paths : paths.map((path) => relative(folder, join(root, path)).split(sep).join('/'));
  }

  /**
   * A commit's outs, unless another commit is what they are compared with only those that can be compared with the working folder's records;
   * undefined where the commit has no repository here.
   */
  private async revision(
    commit: string,
    { granular = true, isToCommit = false } = {},
  ): Promise<{ index: DataIndex; outs: readonly KeptOut[] } | undefined> {
    const { reading } = this;
    if (!reading.revisions) return undefined;
    const { stages, broken, isEmpty } = await reading.committed(reading.revisions, commit);
    if (isEmpty) return undefined;
    reading.addBroken(broken.map((each) => ({ ...each, message: `in commit ${commit.slice(0, 10)}: ${each.message}` })));
    const kept = keptOuts(reading.root, stages);
    const outs = isToCommit ? kept : reading.comparable(kept);
    return { index: await recordedIndex(outs, granular ? reading.manifest : undefined), outs };
  }

  private async commitOf(revision: string): Promise<string> {
    const { revisions, root, signal } = this.reading;
    const commit = await revisions?.commit(root, revision, signal);
    if (commit === undefined) throw new Error(`There is no commit, branch or tag ${revision} here.`);
    return commit;
  }

  private async notInCache(outs: readonly KeptOut[], entries: readonly DataEntry[]): Promise<DataEntry[]> {
    const partial = new Set(outs.filter(({ isPartial }) => isPartial).map(({ path }) => path));
    const present = await this.reading.cache.present(entries.flatMap(({ hash }) => (hash ? [hash] : [])));
    return entries.filter(({ path }, index) => partial.has(path) || !present[index]);
  }

  /** What of the recorded outs isn't in their remotes; where there is none, all. */
  private async notInRemote(recorded: DataIndex, granular: boolean, name: string | undefined): Promise<DataEntry[]> {
    const { reading } = this;
    if (name !== undefined && !reading.remoteNamed(name)) this.localRemote(name);
    const byRemote = new Map<string, DataEntry[]>();
    const missing: DataEntry[] = [];
    for (const { path, stage, out, isRepositoryImport, isPartial } of reading.outs) {
      const found = recorded.outs.get(path);
      if (!found || !out.pushed || isRepositoryImport) continue;
      if (isPartial) {
        // What was imported without its content is where it comes from.
        const source = importDep(stage)?.target;
        if (source === undefined) this.unknown.push(`${stage.address}: whether its source is there can only be told by dvc itself`);
        else if (!(await reading.memory.hashes.stats(source))) missing.push(found);
        continue;
      }
      const remote = reading.remoteNamed(out.remote ?? name)?.name ?? '';
      const list = byRemote.get(remote) ?? [];
      byRemote.set(remote, list);
      list.push(...hashedEntries({ outs: new Map([[path, found]]), parents: new Set() }, granular));
    }
    for (const [remote, entries] of byRemote) {
      const place = remote === '' ? undefined : reading.remoteNamed(remote);
      const objects = place && reading.remote(remote);
      if (objects) {
        const present = await objects.present(entries.flatMap(({ hash }) => (hash ? [hash] : [])));
        missing.push(...entries.filter((_, index) => !present[index]));
      } else if (place) {
        this.unknown.push(`what remote “${remote}” (${place.url}) has can only be told by dvc itself: it is no folder of this machine`);
      } else missing.push(...entries);
    }
    return missing;
  }

  private localRemote(name: string | undefined): ObjectFolder {
    const { remotes } = this.reading.config;
    const place = this.reading.remoteNamed(name);
    const known = remotes.length > 0 ? ` Known are: ${remotes.map((remote) => remote.name).join(', ')}.` : '';
    if (!place && name !== undefined) throw new Error(`There is no remote “${name}”.${known}`);
    if (!place) throw new Error(`No default remote is set. Set one with \`dvc remote default <name>\`, or name one.${known}`);
    const objects = this.reading.remote(place.name);
    if (!objects) throw new Error(`Remote “${place.name}” (${place.url}) is no folder of this machine; ask \`dvc status --cloud\`.`);
    return objects;
  }
}

/** DVC's own git passes over links that lead to folders. */
async function withoutFolderLinks(root: string, paths: readonly string[]): Promise<string[]> {
  const slots = new Slots(16);
  const isFolder = (path: string): Promise<boolean> =>
    slots.use(() =>
      stat(join(root, path)).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    );
  const folders = await Promise.all(paths.map(isFolder));
  return paths.filter((path, index) => path.endsWith('/') || !folders[index]);
}
