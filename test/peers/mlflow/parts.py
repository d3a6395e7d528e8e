"""Uploads a file in parts, takes it back, and has an upload that fails aborted. Argument: the server's URL. Prints JSON."""

import hashlib
import json
import os
import sys
import tempfile

os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"] = "true"
os.environ["MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE"] = str(1024**2)
os.environ["MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE"] = str(1024**2)
os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"

import mlflow
from mlflow.store.artifact import http_artifact_repo


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


mlflow.set_tracking_uri(sys.argv[1])
sent = []
upload_part = http_artifact_repo.HttpArtifactRepository._upload_part


def counted(credential, local_file, size, start_byte):
    sent.append(credential.part_number)
    return upload_part(credential, local_file, size, start_byte)


http_artifact_repo.HttpArtifactRepository._upload_part = staticmethod(counted)

with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
    path = os.path.join(folder, "weights of 10 %.bin")
    with open(path, "wb") as file:
        file.write(os.urandom(5 * 1024**2 + 123))
    mlflow.log_artifact(path, "model")
    back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="model/weights of 10 %.bin", dst_path=folder + "/back")
    same = digest(path) == digest(back)

    def broken(credential, local_file, size, start_byte):
        if credential.part_number == 3:
            raise OSError("the line broke")
        return upload_part(credential, local_file, size, start_byte)

    http_artifact_repo.HttpArtifactRepository._upload_part = staticmethod(broken)
    try:
        mlflow.log_artifact(path, "broken")
        failed = False
    except Exception:
        failed = True
    kept = [file.path for file in mlflow.MlflowClient().list_artifacts(run.info.run_id, "broken")]

print(json.dumps({"parts": sorted(sent), "same": same, "failed": failed, "kept": kept}))
