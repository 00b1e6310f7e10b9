"""Secrets for one start, from the environment or by hand, and the key of the workspace."""

import pytest

from x3studio.domain.errors import VaultFault
from x3studio.vault import MemoryVault, key_from_passphrase, open_vault, workspace_key
from x3studio.vault.memory import variable

KEY = "0123456789abcdef" * 4


def test_the_environment_gives_first_values() -> None:
    vault = MemoryVault(
        {"X3STUDIO_SECRET_X3_LIVE_CLIENT_SECRET": "s3cret", "HOME": "/", "X3STUDIO_SECRET_": ""}
    )
    assert variable("X3-live", "client secret") == "X3STUDIO_SECRET_X3_LIVE_CLIENT_SECRET"
    assert vault.get("X3 live", "client_secret") == "s3cret"
    assert vault.get("X3 live", "user") is None
    assert vault.names("X3 live") == ("client_secret",)


def test_what_is_put_comes_before_the_environment() -> None:
    vault = MemoryVault({"X3STUDIO_SECRET_X3_USER": "env"})
    vault.put("X3", "user", "mine")
    vault.put("X3", "password", "p")
    assert vault.get("X3", "user") == "mine"
    assert vault.names("X3") == ("password", "user")
    vault.delete("X3", "user")
    vault.delete("X3", "never there")
    assert vault.get("X3", "user") is None
    assert vault.names("X3") == ("password",)


@pytest.mark.parametrize("secret", ["x" * 1_201, "\U0001f511" * 601, ""])
def test_what_some_system_could_not_keep_is_refused_without_quoting_it(secret: str) -> None:
    vault = MemoryVault({})
    with pytest.raises(VaultFault) as caught:
        vault.put("X3", "password", secret)
    assert "password" in str(caught.value)
    assert not secret or secret[:20] not in str(caught.value)
    vault.put("X3", "password", "x" * 1_200)


class TestWorkspaceKey:
    def test_from_the_environment(self) -> None:
        vault = MemoryVault({"X3STUDIO_SECRET_WORKSPACE_KEY": KEY})
        assert workspace_key(vault) == workspace_key(vault, create=True) == bytes.fromhex(KEY)

    @pytest.mark.parametrize("create", [False, True])
    def test_a_missing_key_is_never_invented_in_memory(self, create: bool) -> None:
        with pytest.raises(VaultFault, match="missing") as caught:
            workspace_key(MemoryVault({}), create=create)
        assert "X3STUDIO_SECRET_WORKSPACE_KEY" in caught.value.advice

    @pytest.mark.parametrize("text", ["12", "g" * 64, KEY + "00", "0x" + KEY[2:], "٣" * 64])
    def test_a_malformed_key(self, text: str) -> None:
        with pytest.raises(VaultFault, match="malformed") as caught:
            workspace_key(MemoryVault({"X3STUDIO_SECRET_WORKSPACE_KEY": text}))
        assert text not in str(caught.value)


class TestPassphrase:
    def test_the_same_words_give_the_same_key(self) -> None:
        salt = bytes(16)
        key = key_from_passphrase("Schlüssel 1", salt)
        assert len(key) == 32
        assert key == key_from_passphrase("Schlu\u0308ssel 1", salt)
        assert key != key_from_passphrase("Schlüssel 2", salt)
        assert key != key_from_passphrase("Schlüssel 1", bytes(15) + b"1")

    def test_nothing_is_no_passphrase(self) -> None:
        with pytest.raises(VaultFault, match="empty"):
            key_from_passphrase("", bytes(16))
        with pytest.raises(ValueError, match="16 bytes"):
            key_from_passphrase("words", b"short")


class TestChoice:
    def test_memory_only_where_it_is_asked_for(self) -> None:
        vault = open_vault("w", environ={"X3STUDIO_VAULT": "memory", "X3STUDIO_SECRET_A_B": "c"})
        assert isinstance(vault, MemoryVault)
        assert vault.get("a", "b") == "c"
        assert not vault.lasting

    def test_an_unknown_choice(self) -> None:
        with pytest.raises(VaultFault, match="plaintext"):
            open_vault("w", environ={"X3STUDIO_VAULT": "plaintext"})
