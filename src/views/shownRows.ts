import { isDeepStrictEqual } from 'node:util';
import type { TreeRow } from './treeRow';

/** A row as the editor holds it: the same object for as long as its id stays in its place; what it says changes within it. */
type Shown = { -readonly [Key in keyof TreeRow]: TreeRow[Key] };

type Load = NonNullable<TreeRow['load']>;

/** What is being read beneath a row, and what is to be read after that. */
interface Reading {
  readonly load: Load;
  readonly rows: Promise<readonly TreeRow[]>;
  next?: Promise<readonly TreeRow[]>;
}

/** What differs, and the open rows that have to be read before they can be compared. */
interface Difference {
  /** With all beneath it; `undefined` is the whole tree. */
  readonly changed: (Shown | undefined)[];
  readonly unread: Shown[];
}

/** Where more rows than these changed in one place, the place is drawn anew. */
const SINGLE_ROWS = 50;
/** Where more changed in all, everything is: the editor compares each row that it is told of with all others. */
const ALL_ROWS = 250;

/**
 * The rows that a tree shows. What was read anew is compared with them, so that only what differs is drawn again: a row that is drawn again
 * loses the click that is on its way, and the editor asks for all that is open beneath it.
 */
export class ShownRows {
  /** Nothing before the first taking, of which the editor need not be told: it asks. */
  private top: Shown[] | undefined;
  /** What the editor was given beneath a row, and draws. */
  private readonly given = new WeakMap<Shown, Shown[]>();
  private readonly folded = new WeakSet<TreeRow>();
  private readonly readings = new WeakMap<TreeRow, Reading>();
  /** What was just read beneath a row that the editor is told of, and is about to ask for. */
  private readonly ready = new WeakMap<TreeRow, readonly TreeRow[]>();

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

  /** The rows beneath one, for the editor to draw. */
  async below(row: TreeRow): Promise<TreeRow[]> {
    const { load } = row;
    const ready = this.ready.get(row);
    this.ready.delete(row);
    const rows = ready ?? (load ? await this.read(row, load) : (row.children ?? []));
    const shown = merged(this.given.get(row) ?? [], rows).rows;
    this.given.set(row, shown);
    // What is newer is told of when it is there: who opened the row need not wait for it.
    if (load && row.load !== load) void this.reload(row);
    return shown;
  }

  /** A row was closed, or opened: what is beneath a closed one is read when it is opened again. */
  fold(row: TreeRow, isFolded: boolean): void {
    if (isFolded) this.folded.add(row);
    else this.folded.delete(row);
  }

  /** Takes the rows as they are read now. @returns when what open rows read themselves has been compared, too: nobody need wait for that */
  take(rows: readonly TreeRow[]): Promise<unknown> {
    const isFirst = this.top === undefined;
    const { changed, unread } = this.compare(undefined, this.top ?? [], rows);
    if (!isFirst) this.tell(changed);
    return Promise.all(unread.map((row) => this.reload(row)));
  }

  /** What is beneath an open row that reads it itself. */
  private async reload(row: Shown): Promise<void> {
    const { load } = row;
    const rows = load ? await this.read(row, load) : (row.children ?? []);
    const { changed, unread } = this.compare(row, this.given.get(row) ?? [], rows);
    if (changed.includes(row) && row.load === load) this.ready.set(row, rows);
    this.tell(changed);
    await Promise.all(unread.map((each) => this.reload(each)));
  }

  private tell(changed: readonly (TreeRow | undefined)[]): void {
    const rows = changed.filter((row) => row !== undefined);
    if (changed.length > 0) this.changed(rows.length < changed.length || rows.length > ALL_ROWS ? undefined : rows);
  }

  /** One reading of a row after another, so that the newest is the last; of those that wait only one, of what the row is by then. */
  private read(row: TreeRow, load: Load): Promise<readonly TreeRow[]> {
    const running = this.readings.get(row);
    if (!running) return this.begin(row, load);
    if (running.load === load) return running.rows;
    return (running.next ??= running.rows.then(() => this.begin(row, row.load ?? load)));
  }

  private begin(row: TreeRow, load: Load): Promise<readonly TreeRow[]> {
    const reading: Reading = {
      load,
      rows: this.loaded(row, load).finally(() => {
        if (!reading.next) this.readings.delete(row);
      }),
    };
    this.readings.set(row, reading);
    return reading.rows;
  }

  private async loaded(row: TreeRow, load: Load): Promise<readonly TreeRow[]> {
    try {
      return await load();
    } catch (error) {
      return [this.failed(row, error)];
    }
  }

  /** Makes the rows beneath one say what they say now. */
  private compare(above: Shown | undefined, before: readonly Shown[], now: readonly TreeRow[]): Difference {
    const { rows, same, different } = merged(before, now);
    for (const row of rows) this.ready.delete(row);
    if (above) this.given.set(above, rows);
    else this.top = rows;
    if (!same || different.length > SINGLE_ROWS) return { changed: [above], unread: [] };
    const drawn = new Set(different);
    const changed: (Shown | undefined)[] = [...different];
    const unread: Shown[] = [];
    for (const row of rows) {
      const given = this.given.get(row);
      if (!given || drawn.has(row)) continue;
      if (!row.load) {
        const beneath = this.compare(row, given, row.children ?? []);
        changed.push(...beneath.changed);
        unread.push(...beneath.unread);
      } else if (this.folded.has(row)) {
        // The editor forgets what it has of it, and asks when it is opened.
        this.given.delete(row);
        changed.push(row);
      } else unread.push(row);
    }
    return { changed, unread };
  }
}

/** The rows as they are now, each in the object that its id had; whether ids and order are the same; and which of those kept look different. */
function merged(before: readonly Shown[], now: readonly TreeRow[]): { rows: Shown[]; same: boolean; different: Shown[] } {
  const known = new Map<string, Shown[]>();
  for (const row of before) {
    const alike = known.get(row.id);
    if (alike) alike.push(row);
    else known.set(row.id, [row]);
  }
  const different: Shown[] = [];
  const rows = now.map((row) => {
    // Should an id come twice, its rows stay two.
    const shown = known.get(row.id)?.shift();
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
