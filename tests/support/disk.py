"""Small disks to fill."""
import contextlib
import os
import resource
import signal

from support.program import must, run

AS_ROOT = os.geteuid() == 0


@contextlib.contextmanager
def mounted(folder, size):
    """A tmpfs of `size` bytes at `folder`; for root."""
    folder.mkdir(exist_ok=True)
    must(run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]))
    try:
        yield folder
    finally:
        must(run(["umount", folder]))


def remount(folder, options):
    must(run(["mount", "-o", f"remount,{options}", folder]))


@contextlib.contextmanager
def small_disk(folder, size):
    """(folder that takes `size` bytes, what to do in the child). A tmpfs where we may mount one, else a limit on files."""
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        if AS_ROOT:
            stack.enter_context(mounted(folder, size))
            yield folder, None
        else:
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            yield folder, limit
