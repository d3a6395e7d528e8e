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

/** A model that is not deleted. */
export function findLoggedModel(database: Database, modelId: string): LoggedModelRow {
  const row = database.get<LoggedModelRow>(`SELECT * FROM logged_model WHERE model_id = ? AND lifecycle_stage = 'active'`, modelId);
  if (!row) throw missing(`Logged model with ID '${modelId}' not found.`);
  return row;
}
