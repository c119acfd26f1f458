"""Django's SMTP backend, able to tell "never left" from "left, and the answer was lost"."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from phare_platform.lib.faults import fail_point
from phare_platform.outbox.rules import ReplyLost

END_OF_MESSAGE = b"\r\n.\r\n"


class _Telling:
    """A connection that breaks while the message itself leaves raises ReplyLost."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the message; smtplib calls this once the recipient is accepted."""
        try:
            return super().data(msg)  # type: ignore[misc,no-any-return]
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise ReplyLost(str(error)) from error

    def send(self, s: Any) -> None:
        """Send what smtplib has written; its last piece of a message ends with a lonely dot."""
        super().send(s)  # type: ignore[misc]
        if isinstance(s, bytes) and s.endswith(END_OF_MESSAGE):
            fail_point("after_data")


class _Plain(_Telling, smtplib.SMTP):
    pass


class _Encrypted(_Telling, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    """The backend that `settings.EMAIL_BACKEND` names when `EMAIL_URL` is an SMTP server."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The kind of connection that `use_ssl` asks for."""
        return _Encrypted if self.use_ssl else _Plain
