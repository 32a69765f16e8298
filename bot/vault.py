"""Keeps secrets: credentials encrypted at rest, and the keys of whatever is hashed or signed."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.mistakes import Mistake
from handlers.words import N_


class WrongKey(Mistake):
    """A stored secret cannot be read with BOT_SECRET_KEY: it was written with another key."""


class Vault:
    """Encrypts and decrypts with keys derived from the installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        """Derive one key per purpose, so that none of them says anything about another."""
        master = secret_key.encode()
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(master, b"credentials")))
        self.pepper = _derived(master, b"joining codes")
        self.audit_key = _derived(master, b"audit chain")
        self.console_key = _derived(master, b"console")

    def seal(self, secret: str) -> bytes:
        """Return the secret as it is stored."""
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Return a stored secret; raises WrongKey where another key wrote it."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise WrongKey(
                N_(
                    "BOT_SECRET_KEY is not the key that the secrets were stored with: "
                    "set the one they were stored with"
                )
            ) from None


def _derived(master: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=b"portfolio-bell", info=purpose).derive(master)
