import type { Disposable } from '../../core/disposable';
import type { Change } from '../change';

interface Entry {
  readonly sequence: number;
  readonly change: Change;
}

/** What has been seen to change, by this process's own writes and by asking; the numbers are this process's own. */
export class Journal {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<() => void>();
  /** 0 is kept for before everything. */
  private current = 1;
  private telling: NodeJS.Immediate | undefined;

  get head(): number {
    return this.current;
  }

  note(change: Change): void {
    this.current++;
    const subject = subjectOf(change);
    // Taken out first, so that the map stays in the order of the latest changes.
    this.entries.delete(subject);
    this.entries.set(subject, { sequence: this.current, change });
    this.telling ??= setImmediate(() => {
      this.telling = undefined;
      for (const listener of [...this.listeners]) listener();
    });
  }

  since(sequence: number): readonly Change[] {
    const found: Change[] = [];
    for (const entry of [...this.entries.values()].reverse()) {
      if (entry.sequence <= sequence) break;
      found.push(entry.change);
    }
    return found.reverse();
  }

  get isWatched(): boolean {
    return this.listeners.size > 0;
  }

  watch(listener: () => void): Disposable {
    // The same function may watch twice.
    const own = (): void => listener();
    this.listeners.add(own);
    return { dispose: () => void this.listeners.delete(own) };
  }

  dispose(): void {
    clearImmediate(this.telling);
    this.listeners.clear();
  }
}

function subjectOf(change: Change): string {
  switch (change.kind) {
    case 'experiment':
      return `experiment ${change.experimentId}`;
    case 'run':
      return `run ${change.runId}`;
    case 'metric':
      return `metric ${change.runId} ${change.key}`;
    case 'loggedModel':
      return `loggedModel ${change.modelId}`;
    case 'registeredModel':
      return `registeredModel ${change.name}`;
  }
}
