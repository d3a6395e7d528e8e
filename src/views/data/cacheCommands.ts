import { l10n, window, type QuickPickItem } from 'vscode';
import { formatAge, formatBytes } from '../../core/format';
import type { Kept } from '../../data/actions/keptData';
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
      this.actor.actions.gcPreview(root, choice.scope, options),
    );
    if (!preview) return;
    if (preview.objects === 0) return void window.showInformationMessage(l10n.t('There is nothing in the cache that could go.'));
    const size = preview.bytes === undefined ? '' : ` (${formatBytes(preview.bytes)})`;
    const question = l10n.t('Remove {0} objects{1} from the cache for good?', preview.objects, size);
    if (!(await this.actor.confirmed(question, cleanDetail(status, choice.label), l10n.t('Remove')))) return;
    const removed = await this.actor.act(title, (options) => this.actor.actions.gc(root, choice.scope, options));
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
    const done = await this.actor.act(title, async () => ({ before: await this.actor.actions.restoreKept(root, choice.id) }));
    if (!done) return;
    const { before } = done;
    const undo = before && (async (): Promise<readonly Kept[]> => [(await this.actor.actions.restoreKept(root, before.id)) ?? []].flat());
    this.actor.tell(l10n.t('{0} is back.', choice.label), { undo, kept: before, problems: [] });
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

function keptItem({ id, reason, time, count, paths, bytes }: Kept): QuickPickItem & { readonly id: string; readonly bytes: number } {
  return {
    label: count === 1 ? visible(paths[0] ?? '') : l10n.t('{0} and {1} more', visible(paths[0] ?? ''), count - 1),
    description: `${reason} · ${formatAge(time, Date.now())} · ${formatBytes(bytes)}`,
    detail: paths.length > 1 ? [...paths.map(visible), ...(count > paths.length ? ['…'] : [])].join(', ') : '',
    id,
    bytes,
  };
}

function cleanDetail({ outs, remotes }: DataStatus, kept: string): string {
  const uncertain = outs.filter((out) => out.inRemote === false).length;
  return [
    `${kept}.`,
    remotes.length === 0
      ? l10n.t('There is no remote: what is removed can only come back from copies of your own.')
      : uncertain > 0
        ? l10n.t('{0} data sets are not in the remote yet: push first to be able to get every version back.', uncertain)
        : l10n.t('Versions that were pushed can be fetched again.'),
  ].join('\n');
}

function sizeOf(all: readonly { readonly bytes: number }[]): number {
  return all.reduce((sum, { bytes }) => sum + bytes, 0);
}
