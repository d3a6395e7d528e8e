/** "MLTr", so that a store is told from any other SQLite file. */
export const APPLICATION_ID = 0x4d4c5472;

/**
 * Version 1. Numbers of the tables' own (`id`) never leave the store. A metric's value is NULL where it is NaN.
 *
 * The points of a metric lie in chunks, in the order of their arrival (see chunkCodec.ts); a chunk's id is the metric's id
 * times 2^22 plus the chunk's number, so that those of one metric stand together without another index. `chunk` is the
 * pyramid over the points: ranges, extremes and ends of each chunk (see summary.ts).
 */
export const SCHEMA_1 = `
CREATE TABLE sequence (value INTEGER NOT NULL);
INSERT INTO sequence VALUES (0);
CREATE TABLE change (
  kind TEXT NOT NULL, subject TEXT NOT NULL, context TEXT NOT NULL, sequence INTEGER NOT NULL,
  PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
CREATE UNIQUE INDEX change_sequence ON change (sequence);

CREATE TABLE experiment (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, lifecycle_stage TEXT NOT NULL,
  creation_time INTEGER NOT NULL, last_update_time INTEGER NOT NULL
);
CREATE TABLE experiment_tag (
  experiment INTEGER NOT NULL REFERENCES experiment, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (experiment, key)
) WITHOUT ROWID;

CREATE TABLE run (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, experiment INTEGER NOT NULL REFERENCES experiment,
  name TEXT NOT NULL, user_id TEXT NOT NULL, status TEXT NOT NULL, start_time INTEGER NOT NULL, end_time INTEGER,
  lifecycle_stage TEXT NOT NULL
);
CREATE INDEX run_newest ON run (experiment, lifecycle_stage, start_time DESC, run_id);
CREATE TABLE param (
  run INTEGER NOT NULL REFERENCES run, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE TABLE run_tag (
  run INTEGER NOT NULL REFERENCES run, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE TABLE dataset (
  id INTEGER PRIMARY KEY, experiment INTEGER NOT NULL REFERENCES experiment, name TEXT NOT NULL, digest TEXT NOT NULL,
  source_type TEXT NOT NULL, source TEXT NOT NULL, schema TEXT, profile TEXT,
  UNIQUE (experiment, name, digest)
);
CREATE TABLE input (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, dataset INTEGER NOT NULL REFERENCES dataset,
  UNIQUE (run, dataset)
);
CREATE TABLE input_tag (
  input INTEGER NOT NULL REFERENCES input, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (input, key)
) WITHOUT ROWID;

CREATE TABLE metric (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, key TEXT NOT NULL, count INTEGER NOT NULL, chunks INTEGER NOT NULL,
  last_value REAL, last_step INTEGER NOT NULL, last_time INTEGER NOT NULL, newest_time INTEGER NOT NULL,
  min_value REAL, min_step INTEGER, max_value REAL, max_step INTEGER, sequence INTEGER NOT NULL,
  UNIQUE (run, key)
);
CREATE UNIQUE INDEX metric_sequence ON metric (sequence);
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY, count INTEGER NOT NULL, min_step INTEGER NOT NULL, max_step INTEGER NOT NULL,
  min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, tail_step INTEGER NOT NULL, tail_time INTEGER NOT NULL,
  sequence INTEGER NOT NULL, summary BLOB NOT NULL
);
CREATE TABLE chunk_points (id INTEGER PRIMARY KEY REFERENCES chunk, points BLOB NOT NULL);

CREATE TABLE logged_model (
  id INTEGER PRIMARY KEY, model_id TEXT NOT NULL UNIQUE, experiment INTEGER NOT NULL REFERENCES experiment, name TEXT NOT NULL,
  model_type TEXT NOT NULL, source_run TEXT, run_path TEXT, status TEXT NOT NULL, lifecycle_stage TEXT NOT NULL,
  creation_time INTEGER NOT NULL, last_update_time INTEGER NOT NULL
);
CREATE INDEX logged_model_newest ON logged_model (experiment, creation_time DESC);
CREATE INDEX logged_model_run ON logged_model (source_run);
CREATE TABLE logged_model_param (
  model INTEGER NOT NULL REFERENCES logged_model, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) WITHOUT ROWID;
CREATE TABLE logged_model_tag (
  model INTEGER NOT NULL REFERENCES logged_model, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) WITHOUT ROWID;

CREATE TABLE registered_model (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL, last_version INTEGER NOT NULL,
  creation_time INTEGER NOT NULL, last_update_time INTEGER NOT NULL
);
CREATE TABLE registered_model_tag (
  model INTEGER NOT NULL REFERENCES registered_model ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) WITHOUT ROWID;
CREATE TABLE model_version (
  id INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES registered_model ON DELETE CASCADE, version INTEGER NOT NULL,
  description TEXT NOT NULL, user_id TEXT NOT NULL, stage TEXT NOT NULL, source TEXT NOT NULL, run_id TEXT, status TEXT NOT NULL,
  creation_time INTEGER NOT NULL, last_update_time INTEGER NOT NULL,
  UNIQUE (model, version)
);
CREATE TABLE model_version_tag (
  version INTEGER NOT NULL REFERENCES model_version ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (version, key)
) WITHOUT ROWID;
CREATE TABLE model_alias (
  model INTEGER NOT NULL REFERENCES registered_model ON DELETE CASCADE, alias TEXT NOT NULL,
  version INTEGER NOT NULL REFERENCES model_version ON DELETE CASCADE,
  PRIMARY KEY (model, alias)
) WITHOUT ROWID;
`;

/** Version 2. When a run was deleted, as MLflow keeps it, so that what was deleted long ago can be told from yesterday's slip. */
export const SCHEMA_2 = `
ALTER TABLE run ADD COLUMN deleted_time INTEGER;
`;

/**
 * Version 3. The logged models that a run has used and made (until now a model's source run told that it was made there), what
 * was measured of a model, and where a version of another server comes from. As in MLflow the models are named by their ids alone.
 */
export const SCHEMA_3 = `
CREATE TABLE run_model (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, role TEXT NOT NULL, model_id TEXT NOT NULL, step INTEGER NOT NULL,
  UNIQUE (run, role, model_id)
);
INSERT INTO run_model (run, role, model_id, step)
  SELECT run.id, 'output', model_id, 0 FROM logged_model JOIN run ON run.run_id = source_run ORDER BY logged_model.id;
CREATE TABLE logged_model_metric (
  id INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES logged_model, key TEXT NOT NULL, value REAL, timestamp INTEGER NOT NULL,
  step INTEGER NOT NULL, run INTEGER NOT NULL REFERENCES run, dataset_name TEXT, dataset_digest TEXT,
  UNIQUE (model, key, timestamp, step, run)
);
CREATE INDEX model_version_run ON model_version (run_id);
CREATE INDEX model_version_source ON model_version (source);
ALTER TABLE model_version ADD COLUMN run_link TEXT NOT NULL DEFAULT '';
`;

/** Stands in for the tables of version 3, for this connection alone, where an older store may only be read. */
export const STAND_IN_3 = `
CREATE TEMP TABLE run_model (id INTEGER PRIMARY KEY, run INTEGER, role TEXT, model_id TEXT, step INTEGER);
INSERT INTO run_model (run, role, model_id, step)
  SELECT run.id, 'output', model_id, 0 FROM logged_model JOIN run ON run.run_id = source_run ORDER BY logged_model.id;
CREATE INDEX temp.run_model_run ON run_model (run, role);
CREATE TEMP TABLE logged_model_metric (
  id INTEGER PRIMARY KEY, model INTEGER, key TEXT, value REAL, timestamp INTEGER, step INTEGER, run INTEGER, dataset_name TEXT, dataset_digest TEXT
);
`;
