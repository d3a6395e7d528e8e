import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import { readOptionalInt } from '../encoding';
import { Int, Needed, Text } from '../fields';
import { checkHidden } from '../percent';
import { normalizedInside } from './artifacts';
import type { App, Resources } from '../resources';

const PresignedUpload = Type.Object({
  run_id: Type.Optional(Text),
  model_id: Type.Optional(Text),
  path: Needed,
  expiration: Type.Optional(Int),
});
const PresignedDownload = Type.Object({ run_id: Needed, path: Needed, expiration: Type.Optional(Int) });

/**
 * Addresses at which an object store would take or give a file itself. Here every artifact goes through this server: what is asked
 * is checked as MLflow checks it, and then refused with its words, at which clients take the usual way.
 */
export function presignedRoutes(app: App, { engine }: Resources): void {
  const refuse = (what: string, where: string, needed: string): never => {
    throw invalid(
      `Presigned ${what} is not supported for ${where}proxied artifact storage (artifact URI scheme: mlflow-artifacts). This endpoint requires ${needed}direct cloud storage artifact URI.`,
    );
  };
  app.post('/mlflow/artifacts/presigned-upload-url', { schema: { body: PresignedUpload } }, async ({ body }) => {
    const { run_id: runId, model_id: modelId, path } = body;
    if (!runId === !modelId) throw invalid('Exactly one of run_id and model_id must be provided.');
    checkHidden(path);
    normalizedInside(path);
    await (runId ? engine.runs.get(runId) : engine.loggedModels.get(modelId ?? ''));
    return refuse('upload', '', 'a ');
  });
  app.post('/mlflow/artifacts/presigned-download-url', { schema: { body: PresignedDownload } }, async ({ body }) => {
    const { run_id: runId, path } = body;
    checkHidden(path);
    normalizedInside(path);
    const expiration = readOptionalInt(body.expiration, 'expiration') ?? USUAL_EXPIRATION;
    if (expiration < 1 || expiration > LONGEST_EXPIRATION)
      throw invalid(`expiration must be between 1 and ${LONGEST_EXPIRATION} seconds (got ${expiration}).`);
    await engine.runs.get(runId);
    return refuse('download', 'runs with ', 'a run with a ');
  });
}

/** In seconds; object stores sign nothing for longer than a week. */
const USUAL_EXPIRATION = 900;
const LONGEST_EXPIRATION = 604_800;
