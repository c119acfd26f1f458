"""A mail server of a few lines that counts what it accepts and misbehaves on request."""

import email
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from email.message import Message

STALL = 30
Plan = Callable[[int], str]  # number of the connection -> how to behave


def behave(number: int) -> str:
    """Accept everything."""
    return "accept"


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a free port of the loopback while used in a `with` block."""

    allow_reuse_address = True
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.plan: Plan = behave
        self.connections = 0
        self.attempts: Counter[str] = Counter()  # recipient -> how often it was asked for
        self.accepted: list[Message] = []
        self.remembers = False  # recognise a second copy by its Message-ID, and drop it
        self.suppressed = 0
        self.known: set[str] = set()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def copies(self) -> Counter[str]:
        """How many times each Message-ID was accepted."""
        with self.lock:
            return Counter(mail["Message-ID"] for mail in self.accepted)

    def __enter__(self) -> "Sink":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    """One client. `behaviour` is one of accept, later, refuse, sender_refused, silent_greeting,
    drop_at_recipient, refuse_text, lost_reply (accepted all the same), stall, stall_at_end (thirty
    seconds of silence)."""

    server: Sink

    def handle(self) -> None:
        with self.server.lock:
            self.server.connections += 1
            behaviour = self.server.plan(self.server.connections)
        with suppress(OSError):  # the client was killed
            self._talk(behaviour)

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _talk(self, behaviour: str) -> None:
        if behaviour == "silent_greeting":
            time.sleep(3)
            return
        if behaviour == "stall":
            time.sleep(STALL)
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line.decode("utf-8", "replace").strip().upper()
            if verb.startswith("RCPT"):
                with self.server.lock:
                    self.server.attempts[verb.split("<")[1].split(">")[0].lower()] += 1
                if behaviour == "drop_at_recipient":
                    return
                self._say(
                    {
                        "later": "451 come back",
                        "refuse": "550 nobody here",
                        "unknown": "550 5.1.1 no such user",
                    }.get(behaviour, "250 ok")
                )
            elif verb.startswith("MAIL"):
                self._say("550 not you" if behaviour == "sender_refused" else "250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                if not self._take(behaviour):
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, behaviour: str) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if line == b"":
            return False  # the client died in the middle: nothing was accepted
        if behaviour == "refuse_text":
            self._say("554 not this")
            return True
        self._keep(email.message_from_bytes(b"".join(lines)))
        if behaviour == "stall_at_end":
            time.sleep(STALL)
        if behaviour == "lost_reply":
            return False
        self._say("250 taken")
        return True

    def _keep(self, mail: Message) -> None:
        with self.server.lock:
            if self.server.remembers and mail["Message-ID"] in self.server.known:
                self.server.suppressed += 1
            else:
                self.server.known.add(mail["Message-ID"])
                self.server.accepted.append(mail)
