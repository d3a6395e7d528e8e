import { workspace, type Event } from 'vscode';
import type { CodeReader } from '../../code/reader';
import type { Configuration } from '../../host/configuration';
import type { Graph } from '../../lineage/commitRuns';
import { DataRuns } from '../../lineage/dataRuns';
import type { RunsOfData } from '../../lineage/lineageReader';
import type { CodeRuns } from '../code/codeRuns';

/** Which runs used which data, as far as runs are known by now. */
export class UsedByRuns implements RunsOfData {
  private made: { readonly version: number; readonly key: string | undefined; readonly runs: DataRuns } | undefined;
  private readonly graphs = new Map<string, Promise<Graph>>();

  /** There are others. */
  readonly onDidChange: Event<void>;

  constructor(
    private readonly runs: CodeRuns,
    private readonly reader: CodeReader,
    private readonly configuration: Configuration,
  ) {
    this.onDidChange = runs.onDidChange;
  }

  get known(): DataRuns {
    const { version, runs } = this.runs.known;
    const key = this.configuration.headlineMetric(workspace.workspaceFolders?.[0]);
    if (this.made?.version !== version || this.made.key !== key) this.made = { version, key, runs: new DataRuns(runs, key) };
    return this.made.runs;
  }

  /** Nothing in a workspace that isn't trusted: git is a program. */
  async ancestors(root: string, commits: readonly string[]): Promise<Graph> {
    if (commits.length === 0 || !workspace.isTrusted) return new Map();
    const key = JSON.stringify([root, [...commits].sort()]);
    const known = this.graphs.get(key) ?? this.reader.graph(root, commits);
    // One is enough for a repository: commits come one by one.
    for (const each of this.graphs.keys())
      if (each !== key && each.startsWith(JSON.stringify([root]).slice(0, -1))) this.graphs.delete(each);
    this.graphs.set(key, known);
    known.catch(() => this.graphs.delete(key));
    return known;
  }
}
