"""The program behind the stand-in for Redis: `python -m … PID_FILE PORT`. Nothing is kept."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from fakeredis import TcpFakeServer


def main(pid_file: str, port: str) -> None:
    """Serve on the loopback port until a signal asks to end."""
    signal.signal(signal.SIGTERM, _leave)
    server = TcpFakeServer(("127.0.0.1", int(port)), server_type="redis")
    server.daemon_threads = True
    Path(pid_file).write_text(f"{os.getpid()}\n")
    server.serve_forever()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
