"""Pairs as stored text: whatever a SKU or a note holds comes back as it was."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from x3studio.domain.mappings import CodePair, Component, CustomerPair, ItemPair, Pair
from x3studio.domain.workbench import Key, Kind
from x3studio.store.pairs import decision_of, key_of, key_read, key_text, pair_text

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1f"), max_size=12)
numbers = st.decimals(min_value=0, max_value=10**6, places=3)
components = st.lists(st.builds(Component, texts, numbers, st.none() | numbers), max_size=2).map(tuple)
pairs = st.one_of(
    st.builds(ItemPair, texts, texts, numbers, texts, components, texts),
    st.builds(CustomerPair, texts, texts, texts, texts, texts),
    st.builds(
        CodePair,
        st.sampled_from([kind for kind in Kind if kind.is_code_table]),
        *(texts, texts, texts, texts),
        st.dictionaries(texts, texts, max_size=2).map(lambda details: tuple(details.items())),
        texts,
    ),
)


@given(pairs)
def test_a_pair_reads_back_as_it_was(pair: Pair) -> None:
    side, _ = key_of(pair)
    assert decision_of(side, pair_text(pair)) == pair


@given(st.builds(Key, texts, texts, texts, texts))
def test_a_key_reads_back_as_it_was(key: Key) -> None:
    assert key_read(key_text(key)) == key


def test_weights_keep_their_digits() -> None:
    kit = ItemPair("KIT", "", components=(Component("A", Decimal("1.50"), Decimal("0.10")),))
    assert str(decision_of("item", pair_text(kit)).components[0].weight) == "0.10"  # type: ignore[union-attr]
