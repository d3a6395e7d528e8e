export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  output(): string;
  stop(): Promise<void>;
  /** Ends it at once, for a process that is ending itself. */
  kill(): void;
}
export function ensureCodeServer(log?: (line: string) => void): Promise<string>;
export function installExtension(options: { folder: string; vsix: string }): Promise<void>;
export function startServer(options: {
  folder: string;
  settings?: Readonly<Record<string, unknown>>;
  env?: NodeJS.ProcessEnv;
  trust?: boolean;
}): Promise<RunningServer>;
export function startForPeople(options: {
  folder: string;
  vsix?: string;
  extensionPath?: string;
  port?: number;
  log?: (line: string) => void;
}): Promise<void>;
