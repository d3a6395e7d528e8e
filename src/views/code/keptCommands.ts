import { relative, sep } from 'node:path';
import { l10n, window, type QuickPickItem } from 'vscode';
import type { Kept } from '../../code/keeper';
import { formatAge } from '../../core/format';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { settleUnsavedIn } from '../../host/unsavedFiles';
import { listed, type CodeActor } from './codeActor';
import { visible } from './codeText';
import { inTurn } from './undoStack';

/** Something kept, and the repository, or the submodule in it, that keeps it. */
interface KeptItem extends QuickPickItem {
  readonly kept: Kept;
  readonly place: string;
}

/** Brings back what was discarded, or gives it up. */
export class KeptCommands {
  /** Where something was discarded: in submodules, too, whose files stand beneath their row. */
  private readonly places = new Set<string>();

  constructor(private readonly actor: CodeActor) {}

  register(commands: Commands): void {
    commands.register(CommandId.restoreDiscarded, (...args) => this.restore(args));
    commands.register(CommandId.giveUpDiscarded, () => this.giveUp());
  }

  /** Something was discarded there. */
  note(root: string): void {
    this.places.add(root);
  }

  private async restore(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Restore Discarded');
    const items = await this.items(args, title);
    if (!items) return;
    const choice = await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
    if (!choice) return;
    const { kept, place, label } = choice;
    if (!(await settleUnsavedIn(place, l10n.t('Save All and Restore'), l10n.t('Restore Without Saving')))) return;
    const before = await this.actor.act(title, () => this.actor.runner.restoreDiscarded(place, kept.id));
    if (before)
      this.actor.offerUndo(l10n.t('{0} is back.', label), async () => void (await this.actor.runner.restoreDiscarded(place, before.id)));
  }

  private async giveUp(): Promise<void> {
    const title = l10n.t('Give Up Discarded');
    const items = await this.items([], title);
    if (!items) return;
    const options = { title, canPickMany: true, matchOnDescription: true, matchOnDetail: true } as const;
    const placeHolder = l10n.t('What was discarded and is not wanted back');
    const chosen = await window.showQuickPick(items, { ...options, placeHolder });
    if (!chosen || chosen.length === 0) return;
    const question = chosen.length === 1 ? l10n.t('Give up {0}?', chosen[0]?.label ?? '') : l10n.t('Give up {0} of them?', chosen.length);
    const names = listed(chosen.map(({ label, description = '' }) => `${label} (${description})`));
    const detail = `${names}\n\n${l10n.t('They can’t be brought back once git has cleaned up; until then Undo does.')}`;
    if (!(await this.actor.confirmed(question, detail, l10n.t('Give Up')))) return;
    const undos = await this.actor.act(title, async () => {
      const done: (() => Promise<void>)[] = [];
      for (const place of new Set(chosen.map((each) => each.place))) {
        const kept = chosen.filter((each) => each.place === place).map((each) => each.kept);
        done.push((await this.actor.runner.giveUpDiscarded(place, kept)).undo);
      }
      return done;
    });
    if (!undos) return;
    const said =
      chosen.length === 1 ? l10n.t('{0} is no longer kept.', chosen[0]?.label ?? '') : l10n.t('{0} are no longer kept.', chosen.length);
    this.actor.offerUndo(said, inTurn(undos));
  }

  /** What is kept in a repository and its submodules, newest first; undefined where there is nothing, which is said. */
  private async items(args: readonly unknown[], title: string): Promise<KeptItem[] | undefined> {
    const repository = await this.actor.repository(args);
    if (!repository) return undefined;
    const { root } = repository.status;
    const roots = [root, ...[...this.places].filter((each) => each.startsWith(root + sep))];
    const lists = await this.actor.act(title, () => Promise.all(roots.map((each) => this.actor.runner.discarded(each))));
    if (!lists) return undefined;
    const all = lists.flatMap((list, index) => list.map((kept) => ({ kept, place: roots[index] ?? root })));
    if (all.length === 0) return void window.showInformationMessage(l10n.t('Nothing was discarded here.'));
    const now = Date.now();
    return all
      .sort((a, b) => b.kept.time - a.kept.time)
      .map(({ kept, place }) => ({
        label: namesText(kept.paths),
        description: [kept.reason, formatAge(kept.time, now), ...(place === root ? [] : [visible(relative(root, place))])].join(' · '),
        detail: kept.paths.length > 1 ? kept.paths.slice(0, 10).map(visible).join(', ') : '',
        kept,
        place,
      }));
  }
}

function namesText([first = '', ...more]: readonly string[]): string {
  return more.length === 0 ? visible(first) : l10n.t('{0} and {1} more', visible(first), more.length);
}
