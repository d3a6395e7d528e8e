/** What the settings say about a folder's server. */
export interface ServerSettings {
  readonly autoStart: boolean;
  /** The workspace itself asks for it, not only the person: then a store is made for it, too. */
  readonly autoStartHere: boolean;
  readonly port: number;
  readonly requireToken: boolean;
}
