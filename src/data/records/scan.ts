import { join } from 'node:path';
import { Slots } from '../../core/slots';
import { dvcRulesAt, gitRulesAbove } from './folderRules';
import type { IgnoreRules } from './ignore';
import { isRecordName } from './record';
import type { RecordFiles } from './recordFiles';
import { toPosix } from './recordPath';
import type { BrokenRecord, PipelineTop } from './recordReading';
import { diskSource, type RecordSource } from './recordSource';
import { RefusedPaths } from './refusedPaths';
import { trackedOuts, type TrackedOut } from './repository';
import type { Stage } from './stage';
import type { ParsingOptions } from './templateExpression';

export interface Scan {
  readonly stages: readonly Stage[];
  /** The stages' outs in the file system, as they were before there were stages. */
  readonly outs: readonly TrackedOut[];
  readonly broken: readonly BrokenRecord[];
  /** The `.dvc` files and `dvc.yaml` of which not all could be read, absolute. */
  readonly unread: ReadonlySet<string>;
  /** What each `dvc.yaml` says beside its stages. */
  readonly tops: readonly PipelineTop[];
  /** Every `.dvc` file and `dvc.yaml` found, absolute. */
  readonly files: readonly string[];
  /** Every file that these were made of, there or not: locks, params and vars files too. Absolute. */
  readonly madeOf: readonly string[];
}

export interface ScanOptions {
  /** The disk where nothing is said. */
  readonly source?: RecordSource;
  /** Whether what git ignores is left out, as it is on the disk (but with `core.no_scm`), and not in a commit. */
  readonly gitRules?: boolean;
  readonly parsing?: ParsingOptions;
  readonly signal?: AbortSignal;
}

/** Our own store: what runs have logged is no part of the project's pipeline. */
const SKIPPED = '.tracking';

/**
 * Finds and reads the `.dvc` files and pipelines of a repository, as DVC does: not in ignored folders, in outs, or in repositories below.
 * Rejects only when stopped.
 */
export async function scanRepository(root: string, records: RecordFiles, options: ScanOptions = {}): Promise<Scan> {
  const { source = diskSource, gitRules = true, parsing = {}, signal } = options;
  const stages: Stage[] = [];
  const broken: BrokenRecord[] = [];
  const unread = new Set<string>();
  const tops: PipelineTop[] = [];
  const files: string[] = [];
  const madeOf = new Set<string>();
  const targets = new Set<string>();
  const slots = new Slots(32);
  let hasRules = false;

  const read = async (file: string, withoutLock: boolean): Promise<void> => {
    files.push(file);
    const reading = await records.read(file, source, { ...parsing, withoutLock });
    stages.push(...reading.stages);
    broken.push(...reading.broken);
    if (reading.broken.length > 0) unread.add(file);
    if (reading.top) tops.push(reading.top);
    for (const path of reading.madeOf) madeOf.add(path);
    for (const stage of reading.stages) for (const { target } of stage.outs) if (target !== undefined) targets.add(target);
  };

  const visit = async (folder: string, outerGit: IgnoreRules | undefined, outerDvc: IgnoreRules): Promise<void> => {
    signal?.throwIfAborted();
    const entries = await source.list(folder);
    const names = new Set(entries.map((entry) => entry.name));
    if (folder !== root && names.has('.dvc')) return;
    const here = toPosix(folder);
    const git = outerGit && names.has('.gitignore') ? outerGit.with(here, await textIn(source, folder, '.gitignore')) : outerGit;
    const dvc = names.has('.dvcignore') ? await dvcRulesAt(source, folder, outerDvc) : outerDvc;
    hasRules ||= names.has('.dvcignore');
    const gitIgnores = (name: string, isFolder: boolean): boolean => git?.ignores(`${here}/${name}`, isFolder) ?? false;
    const dvcIgnores = (name: string, isFolder: boolean): boolean => dvc.ignores(`${here}/${name}`, isFolder);
    const isTaken = (name: string, isFolder: boolean): boolean => !gitIgnores(name, isFolder) && !dvcIgnores(name, isFolder);

    const found = entries.filter(({ name, isFolder }) => !isFolder && isRecordName(name) && isTaken(name, false));
    if (found.some(({ name }) => name === 'dvc.yaml') && gitIgnores('dvc.lock', false)) {
      const message = 'git ignores this file, so DVC refuses the pipeline; take it out of .gitignore';
      broken.push({ file: join(folder, 'dvc.lock'), message, line: 1 });
    }
    const withoutLock = names.has('dvc.lock') && dvcIgnores('dvc.lock', false);
    await Promise.all(found.map(({ name }) => slots.use(() => read(join(folder, name), withoutLock))));
    const below = entries.filter(({ name, isFolder }) => isFolder && name !== SKIPPED && isTaken(name, true));
    const open = below.map(({ name }) => join(folder, name)).filter((path) => !targets.has(path));
    await Promise.all(open.map((path) => visit(path, git, dvc)));
  };

  await visit(root, gitRules ? await gitRulesAbove(root) : undefined, await dvcRulesAt(source, root, undefined));
  records.keepOnly(files);
  const refused = new RefusedPaths(root, source, hasRules);
  const refusals = await Promise.all(stages.map((stage) => refused.refusal(stage)));
  broken.push(...refusals.filter((refusal) => refusal !== undefined));
  for (const [i, { file }] of stages.entries()) if (refusals[i] !== undefined) unread.add(file);
  const byAddress = (a: Stage, b: Stage): number => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0);
  const taken = stages.filter((_, i) => refusals[i] === undefined).sort(byAddress);
  return { stages: taken, outs: trackedOuts(taken), broken, unread, tops, files, madeOf: [...madeOf] };
}

async function textIn(source: RecordSource, folder: string, name: string): Promise<string | undefined> {
  return (await source.read(join(folder, name)).catch(() => undefined))?.toString('utf8');
}
