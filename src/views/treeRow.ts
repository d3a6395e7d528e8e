import type { CommandId } from '../host/commandIds';
import type { CodeTarget } from './code/codeTarget';
import type { DataTarget } from './data/dataTarget';

/** What a row does when it is clicked. Paths are absolute. */
export type RowAction =
  /** Opens a file, at a line (from 1) if one is given. */
  | { readonly kind: 'open'; readonly path: string; readonly line?: number }
  /** Shows a file's change: index against HEAD when staged, else working tree against index. Paths are relative to the root. */
  | {
      readonly kind: 'diff';
      readonly root: string;
      readonly path: string;
      readonly from: string;
      readonly staged: boolean;
      readonly deleted: boolean;
    }
  | { readonly kind: 'command'; readonly command: CommandId; readonly title: string; readonly args: readonly unknown[] }
  | { readonly kind: 'manageTrust' };

/** A row of a tree as plain data: what it shows is decided, and tested, without VS Code. */
export interface TreeRow {
  /** The same for the same thing from one reading to the next. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Plain text; lines are kept. */
  readonly tooltip?: string;
  readonly icon?: { readonly id: string; readonly color?: string };
  /** A file that gives the icon (unless there is one) and the decoration; `scheme` names who decorates it. */
  readonly resource?: { readonly path: string; readonly scheme: string; readonly query?: string; readonly folder?: boolean };
  readonly action?: RowAction;
  /** For `when` clauses of menus. */
  readonly context?: string;
  /** What a screen reader says instead of label and description. */
  readonly spoken?: string;
  readonly expanded?: boolean;
  readonly children?: readonly TreeRow[];
  /** Reads the children when the row is opened, instead of `children`. */
  readonly load?: () => Promise<readonly TreeRow[]>;
  /** What the commands of the row's menus are about. */
  readonly about?: CodeTarget;
  /** The same, in the Data view. */
  readonly data?: DataTarget;
  /** Of a run's row: the store's place and the run, as commands about runs ask for them. */
  readonly location?: string;
  readonly runId?: string;
}

/** The part of VS Code's `l10n` that texts need. */
export interface Translator {
  t(message: string, ...args: (string | number)[]): string;
}

/** English, with `{0}` filled in. */
export const untranslated: Translator = {
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? '')),
};
