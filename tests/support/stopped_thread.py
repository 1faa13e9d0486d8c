"""One thread of a process stands still while the others run: a loop that hangs."""
import ctypes
import errno
import os
import pathlib


class StoppedThread:
    SEIZE, INTERRUPT, DETACH, WALL = 0x4206, 0x4207, 17, 0x40000000

    def __init__(self, pid, name, gone_is_fine=False):
        """`gone_is_fine`: the process may end meanwhile."""
        tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
        self.thread = next(int(task.name) for task in tasks if (task / "comm").read_text().strip() == name)
        self.libc, self.gone_is_fine = ctypes.CDLL(None, use_errno=True), gone_is_fine

    def trace(self, request):
        done = self.libc.ptrace(request, self.thread, None, None)
        assert done == 0, f"ptrace: {os.strerror(ctypes.get_errno())}"

    def is_gone(self):
        """Whether the process was killed meanwhile; until it is asked, the kernel keeps what is left of the thread for us."""
        found, status = os.waitpid(self.thread, self.WALL | os.WNOHANG)
        return found == self.thread and os.WIFSIGNALED(status)

    def __enter__(self):
        self.trace(self.SEIZE)
        self.trace(self.INTERRUPT)
        os.waitpid(self.thread, self.WALL)
        return self

    def __exit__(self, *_):
        done = self.libc.ptrace(self.DETACH, self.thread, None, None)
        assert done == 0 or (self.gone_is_fine and ctypes.get_errno() == errno.ESRCH)
