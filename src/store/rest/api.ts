import type { Page, SearchQuery } from '../engine';
import type { Asked, HttpClient, Query } from './http';
import type { Repeatable } from './retry';

const V2 = '/api/2.0/mlflow/';

/** MLflow's requests over a client: questions by GET, writes and searches by JSON. */
export class Api {
  constructor(readonly http: HttpClient) {}

  get<T>(path: string, query?: Query, onHeaders?: Asked['onHeaders']): Promise<T> {
    return this.http.json<T>({ method: 'GET', path: `${V2}${path}`, query, onHeaders, repeatable: 'any' });
  }

  /** A POST that asks, or that can be done twice with one result. */
  post<T>(path: string, json: object, repeatable: Repeatable = 'any'): Promise<T> {
    return this.http.json<T>({ method: 'POST', path: `${V2}${path}`, json, repeatable });
  }

  /** What would be there twice, or fail, when it is done twice. */
  postOnce<T>(path: string, json: object): Promise<T> {
    return this.post<T>(path, json, 'once');
  }

  patch<T>(path: string, json: object): Promise<T> {
    return this.http.json<T>({ method: 'PATCH', path: `${V2}${path}`, json, repeatable: 'any' });
  }

  delete<T>(path: string, json?: object): Promise<T> {
    return this.http.json<T>({ method: 'DELETE', path: `${V2}${path}`, json, repeatable: 'once' });
  }
}

/** The fields that all searches have. */
export function searchFields({ filter, orderBy, maxResults, pageToken }: SearchQuery): {
  readonly filter?: string;
  readonly order_by?: readonly string[];
  readonly max_results?: number;
  readonly page_token?: string;
} {
  return {
    ...(filter ? { filter } : {}),
    ...(orderBy && orderBy.length > 0 ? { order_by: orderBy } : {}),
    ...(maxResults === undefined ? {} : { max_results: maxResults }),
    ...(pageToken ? { page_token: pageToken } : {}),
  };
}

export function pageOf<W, T>(items: readonly W[] | undefined, token: string | undefined, read: (item: W) => T): Page<T> {
  return { items: (items ?? []).map(read), nextPageToken: token ? token : undefined };
}
