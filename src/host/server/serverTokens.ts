import { randomBytes } from 'node:crypto';
import type { SecretStorage } from 'vscode';

/** The tokens of the stores' servers, a random one each, in the editor's storage of secrets. */
export class ServerTokens {
  constructor(private readonly secrets: SecretStorage) {}

  /** The token of a store's server, if it ever had one. */
  async known(location: string): Promise<string | undefined> {
    return this.secrets.get(keyOf(location));
  }

  /** The same token again for the same store, so that what was copied into a notebook stays true. */
  async of(location: string): Promise<string> {
    const known = await this.known(location);
    if (known !== undefined) return known;
    const token = randomBytes(24).toString('base64url');
    await this.secrets.store(keyOf(location), token);
    return token;
  }
}

function keyOf(location: string): string {
  return `server.token ${location}`;
}
