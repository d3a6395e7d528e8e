/** MLflow's messages as JSON, as far as they are read. Defaults are mostly left out; numbers of 64 bits may be strings. */
export type WireInt = number | string;
export type WireFloat = number | string;

export interface WirePair {
  readonly key: string;
  readonly value?: string;
}

export interface WireExperiment {
  readonly experiment_id: string;
  readonly name?: string;
  readonly artifact_location?: string;
  readonly lifecycle_stage?: string;
  readonly creation_time?: WireInt;
  readonly last_update_time?: WireInt;
  readonly tags?: readonly WirePair[];
}

export interface WireRunInfo {
  readonly run_id?: string;
  readonly run_uuid?: string;
  readonly run_name?: string;
  readonly experiment_id?: string;
  readonly user_id?: string;
  readonly status?: string | number;
  readonly start_time?: WireInt;
  readonly end_time?: WireInt;
  readonly artifact_uri?: string;
  readonly lifecycle_stage?: string;
}

export interface WireMetric {
  readonly key: string;
  readonly value?: WireFloat;
  readonly timestamp?: WireInt;
  readonly step?: WireInt;
  readonly model_id?: string;
  readonly dataset_name?: string;
  readonly dataset_digest?: string;
  readonly run_id?: string;
}

export interface WireDatasetInput {
  readonly tags?: readonly WirePair[];
  readonly dataset?: {
    readonly name?: string;
    readonly digest?: string;
    readonly source_type?: string;
    readonly source?: string;
    readonly schema?: string;
    readonly profile?: string;
  };
}

export interface WireRun {
  readonly info?: WireRunInfo;
  readonly data?: { readonly metrics?: readonly WireMetric[]; readonly params?: readonly WirePair[]; readonly tags?: readonly WirePair[] };
  readonly inputs?: {
    readonly dataset_inputs?: readonly WireDatasetInput[];
    readonly model_inputs?: readonly { readonly model_id: string }[];
  };
  readonly outputs?: { readonly model_outputs?: readonly { readonly model_id: string; readonly step?: WireInt }[] };
}

export interface WireFile {
  readonly path: string;
  readonly is_dir?: boolean;
  readonly file_size?: WireInt;
}

export interface WireFiles {
  readonly root_uri?: string;
  readonly files?: readonly WireFile[];
  readonly next_page_token?: string;
}

export interface WireLoggedModel {
  readonly info?: {
    readonly model_id: string;
    readonly experiment_id?: string;
    readonly name?: string;
    readonly creation_timestamp_ms?: WireInt;
    readonly last_updated_timestamp_ms?: WireInt;
    readonly artifact_uri?: string;
    readonly status?: string | number;
    readonly model_type?: string;
    readonly source_run_id?: string;
    readonly tags?: readonly WirePair[];
  };
  readonly data?: { readonly params?: readonly WirePair[]; readonly metrics?: readonly WireMetric[] };
}

export interface WireVersion {
  readonly name: string;
  readonly version: WireInt;
  readonly creation_timestamp?: WireInt;
  readonly last_updated_timestamp?: WireInt;
  readonly user_id?: string;
  readonly current_stage?: string;
  readonly description?: string;
  readonly source?: string;
  readonly run_id?: string;
  readonly run_link?: string;
  readonly status?: string | number;
  readonly tags?: readonly WirePair[];
  readonly aliases?: readonly string[];
}

export interface WireModel {
  readonly name: string;
  readonly creation_timestamp?: WireInt;
  readonly last_updated_timestamp?: WireInt;
  readonly description?: string;
  readonly latest_versions?: readonly WireVersion[];
  readonly tags?: readonly WirePair[];
  readonly aliases?: readonly { readonly alias: string; readonly version: WireInt }[];
}
