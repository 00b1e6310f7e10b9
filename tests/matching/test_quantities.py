"""Packs, sizes and colours as several languages write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from x3studio.matching.normalise import fold
from x3studio.matching.quantities import read_quantities
from x3studio.matching.vocabulary import COLOUR_NAMES, DIMENSIONS


@pytest.mark.parametrize(
    ("title", "packs"),
    [
        ("Textmarker gelb 6er Pack", 6),
        ("Highlighter yellow, pack of 6", 6),
        ("Lot de 2 stylos rouges", 2),
        ("Confezione da 12 penne", 12),
        ("Paquete de 4 pilas", 4),
        ("Karton à 24 Flaschen", 24),
        ("Bier 6 x 330 ml", 6),
        ("glasses x6", 6),
        ("Doppelpack Seife", 2),
        ("12-PK marker", 12),
    ],
)
def test_packs_are_read(title: str, packs: int) -> None:
    assert read_quantities([fold(title)]).packs[0] == packs


@pytest.mark.parametrize(
    ("title", "pieces"),
    [
        ("Wipes 80 ct.", 80),
        ("8 Stück Kerzen", 8),
        ("scatola 100 pezzi", 100),
        ("5 szt. długopis", 5),
        ("2 kusy", 2),
    ],
)
def test_pieces_are_read(title: str, pieces: int) -> None:
    assert read_quantities([fold(title)]).pieces[0] == pieces


@pytest.mark.parametrize(
    "title", ["4x4 truck", 'Brush, 16" x 5" x 5.5"', "20 x 30 cm bag", "rollo 50 m x 19 mm", "iPhone 12", ""]
)
def test_dimensions_and_models_are_no_packs(title: str) -> None:
    assert np.isnan(read_quantities([fold(title)]).packs[0])


@pytest.mark.parametrize(
    ("left", "right", "dimension"),
    [
        ("Öl 1,5 L", "oil 1500 ml", "volume"),
        ("Mehl 1 kg", "flour 1000g", "mass"),
        ("Ordner 8 cm", "binder 80 mm", "length"),
        ("T-Shirt Gr. XL", "T-shirt taille XL", "garment"),
    ],
)
def test_one_size_in_several_units(left: str, right: str, dimension: str) -> None:
    sizes = read_quantities([fold(left), fold(right)]).sizes[:, DIMENSIONS.index(dimension), 0]
    assert sizes[0] == pytest.approx(sizes[1])


@pytest.mark.parametrize(
    ("title", "colour"),
    [("Stift rot", "red"), ("stylo noir", "black"), ("penna BLU", "blue"), ("hrnek zelený", "green")],
)
def test_colours_of_several_languages(title: str, colour: str) -> None:
    assert read_quantities([fold(title)]).colours[0] == 1 << COLOUR_NAMES.index(colour)


@given(st.text(alphabet=st.sampled_from('0123456789x*., "ermlgcpack6b'), max_size=40))
def test_no_title_breaks_the_reader(title: str) -> None:
    found = read_quantities([title])
    assert np.isnan(found.packs[0]) or found.packs[0] > 0
