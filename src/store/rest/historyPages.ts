import type { MetricPoint } from '../../core/metric';
import { TrackingError } from '../../core/errors';
import { decodePageToken, encodePageToken } from '../pageToken';
import type { Api } from './api';
import { readPoint } from './decoding';
import { headerOf } from './http';
import type { WireMetric } from './wire';

/** How many points are asked for at once: enough that few requests are needed, few enough that reading them blocks nobody. */
const PAGE = 25_000;

export interface HistoryPage {
  readonly points: readonly MetricPoint[];
  readonly next: string | undefined;
  /** How many points the metric has altogether, as our own server tells beside a page that is not the first. */
  readonly total: number | undefined;
}

/** The header with the number of a metric's points. */
const TOTAL = 'x-total-count';

/**
 * How a server continues a history, as its own tokens tell: MLflow counts points in the order of (timestamp, step, value), our own
 * server names the last point by (step, timestamp, value). Other tokens can't be made by us, and servers before MLflow 3 have none.
 */
export type TokenKind = 'offset' | 'position' | 'opaque';

/** Asks for pages of histories, and learns how they go on. */
export class HistoryPages {
  /** Undefined until a token has been seen. */
  kind: TokenKind | undefined;

  constructor(private readonly api: Api) {}

  async page(runId: string, key: string, pageToken: string | undefined, maxResults = PAGE): Promise<HistoryPage> {
    let total: string | undefined;
    const query = { run_id: runId, metric_key: key, max_results: maxResults, page_token: pageToken };
    const answer = await this.api.get<{ metrics?: WireMetric[]; next_page_token?: string }>('metrics/get-history', query, (headers) => {
      total = headerOf(headers, TOTAL);
    });
    const next = answer.next_page_token ? answer.next_page_token : undefined;
    if (next !== undefined) {
      if (next === pageToken)
        throw new TrackingError('INTERNAL_ERROR', `The server gives the same page of the metric ${key} again and again.`);
      this.kind ??= kindOf(next);
    }
    return { points: (answer.metrics ?? []).map(readPoint), next, total: total === undefined ? undefined : Number(total) };
  }

  /** Everything, page by page. */
  async all(runId: string, key: string, take: (points: readonly MetricPoint[]) => void): Promise<void> {
    let token: string | undefined;
    do {
      const page = await this.page(runId, key, token);
      take(page.points);
      token = page.next;
    } while (token !== undefined);
  }

  /** The token that leads to the last of `count` points, so that the page shows whether they still stand where they stood. */
  static tokenAt(count: number): string {
    return Buffer.from(JSON.stringify({ offset: count - 1 })).toString('base64');
  }

  static tokenAfter({ step, timestamp, value }: MetricPoint): string {
    return encodePageToken([step, timestamp, Number.isNaN(value) ? 'NaN' : value]);
  }
}

function kindOf(token: string): TokenKind {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (typeof content === 'object' && content !== null && 'offset' in content && Object.keys(content).length === 1) return 'offset';
    if (decodePageToken(token).length === 3) return 'position';
  } catch {
    // Then it means something that only the server knows.
  }
  return 'opaque';
}
