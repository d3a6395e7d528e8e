import { basename, join } from 'node:path';
import { l10n, window } from 'vscode';
import type { VersionCheckout } from '../../data/actions/versionCheckout';
import type { VersionFetch } from '../../data/actions/versionFetch';
import type { DataSource } from '../../data/source';
import type { RecordedContent } from '../../data/versions';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { visible } from '../code/codeText';
import type { DataActor } from './dataActor';
import { dataTargets, type DataTarget } from './dataTarget';

type VersionTarget = DataTarget & { readonly kind: 'version' };

/** A version of data: of a commit, or what a record names; neither for what lies in the working tree, which needs no fetching. */
export interface FetchableVersion {
  /** Absolute; of the data, or of a file in it. */
  readonly path: string;
  readonly revision: string | undefined;
  readonly content?: RecordedContent;
}

/** Brings earlier versions of data back, and what the cache lacks of them. */
export class VersionCommands {
  constructor(
    private readonly actor: DataActor,
    private readonly versions: VersionCheckout,
    private readonly fetching: VersionFetch,
    private readonly source: Pick<DataSource, 'recordedAt'>,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.checkOutVersion, (...args) => this.checkOut(args));
  }

  /** Brings all that the cache lacks of versions, and says what can't be brought; whether nothing was left. */
  async fetch(root: string, versions: readonly FetchableVersion[]): Promise<boolean> {
    const title = l10n.t('Fetch Data');
    const problems = await this.actor.act(title, async (options) => {
      const contents: RecordedContent[] = [];
      for (const { path, revision, content } of versions) {
        const recorded = content ?? (revision === undefined ? undefined : await this.source.recordedAt(path, revision, options.signal));
        if (recorded) contents.push(recorded);
      }
      return this.fetching.fetch(root, contents, options);
    });
    if (problems && problems.length > 0) this.actor.tell('', { problems, undo: undefined, kept: undefined });
    return problems?.length === 0;
  }

  /** As `fetch`, for rows of one repository. */
  async fetchRows(rows: readonly VersionTarget[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const versions = rows.map(({ root, recordedPath, commit }) => ({ path: join(root, ...recordedPath.split('/')), revision: commit }));
    if (await this.fetch(first.root, versions))
      void window.showInformationMessage(
        rows.length === 1 ? l10n.t('This version is in the cache.') : l10n.t('These {0} versions are in the cache.', rows.length),
      );
  }

  private async checkOut(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Check Out Version');
    const [target] = dataTargets(args);
    if (target?.kind !== 'version' || target.commit === undefined) return;
    if (!(await this.actor.repository(args))) return;
    const { root, path, commit, recordedPath } = target;
    const wanted = { root, target: path, commit, path: recordedPath };
    const plan = await this.actor.act(title, ({ signal }) => this.versions.plan(wanted, signal));
    if (!plan) return;
    const name = visible(basename(path));
    if (plan.isRecorded && plan.outs.every((out) => out.workspace === 'unchanged'))
      return void window.showInformationMessage(l10n.t('{0} is that version already.', name));
    if (!(await this.actor.mayKeep(title, plan))) return;
    const done = await this.actor.act(title, (options) => this.versions.checkOut(plan, { ...options, keep: true }));
    if (!done) return;
    const [out] = plan.outs;
    this.actor.tell(
      l10n.t('{0} is as {1} had it. Commit {2} with git to go on from there.', name, commit.slice(0, 8), basename(out?.recordedIn ?? '')),
      done,
    );
  }
}
