import { isAbsolute, join } from 'node:path';
import { workspace, type Event, type WorkspaceFolder, EventEmitter } from 'vscode';
import type { Disposable } from '../core/disposable';
import { Disposables } from './disposables';
import type { TrainingOptions } from './training/trainingOptions';

/** The settings, typed. Nothing is kept: VS Code answers from memory, by scope. */
export class Configuration implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;

  constructor() {
    this.held.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('mlTracking')) this.changed.fire();
      }),
    );
  }

  /** The absolute place of a folder's store. */
  storeLocation(folder: WorkspaceFolder): string {
    const location = this.of<string>('store.location', folder)?.trim() || '.tracking';
    return isAbsolute(location) ? location : join(folder.uri.fsPath, location);
  }

  /** Undefined: the run's own headline metric. */
  headlineMetric(folder: WorkspaceFolder | undefined): string | undefined {
    return this.of<string>('runs.headlineMetric', folder)?.trim() || undefined;
  }

  /** Where git may be, best first: VS Code's own setting names one place or several, and the PATH comes last. */
  gitPaths(): string[] {
    const value = workspace.getConfiguration('git').get<string | readonly string[] | null>('path');
    return [...[value ?? []].flat().filter((path) => path !== ''), 'git'];
  }

  /** What the settings say about a training; what they leave open is left to the training. */
  training(folder: WorkspaceFolder): TrainingOptions {
    const backend = this.of<string>('training.backend', folder);
    return {
      ...(backend && backend !== 'auto' ? { backend } : {}),
      ...this.number('threads', folder),
      ...this.number('epochs', folder),
      ...this.number('batchSize', folder),
      ...this.number('learningRate', folder),
    };
  }

  private number<K extends 'threads' | 'epochs' | 'batchSize' | 'learningRate'>(key: K, folder: WorkspaceFolder): { [P in K]?: number } {
    const value = this.of<number | null>(`training.${key}`, folder);
    return (typeof value === 'number' ? { [key]: value } : {}) as { [P in K]?: number };
  }

  private of<T>(key: string, folder: WorkspaceFolder | undefined): T | undefined {
    return workspace.getConfiguration('mlTracking', folder).get<T>(key);
  }

  dispose(): void {
    this.held.dispose();
  }
}
