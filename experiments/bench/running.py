"""Runs one command at a time and tells what it took."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lines import RUN, Finished

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "target" / "bench"
JAR = ROOT / "target" / "modernbert4j.jar"
LAST_LINES = 15
DISTURBED = 0.1  # processors that others may keep busy


def ours(java, threads):
    """The command that starts modernbert4j."""
    return [java, f"-XX:ActiveProcessorCount={threads}", "-jar", str(JAR)]


def busy_seconds():
    """Processor time that all processes of this machine have taken since its start."""
    user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


class Failed(SystemExit):
    """A command failed. Unless somebody catches it, it ends this program with the command's last lines."""


def run(command, read=lambda finished: finished):
    """Runs a command to its end and reads its figures before the folder that stands for RUN is deleted."""
    WORK.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=WORK))
    try:
        with open(folder / "stdout", "w+b") as out, open(folder / "stderr", "w+b") as errors:
            start, busy = time.perf_counter(), busy_seconds()
            process = subprocess.Popen(
                [part.replace(RUN, str(folder / "run")) for part in command], cwd=ROOT, stdout=out, stderr=errors
            )
            try:
                _, status, usage = os.wait4(process.pid, 0)  # with the largest of its children, such as the launcher's JVM
            except BaseException:
                process.terminate()  # this program was told to stop
                process.wait()
                raise
            seconds = time.perf_counter() - start
            others = (busy_seconds() - busy - usage.ru_utime - usage.ru_stime) / seconds
        process.returncode = os.waitstatus_to_exitcode(status)
        output = (folder / "stdout").read_text(errors="replace")
        if process.returncode != 0:
            errors = (folder / "stderr").read_text(errors="replace")
            last = (errors.strip() or output).splitlines()[-LAST_LINES:]
            raise Failed("\n".join([f"failed with {process.returncode}: {' '.join(command)}", *last]))
        if others > DISTURBED:
            print(f"    disturbed: other processes kept {others:.1f} processors busy", file=sys.stderr, flush=True)
        return read(Finished(output, folder / "run", seconds, usage.ru_maxrss / 1024))
    finally:
        shutil.rmtree(folder)
