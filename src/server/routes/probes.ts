import type { App } from '../resources';

/** The MLflow whose protocol this server speaks. */
export const MLFLOW_VERSION = '3.17.2';

/** What clients ask to learn whom they have before them. */
export function probeRoutes(app: App): void {
  app.get('/health', (_request, reply) => reply.type('text/plain').send('OK'));
  // MLflow's clients print links into its web pages; who follows one should not meet an error.
  app.get('/', (_request, reply) =>
    reply
      .type('text/plain')
      .send('ML Tracking: a tracking server for MLflow clients. Look at the runs in the editor, or by: ml-tracking runs\n'),
  );
  app.get('/version', (_request, reply) => reply.type('text/plain').send(MLFLOW_VERSION));
  app.get('/api/3.0/mlflow/server-info', async () => ({
    store_type: 'SqlStore',
    workspaces_enabled: false,
    trace_archival_enabled: false,
    multipart_uploads_enabled: false,
    multipart_downloads_enabled: false,
    // That such a request is understood, not that the artifacts lie where it can be granted.
    presigned_upload_run_id_supported: true,
    presigned_upload_model_id_supported: true,
    features_enabled: { gateway: false },
  }));
}
