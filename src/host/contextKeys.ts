import { commands } from 'vscode';
import type { ServersState } from './server/serverState';

/** The keys that the manifest's `when` clauses ask for, and the type of each. */
export interface ContextValues {
  'mlTracking.hasStore': boolean;
  'mlTracking.hasRuns': boolean;
  'mlTracking.hasModels': boolean;
  'mlTracking.trained': boolean;
  /** A run has been looked at, at any time. */
  'mlTracking.runSelected': boolean;
  /** What is selected right now are runs. */
  'mlTracking.onlyRunsSelected': boolean;
  'mlTracking.compared': boolean;
  'mlTracking.training': boolean;
  'mlTracking.deletedRunsShown': boolean;
  /** The views show a server's runs, not the workspace's. */
  'mlTracking.remoteShown': boolean;
  'mlTracking.hasRemotes': boolean;
  /** The workspace holds runs of MLflow's that nobody has imported yet. */
  'mlTracking.importOffered': boolean;
  'mlTracking.runs.state': 'reading' | 'empty' | 'filled';
  'mlTracking.models.state': 'reading' | 'empty' | 'filled';
  'mlTracking.code.state': 'reading' | 'noGit' | 'noRepository' | 'filled';
  /** Something was done to a repository that can be taken back. */
  'mlTracking.code.undoable': boolean;
  /** A merge, rebase, cherry-pick or revert waits to be continued. */
  'mlTracking.code.continuable': boolean;
  /** History shows one file's commits. */
  'mlTracking.code.fileHistory': boolean;
  'mlTracking.server.state': ServersState;
  'mlTracking.data.state': 'reading' | 'noRepository' | 'empty' | 'filled';
  'mlTracking.data.hasRepository': boolean;
  /** Whether a dvc that can be used was found, when one was looked for. */
  'mlTracking.data.dvc': 'found' | 'missing';
}

/** Sets context keys, and only when they change. */
export class ContextKeys {
  private readonly values: Partial<ContextValues> = {};

  set<K extends keyof ContextValues>(key: K, value: ContextValues[K]): void {
    if (this.values[key] === value) return;
    this.values[key] = value;
    void commands.executeCommand('setContext', key, value);
  }

  get<K extends keyof ContextValues>(key: K): ContextValues[K] | undefined {
    return this.values[key];
  }
}
