"""What goes wrong here is told to a person, never to a log reader."""


class Trouble(Exception):
    """A sentence for the person at the keyboard: what is wrong and what to do about it."""
