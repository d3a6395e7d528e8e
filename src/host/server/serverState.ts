/** Where the server of a store stands, as far as this window knows. */
export type ServerState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'on'; readonly url: string; readonly pid: number; readonly token?: string }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'failed'; readonly message: string };

/** What menus ask about the servers of a window together; `some`: of several, not all are on. */
export type ServersState = 'off' | 'starting' | 'on' | 'some' | 'failed';

export function combinedState(kinds: readonly ServerState['kind'][]): ServersState {
  const on = kinds.filter((kind) => kind === 'on').length;
  if (on > 0) return on === kinds.length ? 'on' : 'some';
  if (kinds.includes('starting') || kinds.includes('stopping')) return 'starting';
  return kinds.includes('failed') ? 'failed' : 'off';
}
