"""Picture files as grey pages that words can be recognised on.

Runs in the separate process only, and needs the extra ``ocr``. Bounds what is decoded before it is;
recognises nothing itself, and makes no picture larger or finer than recognition needs.
"""

from __future__ import annotations

import io
import itertools
import warnings
import zlib
from collections.abc import Iterator

from groupaudit.errors import PostsError
from groupaudit.posts.extract.damage import DAMAGE
from groupaudit.posts.extract.limits import READ_PIXELS
from groupaudit.posts.extract.ocr import Page

try:
    from PIL import Image, ImageOps, UnidentifiedImageError
except ImportError:  # the extra is not installed: pictures are counted as unreadable
    Image = None  # type: ignore[assignment]

#: Readers of Pillow that mail needs; each more would be one more that hostile files reach.
_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
#: Icons, spacers and tracking pixels: no line of text fits.
_MIN_PIXELS = 10_000
_MIN_SIDE = 16
#: A photograph of 48 megapixels fits; decoded, it takes 200 MB.
MAX_PIXELS = 50_000_000
#: Screens write letters 10 pixels high, half of what recognition needs.
_SCREEN_PIXELS = 1_500_000
_SCREEN_DPI = 100


def pages(data: bytes) -> Iterator[Page]:
    """The pages of a picture file: all of a TIFF, the first frame of anything else.

    Raises PostsError(``image-only``) for pictures too small to hold text,
    ``unsupported-format`` for what is none of these formats, ``too-large``, ``corrupt``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage that is read nevertheless
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                for frame in _frames(picture):
                    yield _page(frame)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise PostsError("A picture of another kind", reason="unsupported-format") from error
    except (SyntaxError, RuntimeError, zlib.error, *DAMAGE) as error:
        raise PostsError("A picture is damaged", reason="corrupt") from error


def warm_up() -> None:
    """Load now what the library loads at first use: afterwards no file can be opened."""
    Image.init()  # also MPO, what phones make of JPEG
    blank = Image.new("RGBA", (100, 100))
    for name in _FORMATS:
        sink = io.BytesIO()
        (blank.convert("RGB") if name == "JPEG" else blank).save(sink, name)
        list(pages(sink.getvalue()))


def _frames(picture: Image.Image) -> Iterator[Image.Image]:
    """The pages of a TIFF, such as a fax; of an animation the first picture."""
    yield picture
    for number in itertools.count(1) if picture.format == "TIFF" else ():
        try:
            picture.seek(number)
        except EOFError:
            return
        yield picture


def _page(picture: Image.Image) -> Page:
    width, height = picture.size
    if width * height < _MIN_PIXELS or min(width, height) < _MIN_SIDE:
        raise PostsError("A picture is too small to hold text", reason="image-only")
    if width * height > MAX_PIXELS:
        raise _too_large()
    grey = _grey(ImageOps.exif_transpose(picture))
    pixels = grey.width * grey.height
    dpi = 200
    if pixels > READ_PIXELS:
        grey = _scaled(grey, (READ_PIXELS / pixels) ** 0.5)
    elif pixels < _SCREEN_PIXELS:
        grey, dpi = _scaled(grey, 2), 2 * _SCREEN_DPI
    return Page(grey.width, grey.height, grey.tobytes(), dpi)


def _grey(picture: Image.Image) -> Image.Image:
    """What is transparent becomes white: most text is black."""
    if picture.has_transparency_data:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    return picture.convert("L")


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _too_large() -> PostsError:
    return PostsError("A picture has more pixels than the limit", reason="too-large")
