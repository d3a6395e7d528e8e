import type { Memento } from 'vscode';

const KEY = 'training.running';
/** How long after its start a window may still ask for the tasks of the one before it, in milliseconds. */
const WINDOW_START = 20_000;

/**
 * After a reload VS Code runs the background tasks of before once more, and attaches them to their terminals. A training that has
 * ended meanwhile has no terminal to attach to and would be trained again; this tells such a question from a person's.
 */
export class ReloadGuard {
  private readonly before: Set<string>;
  private readonly running = new Set<string>();

  constructor(
    private readonly memory: Memento,
    private readonly now: () => number = Date.now,
    private readonly began = now(),
  ) {
    this.before = new Set(memory.get<readonly string[]>(KEY, []));
  }

  started(definition: object): Thenable<void> {
    this.running.add(keyOf(definition));
    return this.keep();
  }

  ended(definition: object): Thenable<void> {
    this.running.delete(keyOf(definition));
    return this.keep();
  }

  /** Whether a task is asked for only to be attached. True once for each task that ran before the reload. */
  isReattachment(definition: object): boolean {
    return this.now() - this.began < WINDOW_START && this.before.delete(keyOf(definition));
  }

  private keep(): Thenable<void> {
    return this.memory.update(KEY, [...this.running]);
  }
}

function keyOf(definition: object): string {
  return JSON.stringify(
    Object.entries(definition)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
