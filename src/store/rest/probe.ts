import { RemoteError } from './failures';
import type { HttpClient } from './http';

export interface Found {
  /** E.g. `3.17.2`; undefined where the server does not tell. */
  readonly version: string | undefined;
}

/** Asks a server what it is. Rejects with one line that says why it can't be used and what to do. */
export async function probe(http: HttpClient): Promise<Found> {
  const version = await versionOf(http);
  // The version is told to everybody, the runs are not.
  await http
    .json({
      method: 'POST',
      path: '/api/2.0/mlflow/experiments/search',
      json: { max_results: 1, view_type: 'ACTIVE_ONLY' },
      repeatable: 'any',
      retries: 1,
    })
    .catch((error: unknown) => {
      if (error instanceof RemoteError && error.isUnknownEndpoint) throw noMlflow(http.base, error);
      throw error;
    });
  return { version };
}

async function versionOf(http: HttpClient): Promise<string | undefined> {
  try {
    const text = (await http.text({ method: 'GET', path: '/version', repeatable: 'any', retries: 0 })).trim();
    return /^\d+\.\d+[\w.+-]*$/.test(text) ? text : undefined;
  } catch (error) {
    // Not every server, nor every proxy before one, has this page.
    if (error instanceof RemoteError && error.status !== undefined && error.status < 500 && error.status !== 401) return undefined;
    throw error;
  }
}

function noMlflow(base: string, cause: RemoteError): RemoteError {
  return new RemoteError(
    'INVALID_STATE',
    `${base} is no MLflow server: it does not know MLflow's requests. Check the address.`,
    cause.status,
    { cause },
  );
}

/** What a person should know of an older server. */
export function warningsOf(base: string, { version }: Found): string[] {
  const [major = 3, minor = 0] = (version ?? '3.0').split('.').map(Number);
  if (major >= 3) return [];
  if (major < 2 || (major === 2 && minor < 3))
    return [`The MLflow server at ${base} is ${version}: it knows neither aliases nor logged models.`];
  return [`The MLflow server at ${base} is ${version}: it knows no logged models; models are kept as files of their runs.`];
}
