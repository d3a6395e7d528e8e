import type { Undo } from '../../code/workingChanges';
import { Slots } from '../../core/slots';

export interface UndoEntry {
  /** What was done, e.g. `train.py was staged.` */
  readonly done: string;
  readonly undo: Undo;
}

/** So many actions can be taken back. */
const MOST = 50;

/** Takes back several parts of what was done, in this order; after a refusal goes on where that was. */
export function inTurn(undos: readonly Undo[]): Undo {
  const left = [...undos];
  return async () => {
    for (let [next] = left; next; [next] = left) {
      await next();
      left.shift();
    }
  };
}

/** What was done and can be taken back, the newest first. */
export class UndoStack {
  private entries: readonly UndoEntry[] = [];
  private readonly turns = new Slots(1);

  /** @param changed hears whether there is something to take back */
  constructor(private readonly changed: (any: boolean) => void) {}

  push(done: string, undo: Undo): UndoEntry {
    const entry = { done, undo };
    this.entries = [entry, ...this.entries].slice(0, MOST);
    this.changed(true);
    return entry;
  }

  /**
   * Takes one back, by default the newest, and only then forgets it: what is refused now may be possible later. One after another, so that
   * none is taken back twice. @param by false where it was not taken back @returns undefined where there is nothing
   */
  takeBack(by: (entry: UndoEntry) => Promise<boolean>, wanted?: UndoEntry): Promise<UndoEntry | undefined> {
    return this.turns.use(async () => {
      const entry = this.entries.find((each) => wanted === undefined || each === wanted);
      if (entry && (await by(entry))) this.forget(entry);
      return entry;
    });
  }

  /** It is not to be taken back any more. */
  forget(entry: UndoEntry): void {
    this.entries = this.entries.filter((each) => each !== entry);
    this.changed(this.entries.length > 0);
  }
}
