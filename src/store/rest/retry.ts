import { isHopeless, neverArrived } from './failures';

/**
 * Whether a request may be sent a second time when nobody knows what became of the first: `any` for what can be done twice with one
 * result (questions, batches, tags), `once` for what would then be there twice or fail.
 */
export type Repeatable = 'any' | 'once';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/** Whether a connection that failed is worth another try. */
export function mayRetryFailure(error: unknown, repeatable: Repeatable): boolean {
  return !isHopeless(error) && (repeatable === 'any' || neverArrived(error));
}

/** Whether an answer is worth another try: those that say that nothing was done always are. */
export function mayRetryAnswer(status: number, repeatable: Repeatable): boolean {
  if (status === 429 || status === 503) return true;
  return repeatable === 'any' && (status === 408 || status === 500 || status === 502 || status === 504);
}

/**
 * How long to wait before the try after `attempt` (from 0), in milliseconds: doubling with a part by chance, so that many clients
 * don't come back at once, or as long as the server asks for.
 */
export function waitBefore(attempt: number, retryAfter: string | undefined, random: () => number = Math.random): number {
  const asked = readRetryAfter(retryAfter);
  if (asked !== undefined) return Math.min(asked, 2 * LONGEST_WAIT);
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt) * (0.75 + random() / 2);
}

/** Seconds, or a date. */
function readRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
