"""The demo's sign-in data: made from the seed, worth nothing outside this machine's loopback."""

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class X3Credentials:
    """Sign-in data of the demo X3. Not frozen: a demo rotates the secret while it runs.

    `client_secret` also signs the HS256 tokens of a connected application, whose `sub` is `user`
    and whose `aud` must equal `audience` byte for byte (the base URL, once the port is known).
    """

    client_id: str
    client_secret: str = field(repr=False)
    user: str
    password: str = field(repr=False)
    audience: str = ""


@dataclass(slots=True)
class AmazonCredentials:
    """Sign-in data of the demo Amazon. Not frozen: a demo rotates the secret or revokes the grant.

    An empty `refresh_token` means the authorisation was revoked.
    """

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seller_id: str


def _word(seed: int, name: str, digits: int) -> str:
    return f"{random.Random(f'{seed}:{name}').getrandbits(digits * 4):0{digits}x}"


def x3_credentials(seed: int) -> X3Credentials:
    """The same for the same seed, so that a workspace survives a restart of the sandbox."""
    return X3Credentials(
        client_id=f"demo-{_word(seed, 'x3-id', 12)}",
        client_secret=_word(seed, "x3-secret", 64),
        user="STUDIO",
        password=_word(seed, "x3-password", 16),
    )


def amazon_credentials(seed: int) -> AmazonCredentials:
    """The same for the same seed."""
    return AmazonCredentials(
        client_id=f"amzn1.application-oa2-client.{_word(seed, 'amazon-id', 32)}",
        client_secret=f"amzn1.oa2-cs.v1.{_word(seed, 'amazon-secret', 64)}",
        refresh_token=f"Atzr|{_word(seed, 'amazon-refresh', 80)}",
        seller_id=f"A{_word(seed, 'seller', 12).upper()}",
    )
