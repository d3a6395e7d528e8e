import { EventEmitter, l10n, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import type { Disposable } from '../core/disposable';
import { Slots } from '../core/slots';
import { Debounce } from '../host/debounce';
import { Disposables } from '../host/disposables';
import { problemRow } from './problemRow';
import { rowItem } from './rowItem';
import { ShownRows } from './shownRows';
import type { TreeRow } from './treeRow';

/** Milliseconds in which what moves together is gathered into one reading. */
const PAUSE = 250;

/** The rows of a view: read when somebody looks or asks, read again in turns from then on, drawn again where they differ. */
export class RowTree implements TreeDataProvider<TreeRow>, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<TreeRow[] | undefined>());
  private readonly readAgain = this.held.add(new EventEmitter<void>());
  private readonly shown = new ShownRows(
    (row, error) => problemRow(row.id, l10n.t('Cannot be read'), error),
    (rows) => this.changed.fire(rows),
  );
  /** One reading after another, so that what is shown is of the one that began last. */
  private readonly turns = new Slots(1);
  private readonly reading: Debounce;
  /** Unless nobody has looked yet: when what was read first is shown. */
  private begun: Promise<void> | undefined;

  readonly onDidChangeTreeData: Event<TreeRow[] | undefined> = this.changed.event;
  /** The rows were read again. */
  readonly onDidRead: Event<void> = this.readAgain.event;

  /** @param failed is told why rows that were to be read again soon could not be */
  constructor(
    private readonly read: () => Promise<readonly TreeRow[]>,
    failed: (error: unknown) => void,
  ) {
    this.reading = this.held.add(new Debounce(PAUSE, () => this.reread(), failed));
  }

  /** Reads once, and follows from then on, also where nobody looks at the view. */
  async want(): Promise<void> {
    await (this.begun ??= this.begin());
  }

  /** Reads again now, e.g. after an action; nothing while nobody has looked. */
  async refreshNow(): Promise<void> {
    if (this.begun) await this.reread();
    else this.readAgain.fire();
  }

  /** Reads again soon, once for many requests; nothing while nobody has looked. */
  refresh(): void {
    if (this.begun) this.reading.request();
  }

  /** Shows what is known already, e.g. because a part of it has more to say. */
  async redraw(draw: () => readonly TreeRow[] | Promise<readonly TreeRow[]>): Promise<void> {
    if (!this.begun) return;
    await this.begun;
    await this.show(draw);
  }

  /** A row that can be revealed: one at the top, or right beneath. */
  find(id: string): TreeRow | undefined {
    const top = this.shown.rows;
    return [...top, ...top.flatMap(({ children }) => children ?? [])].find((row) => row.id === id);
  }

  getParent(row: TreeRow): TreeRow | undefined {
    const top = this.shown.rows;
    if (top.some(({ id }) => id === row.id)) return undefined;
    return top.find(({ children }) => children?.some(({ id }) => id === row.id));
  }

  getTreeItem(row: TreeRow): TreeItem {
    return rowItem(row);
  }

  async getChildren(row?: TreeRow): Promise<TreeRow[]> {
    if (row) return this.shown.below(row);
    await this.want();
    return [...this.shown.rows];
  }

  /** A row was closed, or opened. */
  fold(row: TreeRow, isFolded: boolean): void {
    this.shown.fold(row, isFolded);
  }

  private async begin(): Promise<void> {
    try {
      await this.reread();
    } catch (error) {
      this.begun = undefined;
      throw error;
    }
  }

  private async reread(): Promise<void> {
    await this.show(this.read);
    this.readAgain.fire();
  }

  private show(rows: () => readonly TreeRow[] | Promise<readonly TreeRow[]>): Promise<void> {
    return this.turns.use(async () => void this.shown.take(await rows()));
  }

  dispose(): void {
    this.held.dispose();
  }
}
