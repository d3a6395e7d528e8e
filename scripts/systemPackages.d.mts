export function ensureSystemPackages(names: readonly string[], log?: (line: string) => void): Promise<void>;
export function findChromium(): string | undefined;
export function onPath(name: string): boolean;
