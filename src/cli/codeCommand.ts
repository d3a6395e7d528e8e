import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GitError } from '../code/git';
import { CodeReader } from '../code/reader';
import type { CodeStatus, Commit, LocalBranch } from '../code/repository';
import { missing } from '../core/errors';
import { formatAge, formatNumber } from '../core/format';
import type { Run } from '../core/run';
import { runsAtCommit, runsByBranch, runsByCommit, type BranchRuns, type Graph, type RunAtCommit } from '../lineage/commitRuns';
import { everyExperimentId } from '../store/pages';
import { jsonText, table, type Output } from './output';
import { searchRuns } from './runReference';
import { withEngine, type StoreFlags } from './storeOption';

export interface CodeFlags extends StoreFlags {
  readonly repo?: string;
  readonly runs?: boolean;
}

export interface CodeLogFlags extends CodeFlags {
  readonly path?: string;
  readonly limit: number;
  readonly skip?: number;
}

/** Runs `work` with a reader of the repository that is asked for. */
export async function withReader<T>(flags: CodeFlags, work: (reader: CodeReader, root: string) => Promise<T>): Promise<T> {
  const reader = new CodeReader(() => undefined);
  try {
    return await work(reader, await repositoryOf(reader, flags.repo));
  } finally {
    reader.dispose();
  }
}

/** The top folder of the repository that is asked for, or that we are in. */
export async function repositoryOf(reader: CodeReader, named: string | undefined): Promise<string> {
  const folder = resolve(named ?? '.');
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw missing(`there is no folder ${folder}`);
  try {
    return (await reader.places(folder)).root;
  } catch (error) {
    if (!(error instanceof GitError && error.reason === 'no repository')) throw error;
    throw missing(`${folder} is in no working tree of a git repository: go to one, name one with --repo, or make one with \`git init\``);
  }
}

/** As `git status` tells it. */
export async function showCodeStatus(flags: CodeFlags, output: Output): Promise<void> {
  await withReader(flags, async (reader, root) => {
    const status = await reader.status(root);
    if (output.json) output.out(jsonText(status));
    else output.out(statusText(status));
  });
}

function statusText(status: CodeStatus): string {
  const { head, upstream, operation, staged, changed, untracked, conflicted } = status;
  const where = head.kind === 'detached' ? `detached at ${head.commit.slice(0, 10)}` : head.name;
  const lines = [
    head.kind === 'unborn' ? `${where}, no commit yet` : where,
    ...(upstream
      ? [upstream.gone ? `${upstream.name} is gone` : `${upstream.name}: ${upstream.ahead} ahead, ${upstream.behind} behind`]
      : []),
    ...(operation ? [`${operation.kind} in progress${operation.progress === undefined ? '' : `, ${operation.progress}`}`] : []),
  ];
  const groups: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ['conflicts', conflicted.map(({ kind, path }) => [kind, path])],
    ['staged', staged.map(({ kind, path, from }) => [kind, from === undefined ? path : `${from} → ${path}`])],
    ['changed', changed.map(({ kind, path, from }) => [kind, from === undefined ? path : `${from} → ${path}`])],
    ['untracked', untracked.map((path) => ['', path])],
  ];
  const listed = groups
    .filter(([, files]) => files.length > 0)
    .map(([name, files]) => `\n${name}\n${files.map(([kind, path]) => `  ${kind.padEnd(14)}${oneLine(path)}\n`).join('')}`);
  return `${lines.join('\n')}\n${listed.length > 0 ? listed.join('') : '\nno changes\n'}`;
}

/** Branches with tip, upstream, ahead and behind; with `--runs` also how many runs each has, and the best of them. */
export async function listBranches(flags: CodeFlags, output: Output): Promise<void> {
  await withReader(flags, async (reader, root) => {
    const refs = await reader.branches(root);
    const runs = flags.runs ? await allRuns(flags, output) : undefined;
    const graph: Graph = runs
      ? await reader.graph(
          root,
          refs.local.map(({ tip }) => tip),
        )
      : new Map();
    const byBranch = runs ? runsByBranch(refs.local, runs, graph) : new Map<string, BranchRuns>();
    if (output.json) {
      const local = refs.local.map((branch) => ({ ...branch, ...(runs && { runs: branchRecord(byBranch.get(branch.name)) }) }));
      output.out(jsonText({ ...refs, local, remotes: Object.fromEntries(refs.remotes) }));
      return;
    }
    const header = ['', 'BRANCH', 'TIP', 'UPSTREAM', ...(runs ? ['RUNS', 'BEST'] : []), 'SUBJECT'];
    const rows = refs.local.map((branch) => [
      branch.current ? '*' : '',
      branch.name,
      branch.tip.slice(0, 10),
      upstreamText(branch),
      ...(runs ? runCells(byBranch.get(branch.name)) : []),
      branch.subject,
    ]);
    const others = [...refs.remotes.values()]
      .flat()
      .map(({ remote, name, tip, subject }) => [`${remote}/${name}`, tip.slice(0, 10), subject]);
    const tags = refs.tags.map(({ name, commit, subject }) => [name, commit.slice(0, 10), subject]);
    output.out(
      [
        table(header, rows),
        ...(others.length > 0 ? [table(['REMOTE BRANCH', 'TIP', 'SUBJECT'], others)] : []),
        ...(tags.length > 0 ? [table(['TAG', 'COMMIT', 'SUBJECT'], tags)] : []),
      ].join('\n'),
    );
  });
}

function upstreamText({ upstream }: LocalBranch): string {
  if (!upstream) return '';
  if (upstream.gone) return `${upstream.name}: gone`;
  const counts = [upstream.ahead > 0 ? `+${upstream.ahead}` : '', upstream.behind > 0 ? `-${upstream.behind}` : ''].filter(Boolean);
  return [upstream.name, ...counts].join(' ');
}

function branchRecord(runs: BranchRuns | undefined): object {
  const best = runs?.best;
  return {
    count: runs?.count ?? 0,
    best: best ? { key: best.key, value: best.value, runId: best.run.runId, name: best.run.runName } : null,
  };
}

function runCells(runs: BranchRuns | undefined): string[] {
  return [String(runs?.count ?? 0), runs?.best ? `${runs.best.key} ${formatNumber(runs.best.value)}` : ''];
}

/** Commits, a page of them; with `--runs` each one's runs hang beneath it. */
export async function showLog(revision: string | undefined, flags: CodeLogFlags, output: Output): Promise<void> {
  await withReader(flags, async (reader, root) => {
    const { limit: max, skip = 0, path } = flags;
    const asked = revision ?? 'HEAD';
    const commits = await reader.log(root, { max, skip, revision: asked, ...(path !== undefined && { path }) });
    const runs = flags.runs ? await allRuns(flags, output) : undefined;
    const graph: Graph = runs
      ? await reader.graph(
          root,
          commits.slice(0, 1).map(({ hash }) => hash),
        )
      : new Map();
    const byCommit = runsByCommit(runs ?? [], graph.keys());
    const under = (commit: Commit): RunAtCommit[] => runsAtCommit(commit.hash, byCommit, graph);
    if (output.json) {
      output.out(jsonText(commits.map((commit) => ({ ...commit, ...(runs && { runs: under(commit).map(runRecord) }) }))));
      return;
    }
    const now = Date.now();
    if (commits.length === 0)
      output.say(skip > 0 ? 'No more commits.\n' : path === undefined ? 'No commit yet.\n' : `No commit has changed ${path}.\n`);
    output.out(commits.map((commit) => [commitText(commit, now), ...(runs ? under(commit).map(runText) : [])].join('')).join(''));
  });
}

function commitText({ hash, subject, author, time, refs }: Commit, now: number): string {
  const names = refs.map((ref) => ref.replace(/^refs\/(heads|tags|remotes)\//, ''));
  const where = names.length > 0 ? ` (${names.join(', ')})` : '';
  return `${hash.slice(0, 10)}  ${oneLine(subject)}${where}  ${oneLine(author)}, ${formatAge(time, now)}\n`;
}

function runText({ run, headline, change }: RunAtCommit): string {
  const moved = change ? ` (${change.delta >= 0 ? '+' : ''}${formatNumber(change.delta)} since ${change.since.slice(0, 8)})` : '';
  const value = headline ? `${headline.key} ${formatNumber(headline.value)}${moved}` : 'no metric';
  return `    ${run.runId.slice(0, 8)}  ${oneLine(run.runName)}  ${run.status}  ${value}\n`;
}

function runRecord({ run, headline, change }: RunAtCommit): object {
  return { runId: run.runId, name: run.runName, status: run.status, headline: headline ?? null, change: change ?? null };
}

async function allRuns(flags: CodeFlags, output: Output): Promise<Run[]> {
  return withEngine(flags, output, async (engine) =>
    searchRuns(engine, { experimentIds: await everyExperimentId(engine, 'ACTIVE_ONLY'), limit: Number.MAX_SAFE_INTEGER }),
  );
}

/** A name may hold line breaks. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\t]/g, ' ');
}
