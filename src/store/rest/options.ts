/** How a remote MLflow server is reached: plain data apart from `log`, so that it can be sent to another thread. */
export interface RemoteOptions {
  /** `http:` or `https:`; a path before the API is allowed, as servers behind a proxy have. Credentials in it are used and never shown. */
  readonly uri: string;
  /** Sent as a bearer token, unless there are a name and a password: those go first, as in MLflow's clients. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** Whether a certificate that can't be trusted is taken all the same. */
  readonly insecureTls?: boolean;
  /** The path of a PEM file with the authorities to trust. */
  readonly serverCertificate?: string;
  /** The path of a PEM file with this client's certificate and key. */
  readonly clientCertificate?: string;
  /** Of servers with workspaces (MLflow 3.10 on). */
  readonly workspace?: string;
  /** How long the server may stay silent, in milliseconds. */
  readonly timeout?: number;
  /** How often a request that may be sent again is sent again. */
  readonly retries?: number;
  /** How often the server is asked for what is new while runs are running, in milliseconds. */
  readonly pollInterval?: number;
  readonly log?: (line: string) => void;
}
