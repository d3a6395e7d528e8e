import { l10n, window } from 'vscode';
import type { Done } from '../../data/actions/plan';
import { chosenOuts } from '../../data/actions/chosenOuts';
import type { ActionOptions } from '../../data/actions/dvcRunner';
import type { DataError, DataStatus, OutStatus } from '../../data/status/status';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import { visible } from '../code/codeText';
import type { DataActor } from './dataActor';
import { dataTargets, pathsOf } from './dataTarget';
import type { VersionCommands } from './versionCommands';

interface Chosen {
  readonly status: DataStatus;
  /** Undefined: all of the repository. */
  readonly outs: readonly OutStatus[] | undefined;
  readonly remote: string | undefined;
}

/** Moves data between workspace, cache and remotes. */
export class TransferDataCommands {
  /** @param versions brings what the cache lacks of earlier versions */
  constructor(
    private readonly actor: DataActor,
    private readonly versions: VersionCommands,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.checkOutData, (...args) => this.checkOut(args));
    commands.register(CommandId.pullData, (...args) => this.pull(args));
    commands.register(CommandId.fetchData, (...args) => this.fetch(args));
    commands.register(CommandId.pushData, (...args) => this.push(args));
  }

  private async checkOut(args: readonly unknown[]): Promise<void> {
    const chosen = await this.chosen(args);
    if (chosen) await this.bringBack(l10n.t('Check Out Data'), chosen);
  }

  private async pull(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Pull Data');
    const chosen = await this.chosen(args);
    if (!chosen) return;
    const { status, outs, remote } = chosen;
    const lacking = (outs ?? status.outs).filter((out) => out.cached && out.inCache === false);
    // What is in the cache already need not be asked for.
    if (lacking.length > 0) {
      const fetched = await this.actor.act(title, (options) => this.actor.actions.fetch(status.root, lacking, remote, options));
      if (!fetched) return;
      if (fetched.problems.length > 0) return this.actor.tell('', fetched);
    }
    await this.bringBack(title, chosen);
  }

  private async fetch(args: readonly unknown[]): Promise<void> {
    const versions = dataTargets(args).flatMap((target) => (target.kind === 'version' && target.commit !== undefined ? [target] : []));
    const [first] = versions;
    if (first) return this.versions.fetchRows(versions.filter(({ root }) => root === first.root));
    const title = l10n.t('Fetch Data');
    await this.move(args, title, l10n.t('The data is in the cache.'), (root, outs, remote, options) =>
      this.actor.actions.fetch(root, outs, remote, options),
    );
  }

  private async push(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Push Data');
    await this.move(args, title, l10n.t('The data is in the remote.'), (root, outs, remote, options) =>
      this.actor.actions.push(root, outs, remote, options),
    );
  }

  private async move(
    args: readonly unknown[],
    title: string,
    said: string,
    work: (root: string, outs: readonly OutStatus[] | undefined, remote: string | undefined, options: ActionOptions) => Promise<Done>,
  ): Promise<void> {
    const chosen = await this.chosen(args);
    if (!chosen) return;
    const done = await this.actor.act(title, (options) => work(chosen.status.root, chosen.outs, chosen.remote, options));
    if (done) this.actor.tell(said, done);
  }

  /** Makes the workspace what is recorded; asks where that would lose something. */
  private async bringBack(title: string, { status: { root, errors }, outs }: Chosen): Promise<void> {
    const plan = await this.actor.act(title, (options) =>
      this.actor.actions.planCheckout(
        root,
        outs?.map((out) => out.target),
        options.signal,
      ),
    );
    if (!plan) return;
    if (plan.outs.length + plan.missing.length === 0) {
      if (errors[0] && !outs) return void window.showWarningMessage(unreadText(errors[0]));
      return void window.showInformationMessage(l10n.t('The data is as recorded: there is nothing to check out.'));
    }
    if (!(await this.actor.mayKeep(title, plan))) return;
    const done = await this.actor.act(title, (options) => this.actor.actions.checkout(plan, { ...options, keep: true }));
    if (!done) return;
    const [first] = plan.outs;
    const said =
      plan.outs.length === 1
        ? l10n.t('{0} is as recorded.', visible(first?.path ?? ''))
        : l10n.t('{0} data sets are as recorded.', plan.outs.length);
    this.actor.tell(said, done);
  }

  private async chosen(args: readonly unknown[]): Promise<Chosen | undefined> {
    const status = await this.actor.repository(args);
    if (!status) return undefined;
    const targets = dataTargets(args).filter(({ root }) => root === status.root);
    const paths = pathsOf(targets);
    const remote = targets.find((target) => target.kind === 'remote')?.name;
    return { status, outs: paths && chosenOuts(status, paths), remote };
  }
}

function unreadText({ path, line, message }: DataError): string {
  const place = `${visible(path)}:${line}`;
  return withoutLinks(l10n.t('What can be read is as recorded, but {0} can’t be read: {1}', place, visible(message)));
}
