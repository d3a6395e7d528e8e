import { basename } from 'node:path';
import { l10n, window } from 'vscode';
import type { VersionCheckout } from '../../data/actions/versionCheckout';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { visible } from '../code/codeText';
import type { DataActor } from './dataActor';
import { dataTargets } from './dataTarget';

/** Brings earlier versions of data back. */
export class VersionCommands {
  constructor(
    private readonly actor: DataActor,
    private readonly versions: VersionCheckout,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.checkOutVersion, (...args) => this.checkOut(args));
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
