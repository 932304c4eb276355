"""What undoes the content codings."""

from __future__ import annotations

import gzip

import brotli
import zstandard

DECODE = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
