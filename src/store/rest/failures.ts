import { type ErrorCode, TrackingError } from '../../core/errors';

/** A refusal or failure of a remote server. */
export class RemoteError extends TrackingError {
  constructor(
    code: ErrorCode,
    message: string,
    /** Of the answer; undefined where there was none. */
    readonly status: number | undefined,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }

  /** Whether the server does not know the request at all, as older ones don't know newer parts of the protocol. */
  get isUnknownEndpoint(): boolean {
    return this.code === 'NOT_IMPLEMENTED';
  }
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  INVALID_PARAMETER_VALUE: 'INVALID_PARAMETER_VALUE',
  BAD_REQUEST: 'INVALID_PARAMETER_VALUE',
  MALFORMED_REQUEST: 'INVALID_PARAMETER_VALUE',
  RESOURCE_ALREADY_EXISTS: 'RESOURCE_ALREADY_EXISTS',
  RESOURCE_DOES_NOT_EXIST: 'RESOURCE_DOES_NOT_EXIST',
  NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  INVALID_STATE: 'INVALID_STATE',
  RESOURCE_CONFLICT: 'INVALID_STATE',
  UNAUTHENTICATED: 'PERMISSION_DENIED',
  CUSTOMER_UNAUTHORIZED: 'PERMISSION_DENIED',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  REQUEST_LIMIT_EXCEEDED: 'TEMPORARILY_UNAVAILABLE',
  TEMPORARILY_UNAVAILABLE: 'TEMPORARILY_UNAVAILABLE',
  ENDPOINT_NOT_FOUND: 'NOT_IMPLEMENTED',
  NOT_IMPLEMENTED: 'NOT_IMPLEMENTED',
};

/** The error that an answer means. `what` is the request without its parameters, for those who read the log. */
export function refusal(base: string, what: string, status: number, text: string): RemoteError {
  if (status === 401)
    return new RemoteError(
      'PERMISSION_DENIED',
      `The MLflow server at ${base} does not know who asks: give it a token (MLFLOW_TRACKING_TOKEN), or a name and a password (MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD), that it accepts.`,
      status,
    );
  const { error_code: wireCode, message } = parsed(text);
  if (typeof wireCode === 'string' && typeof message === 'string' && message !== '')
    return new RemoteError(CODES[wireCode] ?? usual(status), oneLine(message), status);
  if (status === 403) return new RemoteError('PERMISSION_DENIED', `The MLflow server at ${base} does not allow this (${what}).`, status);
  if (status === 404) return new RemoteError('NOT_IMPLEMENTED', `The MLflow server at ${base} does not know ${what}.`, status);
  if (status === 413)
    return new RemoteError('INVALID_PARAMETER_VALUE', `This is larger than the server at ${base} takes (${what}).`, status);
  return new RemoteError(usual(status), `The MLflow server at ${base} answered ${what} with status ${status}.`, status);
}

/** By the status alone: most answers with no body of MLflow's come from a proxy before the server. */
function usual(status: number): ErrorCode {
  if (status === 404) return 'RESOURCE_DOES_NOT_EXIST';
  if (status === 401 || status === 403) return 'PERMISSION_DENIED';
  if (status === 408 || status === 429 || status === 502 || status === 503 || status === 504) return 'TEMPORARILY_UNAVAILABLE';
  return status < 500 ? 'INVALID_PARAMETER_VALUE' : 'INTERNAL_ERROR';
}

function parsed(text: string): { readonly error_code?: unknown; readonly message?: unknown } {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').slice(0, 2000);
}

const CERTIFICATE = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT)/;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: "the host's name can't be looked up now",
  EHOSTUNREACH: 'no way leads to the host',
  ENETUNREACH: 'no way leads to the host',
  ECONNRESET: 'it cut the connection',
  EPIPE: 'it cut the connection',
  UND_ERR_SOCKET: 'it cut the connection',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it takes too long to answer',
  UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of an answer',
};

/** The code of a failed connection, also of one that was tried at several addresses. */
export function connectionCode(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('code' in inner && typeof inner.code === 'string') return inner.code;
    if (inner instanceof AggregateError && inner.errors.length > 0) return connectionCode(inner.errors[0]);
  }
  return '';
}

/** Whether the request surely never came to the server. */
export function neverArrived(error: unknown): boolean {
  return /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(connectionCode(error));
}

/** Whether asking again can't help: the connection fails for what the two sides are. */
export function isHopeless(error: unknown): boolean {
  const code = connectionCode(error);
  return CERTIFICATE.test(code) || /^(?:EPROTO|ERR_SSL|ERR_TLS|ERR_OSSL|HPE_|UND_ERR_ABORTED|UND_ERR_PRX)/.test(code);
}

/** The error that a connection without an answer means. */
export function unreachable(base: string, error: unknown): RemoteError {
  const code = connectionCode(error);
  const options = { cause: error };
  if (CERTIFICATE.test(code))
    return new RemoteError(
      'PERMISSION_DENIED',
      `The certificate of the MLflow server at ${base} can't be trusted (${certificateReason(code)}): name the authority's PEM file (MLFLOW_TRACKING_SERVER_CERT_PATH), or take any certificate (MLFLOW_TRACKING_INSECURE_TLS=true).`,
      undefined,
      options,
    );
  if (/^(?:EPROTO|ERR_SSL|HPE_)/.test(code))
    return new RemoteError(
      'PERMISSION_DENIED',
      `The server at ${base} does not speak ${base.startsWith('https:') ? 'https: try http' : 'http: try https'}, or wants a client's certificate (MLFLOW_TRACKING_CLIENT_CERT_PATH).`,
      undefined,
      options,
    );
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new RemoteError(
    'TEMPORARILY_UNAVAILABLE',
    `The MLflow server at ${base} can't be reached (${reason}): check the address, the network, and that the server runs.`,
    undefined,
    options,
  );
}

function certificateReason(code: string): string {
  if (/EXPIRED/.test(code)) return 'it has expired';
  if (/ALTNAME/.test(code)) return 'it is for another name';
  if (/SELF_SIGNED/.test(code)) return 'it is signed by itself';
  return 'its authority is not known here';
}
