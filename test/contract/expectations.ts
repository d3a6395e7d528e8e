import assert from 'node:assert/strict';
import type { ErrorCode } from '../../src/core/errors';
import { TrackingError } from '../../src/core/errors';

/** That a call is refused with a code, and a message that says what it should. */
export async function refuses(action: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(action, (error: unknown) => {
    assert.ok(error instanceof TrackingError, `a TrackingError is expected, not ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}
