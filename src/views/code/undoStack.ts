import type { Undo } from '../../code/workingChanges';

interface Entry {
  /** What was done, e.g. `train.py was staged.` */
  readonly done: string;
  readonly undo: Undo;
}

/** So many actions can be taken back. */
const MOST = 50;

/** What was done and can be taken back, the newest first. */
export class UndoStack {
  private entries: readonly Entry[] = [];

  /** @param changed hears whether there is something to take back */
  constructor(private readonly changed: (any: boolean) => void) {}

  push(done: string, undo: Undo): Entry {
    const entry = { done, undo };
    this.entries = [entry, ...this.entries].slice(0, MOST);
    this.changed(true);
    return entry;
  }

  /** The newest, which leaves: one that can't be taken back is not in the way of those before it. */
  pop(): Entry | undefined {
    const [newest] = this.entries;
    if (newest) this.remove(newest);
    return newest;
  }

  /** It is taken back otherwise. @returns whether it was there */
  remove(entry: Entry): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter((each) => each !== entry);
    this.changed(this.entries.length > 0);
    return this.entries.length < before;
  }
}
