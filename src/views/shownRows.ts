import { isDeepStrictEqual } from 'node:util';
import type { TreeRow } from './treeRow';

/** A row as the editor holds it: the same object for as long as its id stays in its place; what it says changes within it. */
type Shown = { -readonly [Key in keyof TreeRow]: TreeRow[Key] };

/** Where more rows than these changed in one place, the place is drawn anew: the editor compares each row told of with all others. */
const SINGLE_ROWS = 50;

/**
 * The rows that a tree shows. What was read anew is compared with them, so that only what differs is drawn again: a row that is drawn again
 * loses the click that is on its way, and the editor asks for all that is open beneath it.
 */
export class ShownRows {
  /** Nothing before the first taking, of which the editor need not be told: it asks. */
  private top: Shown[] | undefined;
  /** What the editor was given beneath a row. */
  private readonly given = new WeakMap<Shown, Shown[]>();
  private readonly folded = new WeakSet<TreeRow>();
  private turn: Promise<unknown> = Promise.resolve();

  /**
   * @param failed the row that stands for what can't be read beneath a row
   * @param changed is told what to draw again, with all beneath it; `undefined` is the whole tree
   */
  constructor(
    private readonly failed: (row: TreeRow, error: unknown) => TreeRow,
    private readonly changed: (rows: TreeRow[] | undefined) => void,
  ) {}

  /** The rows at the top. */
  get rows(): readonly TreeRow[] {
    return this.top ?? [];
  }

  /** The rows beneath one, as they are now. */
  async below(row: TreeRow): Promise<TreeRow[]> {
    const rows = await this.read(row);
    const shown = merged(this.given.get(row) ?? [], rows).rows;
    this.given.set(row, shown);
    return shown;
  }

  /** A row was closed, or opened: what is beneath a closed one is read when it is opened again. */
  fold(row: TreeRow, isFolded: boolean): void {
    if (isFolded) this.folded.add(row);
    else this.folded.delete(row);
  }

  /** Takes the rows as they are read now, one taking after another. @returns when all that is open has been compared */
  take(rows: readonly TreeRow[]): Promise<void> {
    const taken = this.turn.then(() => this.takeNow(rows));
    this.turn = taken.catch(() => undefined);
    return taken;
  }

  private async takeNow(rows: readonly TreeRow[]): Promise<void> {
    const isFirst = this.top === undefined;
    const { changed, unread } = this.compare(undefined, this.top ?? [], rows, false);
    if (!isFirst) this.tell(changed);
    await Promise.all(unread.map((row) => this.reload(row)));
  }

  /** What is beneath an open row that reads it itself. */
  private async reload(row: Shown): Promise<void> {
    const rows = await this.read(row);
    const { changed, unread } = this.compare(row, this.given.get(row) ?? [], rows, false);
    this.tell(changed);
    await Promise.all(unread.map((each) => this.reload(each)));
  }

  private tell(changed: readonly (TreeRow | undefined)[]): void {
    const rows = changed.filter((row) => row !== undefined);
    if (changed.length > 0) this.changed(rows.length < changed.length ? undefined : rows);
  }

  /** Again where the row was read anew meanwhile. */
  private async read(row: TreeRow): Promise<readonly TreeRow[]> {
    for (;;) {
      const { load } = row;
      if (!load) return row.children ?? [];
      const rows = await load().catch((error: unknown) => [this.failed(row, error)]);
      if (row.load === load) return rows;
    }
  }

  /** Makes the rows beneath one say what they say now. @returns what to draw again, and the open rows that have to be read first */
  private compare(
    above: Shown | undefined,
    before: readonly Shown[],
    now: readonly TreeRow[],
    isHidden: boolean,
  ): { changed: (TreeRow | undefined)[]; unread: Shown[] } {
    const { rows, same, different } = merged(before, now);
    if (above) this.given.set(above, rows);
    else this.top = rows;
    if (!same || different.length > SINGLE_ROWS) return { changed: [above], unread: [] };
    const drawn = new Set(different);
    const changed: (TreeRow | undefined)[] = [...different];
    const unread: Shown[] = [];
    for (const row of rows) {
      const given = this.given.get(row);
      if (!given || drawn.has(row)) continue;
      const hidden = isHidden || this.folded.has(row);
      if (row.load) (hidden ? changed : unread).push(row);
      else {
        const beneath = this.compare(row, given, row.children ?? [], hidden);
        changed.push(...beneath.changed);
        unread.push(...beneath.unread);
      }
    }
    return { changed, unread };
  }
}

/** The rows as they are now, each in the object that its id had; whether ids and order are the same; and which of those kept look different. */
function merged(before: readonly Shown[], now: readonly TreeRow[]): { rows: Shown[]; same: boolean; different: Shown[] } {
  const known = new Map(before.map((row) => [row.id, row]));
  const different: Shown[] = [];
  const rows = now.map((row) => {
    const shown = known.get(row.id);
    if (shown === row) return shown;
    if (shown && !isDeepStrictEqual(looks(shown), looks(row))) different.push(shown);
    return become(shown, row);
  });
  return { rows, same: before.length === now.length && before.every(({ id }, index) => now[index]?.id === id), different };
}

/** Children that are made when they are asked for are not made here. */
function become(shown: Shown | undefined, row: TreeRow): Shown {
  const target: Partial<Shown> = shown ?? {};
  for (const key of Object.keys(target) as (keyof Shown)[]) if (!(key in row)) delete target[key];
  return Object.defineProperties(target as Shown, Object.getOwnPropertyDescriptors(row));
}

/** What of a row the editor draws, or keeps until it is drawn again. */
function looks(row: TreeRow): unknown {
  const { label, description, tooltip, icon, resource, action, context, spoken, expanded } = row;
  return [label, description, tooltip, icon, resource, action, context, spoken, expanded, 'children' in row || 'load' in row];
}
