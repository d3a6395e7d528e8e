"""Reads roots of DVC repositories from the input, one a line, and prints for each what DVC's own loader makes of its files: one JSON
line with the stages by their addresses, or the errors by their files."""

import json
import os
import sys

from dvc.dependency import ParamsDependency
from dvc.dependency.repo import RepoDependency
from dvc.dependency.db import DbDependency
from dvc.dependency.dataset import DatasetDependency
from dvc.repo import Repo
from dvc.repo.index import collect_files


def text(value):
    """A value so that equal ones have equal texts, whatever type of number they are."""
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, (int, float)):
        return repr(float(value)) if abs(value) < 2**53 else repr(value)
    if isinstance(value, str):
        return "s:" + value
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{key}={text(item)}" for key, item in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    if isinstance(value, (tuple, set)):
        items = list(map(text, value))
        return type(value).__name__ + "[" + ",".join(items if isinstance(value, tuple) else sorted(items)) + "]"
    return type(value).__name__


def hash_of(item):
    info = item.hash_info
    if not info:
        return None
    return [info.name, info.value, item.meta.size, item.meta.nfiles, bool(item.meta.isexec)]


def dep_of(dep):
    if isinstance(dep, RepoDependency):
        return {"path": dep.def_path, "repo": [dep.def_repo.get(key) for key in ("url", "rev", "rev_lock")]}
    if isinstance(dep, DbDependency):
        return {"db": dep.sql}
    if isinstance(dep, DatasetDependency):
        return {"path": dep.def_path}
    return {"path": dep.def_path, "target": dep.fs_path if dep.protocol == "local" else None, "hash": hash_of(dep)}


def param_of(dep):
    value = dep.hash_info.value
    recorded = None if value is None else {name: text(item) for name, item in value.items()}
    try:
        actual = {name: text(item) for name, item in dep.read_params().items()}
    except Exception:  # DVC falls over some of these; so may we.
        actual = "error"
    return {"path": dep.def_path, "target": dep.fs_path, "keys": list(dep.params), "recorded": recorded, "actual": actual}


def out_of(out):
    return {
        "path": out.def_path,
        "target": out.fs_path if out.protocol == "local" else None,
        "hash": hash_of(out),
        "kind": "metric" if out.metric else "plot" if out.plot else "out",
        "cached": bool(out.use_cache),
        "persistent": bool(out.persist),
        "pushed": bool(out.can_push),
        "remote": out.remote,
        "description": None if out.annot.desc is None else str(out.annot.desc),
        "type": out.annot.type,
        "labels": out.annot.labels,
        "meta": text(out.annot.meta or None),
    }


def stage_of(stage):
    name = getattr(stage, "name", None)
    return {
        "name": name,
        "wdir": stage.wdir,
        "command": list(map(str, stage.cmd)) if isinstance(stage.cmd, list) else None if stage.cmd is None else str(stage.cmd),
        "changed": bool(stage.changed_stage()),
        "frozen": bool(stage.frozen),
        "always": bool(stage.always_changed),
        "description": None if stage.desc is None else str(stage.desc),
        "meta": text(stage.meta),
        "md5": None if name else [stage.md5, stage.compute_md5()],
        "deps": [dep_of(dep) for dep in stage.deps if not isinstance(dep, ParamsDependency)],
        "params": [param_of(dep) for dep in stage.deps if isinstance(dep, ParamsDependency)],
        "outs": [out_of(out) for out in stage.outs],
    }


def top_of(index):
    return {
        "params": [item for items in index._params.values() for item in items if isinstance(item, str)],
        "metrics": [item for items in index._metrics.values() for item in items if isinstance(item, str)],
        "plots": [text(item) for items in index._plots.values() for item in items],
        "artifacts": {key: text(item) for items in index._artifacts.values() for key, item in items.items()},
    }


def answer(root):
    os.chdir(root)
    stages, errors, tops = {}, {}, {}
    repo = Repo(root)
    try:
        for path, index in collect_files(repo, onerror=lambda file, error: errors.update({file: str(error)})):
            tops[os.path.relpath(path, root)] = top_of(index)
            for stage in index.stages:
                stages[stage.addressing] = stage_of(stage)
    except Exception as error:  # DVC itself falls over some files; that is an answer too.
        errors["*"] = f"{type(error).__name__}: {error}"
    finally:
        repo.close()
        os.chdir("/")
    return {"stages": stages, "errors": errors, "tops": tops}


for line in sys.stdin:
    print(json.dumps(answer(line.rstrip("\n"))), flush=True)
