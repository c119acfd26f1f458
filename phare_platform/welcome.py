"""Wait until pages answer, then say where: `python -m phare_platform.welcome PORT FILE`."""

import http.client
import sys
import time
from pathlib import Path

PATIENCE = 120  # seconds for the first page on a slow machine


def main(port: int, words: Path) -> None:
    """Print the address and the prepared words, or say that nothing answers."""
    limit = time.monotonic() + PATIENCE
    while not answers(port):
        if time.monotonic() > limit:
            sys.stdout.write(f"Port {port} does not answer yet: see the lines above.\n")
            return
        time.sleep(0.3)
    # Passkeys need a name: a browser offers them on localhost and not on 127.0.0.1.
    address = f"http://localhost:{port}/"
    extra = words.read_text(encoding="utf-8") if words.exists() else ""
    sys.stdout.write(f"\nPHARE is ready: {address}   (Ctrl-C ends it)\n\n{extra}\n")
    sys.stdout.flush()


def answers(port: int) -> bool:
    """Say whether a web server answers at all, whatever it answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", "/")
        return line.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
