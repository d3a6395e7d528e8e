import { commands } from 'vscode';
import type { Disposable } from '../core/disposable';
import { TITLE_COMMANDS, type CommandId } from './commandIds';
import { Disposables } from './disposables';
import type { Failures } from './failures';

/** Registers commands so that a failing one says so in one place and one way. */
export class Commands implements Disposable {
  private readonly registered = new Disposables();

  constructor(
    private readonly failures: Failures,
    /** Titles by command id, as the manifest has them, to name what failed. */
    private readonly titles: ReadonlyMap<string, string>,
  ) {}

  /** The arguments come from VS Code (a tree node, the selected nodes) or from a caller of the command: check them. */
  register(id: CommandId, handler: (...args: readonly unknown[]) => unknown): void {
    this.registerAs(id, id, handler);
    const above = TITLE_COMMANDS.get(id);
    if (above !== undefined) this.registerAs(above, id, () => handler());
  }

  private registerAs(name: string, id: CommandId, handler: (...args: readonly unknown[]) => unknown): void {
    this.registered.add(
      commands.registerCommand(name, async (...args: readonly unknown[]) => {
        try {
          return await handler(...args);
        } catch (error) {
          this.failures.show(this.titles.get(id) ?? id, error);
          return undefined;
        }
      }),
    );
  }

  dispose(): void {
    this.registered.dispose();
  }
}

/** Command titles by id, out of an extension's manifest. */
export function commandTitles(manifest: unknown): ReadonlyMap<string, string> {
  const listed = (manifest as { contributes?: { commands?: readonly { command: string; title: string }[] } }).contributes?.commands ?? [];
  return new Map(listed.map(({ command, title }) => [command, title.replace(/…$/, '')]));
}
