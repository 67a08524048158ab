from __future__ import annotations

import io

import numpy as np
import pytest
from books import FIGURE
from PIL import Image, ImageChops

from segkit.errors import InvalidInput
from segkit.sharing.pictures import SHARP, draw, size_of, small


def picture(*colours: tuple[int, int, int, int]) -> bytes:
    """Make a picture of 200 x 200 in stripes of these colours."""
    image = Image.new("RGBA", (200, 200))
    image.putdata([colours[x * len(colours) // 200] for _ in range(200) for x in range(200)])
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def test_a_picture_of_few_colours_keeps_each_and_is_smaller() -> None:
    """Transparent ones included; a made-up photograph is left as it was drawn."""
    drawn = picture((255, 255, 255, 0), (76, 120, 168, 255), (122, 127, 135, 128), (10, 20, 30, 255))
    made = small(drawn)
    with Image.open(io.BytesIO(made)) as after, Image.open(io.BytesIO(drawn)) as before:
        assert max(high for _, high in ImageChops.difference(after.convert("RGBA"), before).getextrema()) <= 8
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (200, 200, 4), dtype=np.uint8), "RGBA")
    written = io.BytesIO()
    noise.save(written, "PNG")
    assert small(written.getvalue()) == written.getvalue()


def test_a_figure_is_drawn_in_its_own_size_and_the_same_each_time() -> None:
    """Width and height of its layout, else the usual ones, at twice the pixels; what cannot be drawn is named by its title."""
    figure = FIGURE.to_plotly_json()
    sized = {**figure, "layout": {**figure["layout"], "width": 300, "height": 200}}
    first, second, third = draw([figure, sized, figure])
    assert first == third
    assert (size_of(figure), size_of(sized)) == ((760, 450), (300, 200))
    with Image.open(io.BytesIO(second)) as opened:
        assert opened.size == (300 * SHARP, 200 * SHARP)
    assert draw([]) == []
    with pytest.raises(InvalidInput, match="chart 'Odd' cannot be drawn"):
        draw([{"data": 7, "layout": {"title": {"text": "Odd"}}}])
