import { l10n, window, type QuickPickItem } from 'vscode';
import { formatAge, formatBytes } from '../../core/format';
import type { CacheCleaner } from '../../data/actions/cacheCleaner';
import { countOf, namesOf, type Kept } from '../../data/actions/keptData';
import type { GcScope } from '../../data/actions/dvcRunner';
import type { DataStatus } from '../../data/status/status';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { mayExecute } from '../../host/trust';
import { visible } from '../code/codeText';
import type { DataActor } from './dataActor';

/** Cleans the cache, after a look at what would go, and brings back what was kept. */
export class CacheCommands {
  /** @param refresh draws the view anew */
  constructor(
    private readonly actor: DataActor,
    private readonly cleaner: CacheCleaner,
    private readonly refresh: () => Promise<void>,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.cleanCache, (...args) => this.clean(args));
    commands.register(CommandId.restoreKeptData, (...args) => this.restore(args));
    commands.register(CommandId.deleteKeptData, (...args) => this.deleteKept(args));
  }

  private async clean(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Clean Cache');
    const status = await this.actor.repository(args);
    if (!status) return;
    const { root } = status;
    const scopes: { label: string; detail: string; scope: GcScope }[] = [
      {
        label: l10n.t('Keep what any commit uses'),
        detail: l10n.t('Every version that git knows can still be checked out.'),
        scope: 'all commits',
      },
      {
        label: l10n.t('Keep what branches and tags use'),
        detail: l10n.t('Older versions go, unless a remote has them.'),
        scope: 'branches and tags',
      },
      {
        label: l10n.t('Keep only what is used here and now'),
        detail: l10n.t('Every other version goes, unless a remote has it.'),
        scope: 'workspace only',
      },
    ];
    const choice = await window.showQuickPick(scopes, { title, placeHolder: l10n.t('What stays in the cache?') });
    if (!choice) return;
    const preview = await this.actor.act(l10n.t('Looking Through the Cache'), (options) =>
      this.cleaner.preview(root, choice.scope, options),
    );
    if (!preview) return;
    if (preview.objects === 0) return void window.showInformationMessage(l10n.t('There is nothing in the cache that could go.'));
    const size = preview.bytes === undefined ? '' : ` (${formatBytes(preview.bytes)})`;
    const question = l10n.t('Remove {0} objects{1} from the cache for good?', preview.objects, size);
    const kept = await this.actor.actions.kept.list(root);
    if (!(await this.actor.confirmed(question, cleanDetail(status, choice.label, kept), l10n.t('Remove')))) return;
    const removed = await this.actor.act(title, (options) => this.cleaner.clean(root, choice.scope, preview, options));
    if (removed !== undefined) void window.showInformationMessage(l10n.t('{0} objects were removed from the cache.', removed));
  }

  private async restore(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Restore Kept Data');
    if (!(await mayExecute(title))) return;
    const status = await this.actor.repository(args);
    if (!status) return;
    const { root } = status;
    const { kept } = this.actor.actions;
    const all = await kept.list(root);
    if (all.length === 0) return void window.showInformationMessage(l10n.t('No data was kept here.'));
    const choice = await window.showQuickPick(all.map(keptItem), { title, matchOnDescription: true, matchOnDetail: true });
    if (!choice) return;
    const before = await this.actor.act(title, () => this.actor.actions.restoreKept(root, choice.id));
    if (!before) return;
    const undo = async (): Promise<readonly Kept[]> => {
      const since: Kept[] = [];
      for (const { id } of [...before].reverse()) since.push(...(await this.actor.actions.restoreKept(root, id)));
      return since;
    };
    this.actor.tell(l10n.t('{0} is back.', choice.label), { undo: before.length > 0 ? undo : undefined, kept: before[0], problems: [] });
  }

  /** Gives up what was kept, for good. */
  private async deleteKept(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Delete Kept Data');
    const status = await this.actor.repository(args);
    if (!status) return;
    const { root } = status;
    const { kept } = this.actor.actions;
    const all = await kept.list(root);
    if (all.length === 0) return void window.showInformationMessage(l10n.t('No data was kept here.'));
    const chosen = await window.showQuickPick(all.map(keptItem), {
      title,
      placeHolder: l10n.t('What is no longer needed? {0} are kept in all.', formatBytes(sizeOf(all))),
      canPickMany: true,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (!chosen || chosen.length === 0) return;
    const question = l10n.t('Delete {0} of kept data for good?', formatBytes(sizeOf(chosen)));
    const detail = [...chosen.slice(0, 10).map(({ label }) => label), l10n.t('It is nowhere else: this can’t be undone.')].join('\n');
    if (!(await this.actor.confirmed(question, detail, l10n.t('Delete')))) return;
    for (const { id } of chosen) await kept.forget(root, id);
    await this.refresh();
  }
}

function keptItem(kept: Kept): QuickPickItem & { readonly id: string; readonly bytes: number } {
  const { id, reason, time, bytes } = kept;
  const [names, count] = [namesOf(kept), countOf(kept)];
  return {
    label: count === 1 ? visible(names[0] ?? '') : l10n.t('{0} and {1} more', visible(names[0] ?? ''), count - 1),
    description: `${reason} · ${formatAge(time, Date.now())} · ${formatBytes(bytes)}`,
    detail: names.length > 1 ? [...names.map(visible), ...(count > names.length ? ['…'] : [])].join(', ') : '',
    id,
    bytes,
  };
}

function cleanDetail({ outs, remotes }: DataStatus, scope: string, kept: readonly Kept[]): string {
  const uncertain = outs.filter((out) => out.inRemote === false).length;
  return [
    `${scope}.`,
    remotes.length === 0
      ? l10n.t('There is no remote: what is removed can only come back from copies of your own.')
      : uncertain > 0
        ? l10n.t('{0} data sets are not in the remote yet: push first to be able to get every version back.', uncertain)
        : l10n.t('Versions that were pushed can be fetched again.'),
    ...(kept.some(({ layouts }) => layouts.length > 0)
      ? [l10n.t('Folders that were kept as they lay may need some of it: Restore Kept Data first where you want them back.')]
      : []),
  ].join('\n');
}

function sizeOf(all: readonly { readonly bytes: number }[]): number {
  return all.reduce((sum, { bytes }) => sum + bytes, 0);
}
