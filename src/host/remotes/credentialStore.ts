import type { SecretStorage } from 'vscode';
import { originOf, type Credentials, type Remote } from './remote';

/**
 * What servers ask of us, kept by the operating system, for each server by its origin: whoever names another server, also one
 * with the same name, gets nothing of it.
 */
export class CredentialStore {
  constructor(
    private readonly secrets: SecretStorage,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  /** What was typed in for the server, else what the environment says, if it speaks of this server. */
  async of({ uri }: Pick<Remote, 'uri'>): Promise<Credentials | undefined> {
    return parsed(await this.secrets.get(keyOf(uri))) ?? this.ofEnvironment(uri);
  }

  async set(uri: string, credentials: Credentials): Promise<void> {
    await this.secrets.store(keyOf(uri), JSON.stringify(credentials));
  }

  /** @returns whether there was anything to forget. */
  async forget(uri: string): Promise<boolean> {
    const known = (await this.secrets.get(keyOf(uri))) !== undefined;
    await this.secrets.delete(keyOf(uri));
    return known;
  }

  private ofEnvironment(uri: string): Credentials | undefined {
    const named = URL.parse(this.environment['MLFLOW_TRACKING_URI'] ?? '');
    if (named?.origin !== originOf(uri)) return undefined;
    const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = this.environment;
    if (token) return { token };
    if (username) return { username, password: password ?? '' };
    return named.username === ''
      ? undefined
      : { username: decodeURIComponent(named.username), password: decodeURIComponent(named.password) };
  }
}

function keyOf(uri: string): string {
  return `remote ${originOf(uri)}`;
}

function parsed(text: string | undefined): Credentials | undefined {
  if (text === undefined) return undefined;
  const { token, username, password } = JSON.parse(text) as Record<string, unknown>;
  if (typeof token === 'string') return { token };
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
}
