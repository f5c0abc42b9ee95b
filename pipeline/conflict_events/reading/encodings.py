"""Bytes as text."""

from __future__ import annotations


def decode(content: bytes, *, partial: bool = False) -> tuple[str, tuple[str, ...]] | None:
    """``content`` as text, with a note where it is not UTF-8; ``None`` for binary data.

    Tried in this order: a byte order mark (UTF-8, UTF-16), UTF-8, and the Windows code pages of Western Europe and, for
    text that is mostly Arabic letters in it, of Arabic. ``partial`` content may break off inside a character.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            note = () if encoding == "utf-8-sig" else (f"read as {encoding}",)
            return content.decode(encoding, errors="replace"), note
    sample = content[:65_536]
    if b"\x00" in sample or sample.startswith(
        (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"PAR1")
    ):
        return None
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        if partial and error.start >= len(content) - 3:
            return content[: error.start].decode("utf-8"), ()
    controls = sum(byte < 32 and byte not in (9, 10, 11, 12, 13, 27) for byte in sample)
    if controls > len(sample) // 50:
        return None
    encoding = code_page(sample)
    return content.decode(encoding, errors="replace"), (f"not UTF-8; read as {encoding}",)


def code_page(sample: bytes) -> str:
    high = sum(byte >= 0x80 for byte in sample)
    arabic = sum("\u0600" <= character <= "\u06ff" for character in sample.decode("cp1256", errors="replace"))
    return (
        "cp1256"
        if arabic * 3 > len(sample.split(b"\n")[0]) and arabic > 0.8 * high and high > len(sample) // 4
        else "cp1252"
    )
