"""Pictures made and read without a library: JPEGs of coloured blocks, and the pixels of a PNG."""

import struct
import zlib

import numpy

# A block is 8 x 8 pixels of one colour: its DC coefficient says which, and its AC coefficients end at once.
_DC_LENGTHS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])  # T.81 table K.3
_AC_LENGTHS = bytes([1, *[0] * 15])                                    # one symbol, end of block: the bit 0


def _dc_codes():
    codes, code, symbol = {}, 0, 0
    for length, count in enumerate(_DC_LENGTHS, 1):
        for _ in range(count):
            codes[symbol] = format(code, f"0{length}b")
            code, symbol = code + 1, symbol + 1
        code <<= 1
    return codes


_CODES = _dc_codes()


def _dc_bits(difference):
    size = abs(difference).bit_length()
    value = difference if difference >= 0 else difference + (1 << size) - 1
    return _CODES[size] + (format(value, f"0{size}b") if size else "") + "0"


def _segment(marker, content):
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def encode(blocks):
    """A baseline JPEG; `blocks` is rows of (red, green, blue) each, one for 8 x 8 pixels."""
    height, width = len(blocks), len(blocks[0])
    rgb = numpy.array(blocks, dtype=float)
    luma = rgb @ (0.299, 0.587, 0.114)
    planes = [luma - 128, (rgb[..., 2] - luma) * 0.564, (rgb[..., 0] - luma) * 0.713]
    levels = [numpy.rint(plane).astype(int) for plane in planes]  # the quantizer is 8, as is a DC of one level
    bits, before = [], [0, 0, 0]
    for y in range(height):
        for x in range(width):
            for c in range(3):
                level = int(levels[c][y, x])
                bits.append(_dc_bits(level - before[c]))
                before[c] = level
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    scan = int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xFF", b"\xFF\x00")
    return b"".join((
        b"\xFF\xD8", _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), _segment(0xDB, b"\0" + bytes([8] * 64)),
        _segment(0xC0, struct.pack(">BHHB", 8, height * 8, width * 8, 3) + b"\x01\x11\0\x02\x11\0\x03\x11\0"),
        _segment(0xC4, b"\0" + _DC_LENGTHS + bytes(range(12))), _segment(0xC4, b"\x10" + _AC_LENGTHS + b"\0"),
        _segment(0xDA, b"\x03\x01\0\x02\0\x03\0\0\x3F\0"), scan, b"\xFF\xD9"))


def plain(colour, width=32, height=20):
    """One colour all over; 8 * width x 8 * height pixels."""
    return encode([[colour] * width] * height)


def desktop(step, width=160, height=90):
    """A picture that looks like a screen: a window with lines of text, and a bar that grows with each `step`."""
    sky, paper, ink, title, bar = (46, 84, 138), (250, 250, 247), (70, 76, 88), (222, 226, 233), (36, 150, 90)
    rows = [[tuple(int(part * (0.75 + 0.5 * y / height)) for part in sky)] * width for y in range(height)]

    def box(left, top, right, bottom, colour):
        for y in range(top, bottom):
            rows[y][left:right] = [colour] * (right - left)
    box(20, 10, 140, 80, paper)
    box(20, 10, 140, 15, title)
    for at, colour in ((22, (236, 106, 94)), (26, (244, 191, 79)), (30, (97, 197, 84))):
        box(at, 12, at + 2, 14, colour)
    for line in range(8):
        end = 34 + (line * 37 + step * 11) % 60
        box(28, 20 + line * 5, end + 20, 22 + line * 5, ink)
    box(28, 66, 132, 72, title)
    box(28, 66, 28 + 8 + step * 12 % 96, 72, bar)
    box(0, 86, width, height, (28, 32, 40))
    return encode(rows)


def pixels(png):
    """A PNG as rows x columns x (red, green, blue): 8 bits a channel, not interlaced, as browsers write them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n"), png[:20]
    at, data, header = 8, b"", None
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        content = png[at + 8:at + 8 + length]
        at += length + 12
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", content)
        elif kind == b"IDAT":
            data += content
    width, height, depth, colours, _, _, interlaced = header
    assert depth == 8 and colours in (2, 6) and not interlaced, header
    channels = 3 if colours == 2 else 4
    raw = numpy.frombuffer(zlib.decompress(data), dtype=numpy.uint8).reshape(height, 1 + width * channels)
    out = numpy.zeros((height, width, channels), dtype=numpy.int32)
    above = numpy.zeros((width, channels), dtype=numpy.int32)
    for y in range(height):
        row = _unfilter(int(raw[y, 0]), raw[y, 1:].reshape(width, channels).astype(numpy.int32), above)
        out[y] = above = row
    return out[..., :3]


def _unfilter(kind, row, above):
    if kind == 0:
        return row
    if kind == 2:
        return (row + above) & 255
    if kind == 1:
        return numpy.cumsum(row, axis=0) & 255
    left, corner = numpy.zeros_like(row[0]), numpy.zeros_like(row[0])
    out = numpy.empty_like(row)
    for x in range(len(row)):
        if kind == 3:
            guess = (left + above[x]) // 2
        else:
            base = left + above[x] - corner
            to_left, to_above, to_corner = abs(base - left), abs(base - above[x]), abs(base - corner)
            guess = numpy.where((to_left <= to_above) & (to_left <= to_corner), left,
                                numpy.where(to_above <= to_corner, above[x], corner))
        out[x] = left = (row[x] + guess) & 255
        corner = above[x]
    return out


__all__ = ["desktop", "encode", "pixels", "plain"]
