import type { Memento } from 'vscode';

interface Choice {
  /** What the settings said when the other port was chosen. */
  readonly instead: number;
  readonly port: number;
}

/** The ports that a person has chosen where that of the settings was taken; they hold until the setting changes. */
export class ServerPorts {
  constructor(private readonly memory: Pick<Memento, 'get' | 'update'>) {}

  /** The port to use for a store's server. */
  of(location: string, configured: number): number {
    const choice = this.memory.get<Choice>(keyOf(location));
    return choice?.instead === configured ? choice.port : configured;
  }

  async choose(location: string, configured: number, port: number): Promise<void> {
    await this.memory.update(keyOf(location), { instead: configured, port } satisfies Choice);
  }
}

function keyOf(location: string): string {
  return `server.port ${location}`;
}
