import { missing } from '../../core/errors';
import type { LifecycleStage } from '../../core/experiment';
import type { LoggedModelStatus } from '../../core/model';
import type { Database } from './database';

export interface LoggedModelRow {
  id: number;
  model_id: string;
  experiment: number;
  name: string;
  model_type: string;
  source_run: string | null;
  run_path: string | null;
  status: LoggedModelStatus;
  lifecycle_stage: LifecycleStage;
  creation_time: number;
  last_update_time: number;
}

/** A model that is not deleted, unless those are welcome as well. */
export function findLoggedModel(database: Database, modelId: string, allowDeleted = false): LoggedModelRow {
  const row = database.get<LoggedModelRow>('SELECT * FROM logged_model WHERE model_id = ?', modelId);
  if (!row || (row.lifecycle_stage === 'deleted' && !allowDeleted)) throw missing(`Logged model with ID '${modelId}' not found.`);
  return row;
}
