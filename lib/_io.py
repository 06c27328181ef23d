"""The core of io, in Python.

A stand-in for the native module: everything comes from _pyio, under the names that io expects.
"""

from _pyio import (
    BufferedRandom, BufferedReader, BufferedRWPair, BufferedWriter, BytesIO,
    DEFAULT_BUFFER_SIZE, FileIO, IncrementalNewlineDecoder, StringIO,
    TextIOWrapper, UnsupportedOperation, open, open_code, text_encoding,
    IOBase as _IOBase, RawIOBase as _RawIOBase,
    BufferedIOBase as _BufferedIOBase, TextIOBase as _TextIOBase,
    BlockingIOError,
)
