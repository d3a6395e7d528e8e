import { l10n, ProgressLocation, window } from 'vscode';
import type { Engine } from '../../store/engine';
import { withoutLinks } from '../notices';
import { askCredentials } from './credentialsForm';
import type { Credentials, Remote } from './remote';
import { remoteProblem, type RemoteProblem } from './remoteProblem';

/** Opens a server with these credentials; without any, with those that are kept for it. */
export type TryRemote = (remote: Remote, credentials?: Credentials) => Promise<Engine>;

export interface Connected {
  readonly remote: Remote;
  /** New ones, which the server has accepted. */
  readonly credentials: Credentials | undefined;
}

/** Tries a server until it lets us in or the person gives up, asking for what is missing. */
export class RemoteConnection {
  constructor(private readonly open: TryRemote) {}

  /** `credentials` are to be tried first. Undefined when the person gives up. */
  async establish(remote: Remote, credentials?: Credentials): Promise<Connected | undefined> {
    let attempt: Connected | undefined = { remote, credentials };
    while (attempt) {
      const problem: RemoteProblem | undefined = await this.try(attempt);
      if (!problem) return attempt;
      const next: Connected | 'keep' | undefined = await this.amend(attempt, problem);
      if (next === 'keep') return attempt;
      attempt = next;
    }
    return undefined;
  }

  private async try({ remote, credentials }: Connected): Promise<RemoteProblem | undefined> {
    return window.withProgress(
      { location: ProgressLocation.Notification, title: withoutLinks(l10n.t('Asking {0}…', remote.name)) },
      async () => {
        let engine: Engine | undefined;
        try {
          engine = await this.open(remote, credentials);
          await engine.experiments.search({ maxResults: 1 });
          return undefined;
        } catch (error) {
          return remoteProblem(error);
        } finally {
          // It was only a try: what it leaves behind ends with its thread.
          await engine?.close().catch(() => undefined);
        }
      },
    );
  }

  private async amend({ remote, credentials }: Connected, problem: RemoteProblem): Promise<Connected | 'keep' | undefined> {
    if (problem.kind === 'signIn') {
      const asked = await askCredentials(remote, credentials !== undefined);
      return asked && { remote, credentials: asked };
    }
    if (problem.kind === 'certificate') return this.amendCertificate({ remote, credentials }, problem.reason);
    const again = l10n.t('Try Again');
    const keep = l10n.t('Keep It Anyway');
    const choice = await window.showWarningMessage(
      l10n.t("{0} can't be used now", remote.name),
      { modal: true, detail: l10n.t('{0}: {1}.', remote.uri, problem.reason.replace(/\.$/, '')) },
      again,
      keep,
    );
    return choice === keep ? 'keep' : choice === again ? { remote, credentials } : undefined;
  }

  private async amendCertificate({ remote, credentials }: Connected, reason: string): Promise<Connected | undefined> {
    const choose = l10n.t('Choose Authority…');
    const any = l10n.t('Trust Any Certificate');
    const choice = await window.showWarningMessage(
      l10n.t("The certificate of {0} can't be trusted", remote.name),
      {
        modal: true,
        detail: l10n.t(
          '{0}: {1}. Name the PEM file of the authority that signed it. Without that, another server could pass itself off as this one.',
          remote.uri,
          reason,
        ),
      },
      choose,
      any,
    );
    if (choice === any) return { remote: { ...remote, insecureTls: true }, credentials };
    if (choice !== choose) return undefined;
    const [file] = (await window.showOpenDialog({ title: choose, filters: { PEM: ['pem', 'crt', 'cer'] } })) ?? [];
    return file && { remote: { ...remote, serverCertificate: file.fsPath }, credentials };
  }
}
