"""Answers commands of dvc from one process: `python answers.py SCRATCH`, with the Python that has dvc.

Reads lines of JSON, {"id", "folder", "args"}, and writes lines of JSON, {"id", "code", "out", "err"}. Each command runs dvc's own
entry point in a fork of this process, which has everything imported but has done nothing yet: nothing is remembered from one
question to the next, and none pays for Python's start. Each has a site cache of its own too, since dvc remembers there.
"""

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import dvc.cli
import dvc.cli.parser

SECONDS = 120
MEMORY = "/dev/shm"  # Databases that are made for each question needn't reach a disk.
WARMING = [
    ["init", "-q"],
    ["remote", "add", "-q", "-d", "local", "../remote"],
    ["add", "-q", "file", "folder"],
    ["stage", "add", "-q", "-n", "copy", "-d", "file", "-o", "made", "-p", "lr", "cp file made"],
    ["repro", "-q"],
    ["push", "-q"],
    ["status", "--json"],
    ["status", "--cloud", "--json"],
    ["data", "status", "--granular", "--json"],
    ["diff", "--json"],
    ["checkout", "-q"],
    ["fetch", "-q"],
]


def run(scratch, folder, args):
    """Runs a command to its end: its exit code (-1 and less: a signal's number), what it has printed, and where it has complained."""
    own = tempfile.mkdtemp(dir=MEMORY if os.path.isdir(MEMORY) else scratch)
    streams = [os.path.join(own, name) for name in ("out", "err")]
    child = os.fork()
    if child == 0:
        act(own, folder, args, streams)
    status = os.waitpid(child, 0)[1]
    texts = [read(path) for path in streams]
    shutil.rmtree(own, ignore_errors=True)
    return os.waitstatus_to_exitcode(status), texts[0], texts[1]


def act(own, folder, args, streams):
    """What the fork does; it never returns."""
    code = 1
    try:
        signal.alarm(SECONDS)
        for number, path in enumerate(streams, 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
        os.environ["DVC_SITE_CACHE_DIR"] = os.path.join(own, "site")
        os.chdir(folder)
        code = dvc.cli.main(args) or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code & 0xFF)


def read(path):
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def warm(scratch):
    """Imports all that the commands import; the commands themselves run in a process of their own, to leave no trace in this one."""
    place = tempfile.mkdtemp(dir=scratch)
    folder = os.path.join(place, "repository")
    os.makedirs(os.path.join(folder, "folder"))
    for path in ("file", "folder/file", "params.yaml"):
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write("lr: 1\n")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    names = os.path.join(place, "modules")
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(SECONDS)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for number in (1, 2):
                os.dup2(nowhere, number)
            os.environ["DVC_SITE_CACHE_DIR"] = os.path.join(place, "site")
            for args in WARMING:
                os.chdir(folder)
                dvc.cli.main(args)
            with open(names, "w", encoding="utf-8") as file:
                json.dump(sorted(sys.modules), file)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    for name in json.loads(read(names) or "[]"):
        try:
            importlib.import_module(name)
        except Exception:  # Some modules can only be imported by others.
            pass
    dvc.cli.parser.get_main_parser()  # It remembers this one; making it is half of a question's time.
    shutil.rmtree(place, ignore_errors=True)


def main():
    scratch = os.path.realpath(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warm(scratch)
    print(json.dumps({"id": 0, "code": 0, "out": dvc.__version__, "err": ""}), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        code, out, err = run(scratch, question["folder"], question["args"])
        print(json.dumps({"id": question["id"], "code": code, "out": out, "err": err}), file=answers, flush=True)


main()
