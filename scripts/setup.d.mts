export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds; 0 for none. */
  readonly timeout?: number;
  readonly shell?: boolean;
  readonly quiet?: boolean;
}
export const root: string;
export function node24(): string;
export function ensureInstalled(log?: (line: string) => void): Promise<void>;
export function ensureBuilt(options?: { readonly production?: boolean; readonly log?: (line: string) => void }): Promise<void>;
export function packageExtension(vsix: string): Promise<void>;
export function run(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
export function npm(args: readonly string[], options?: RunOptions): Promise<string>;
export function endChildrenWithUs(): void;
