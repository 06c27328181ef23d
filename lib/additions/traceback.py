

# What CPython 3.11 has and the module above lacks: columns with carets, exception groups, notes. Written for pyrs.

import collections.abc
import textwrap
from contextlib import suppress


def extract_tb(tb, limit=None):
    """
    Return a StackSummary object representing a list of
    pre-processed entries from traceback.

    This is useful for alternate formatting of stack traces.  If
    'limit' is omitted or None, all entries are extracted.  A
    pre-processed stack trace entry is a FrameSummary object
    containing attributes filename, lineno, name, and line
    representing the information that is usually printed for a stack
    trace.  The line is a string with leading and trailing
    whitespace stripped; if the source is not available it is None.
    """
    return StackSummary._extract_from_extended_frame_gen(
        _walk_tb_with_full_positions(tb), limit=limit)


def _parse_value_tb(exc, value, tb):
    if (value is _sentinel) is not (tb is _sentinel):
        raise ValueError("Both or neither of value and tb must be given")
    if value is not _sentinel:
        return value, tb
    if exc is None:
        return None, None
    if not isinstance(exc, BaseException):
        raise TypeError(f"Exception expected for value, {type(exc).__name__} found")
    return exc, exc.__traceback__


def print_exception(exc, /, value=_sentinel, tb=_sentinel, limit=None,
                    file=None, chain=True):
    """Print exception up to 'limit' stack trace entries from 'tb' to 'file'.

    This differs from print_tb() in the following ways: (1) if
    traceback is not None, it prints a header "Traceback (most recent
    call last):"; (2) it prints the exception type and value after the
    stack trace; (3) if type is SyntaxError and value has the
    appropriate format, it prints the line where the syntax error
    occurred with a caret on the next line indicating the approximate
    position of the error.
    """
    value, tb = _parse_value_tb(exc, value, tb)
    te = TracebackException(type(value), value, tb, limit=limit, compact=True)
    te.print(file=file, chain=chain)


def _safe_string(value, what, func=str):
    try:
        return func(value)
    except:
        return f"<{what} {func.__name__}() failed>"


del _some_str


def _format_final_exc_line(etype, value):
    text = _safe_string(value, "exception")
    if value is None or not text:
        return f"{etype}\n"
    return f"{etype}: {text}\n"


class FrameSummary:
    """Information about a single frame from a traceback.

    - :attr:`filename` The filename for the frame.
    - :attr:`lineno` The line within filename for the frame that was
      active when the frame was captured.
    - :attr:`name` The name of the function or method that was executing
      when the frame was captured.
    - :attr:`line` The text from the linecache module for the
      of code that was running when the frame was captured.
    - :attr:`locals` Either None if locals were not supplied, or a dict
      mapping the name to the repr() of the variable.
    """

    __slots__ = ("filename", "lineno", "end_lineno", "colno", "end_colno",
                 "name", "_line", "locals")

    def __init__(self, filename, lineno, name, *, lookup_line=True,
                 locals=None, line=None,
                 end_lineno=None, colno=None, end_colno=None):
        """Construct a FrameSummary.

        :param lookup_line: If True, `linecache` is consulted for the source
            code line. Otherwise, the line will be looked up when first needed.
        :param locals: If supplied the frame locals, which will be captured as
            object representations.
        :param line: If provided, use this instead of looking up the line in
            the linecache.
        """
        self.filename, self.lineno, self.name = filename, lineno, name
        self.end_lineno, self.colno, self.end_colno = end_lineno, colno, end_colno
        self._line = line
        if lookup_line:
            self.line
        self.locals = None
        if locals:
            self.locals = {key: repr(value) for key, value in locals.items()}

    def _as_tuple(self):
        return self.filename, self.lineno, self.name, self.line

    def __eq__(self, other):
        if isinstance(other, FrameSummary):
            return ((self.filename, self.lineno, self.name, self.locals)
                    == (other.filename, other.lineno, other.name, other.locals))
        if isinstance(other, tuple):
            return self._as_tuple() == other
        return NotImplemented

    def __getitem__(self, pos):
        return self._as_tuple()[pos]

    def __iter__(self):
        return iter(self._as_tuple())

    def __repr__(self):
        return f"<FrameSummary file {self.filename}, line {self.lineno} in {self.name}>"

    def __len__(self):
        return 4

    @property
    def _original_line(self):
        # With its whitespace, once `line` has looked it up.
        self.line
        return self._line

    @property
    def line(self):
        if self._line is None:
            if self.lineno is None:
                return None
            self._line = linecache.getline(self.filename, self.lineno)
        return self._line.strip()


def walk_stack(f):
    """Walk a stack yielding the frame and line number for each frame.

    This will follow f.f_back from the given frame. If no frame is given, the
    current stack is used. Usually used with StackSummary.extract.
    """
    if f is None:
        # Past this generator, the one around it, and extract() with its helper.
        f = sys._getframe().f_back.f_back.f_back.f_back
    while f is not None:
        yield f, f.f_lineno
        f = f.f_back


def _walk_tb_with_full_positions(tb):
    while tb is not None:
        positions = _get_code_position(tb.tb_frame.f_code, tb.tb_lasti)
        if positions[0] is None:
            positions = (tb.tb_lineno, *positions[1:])
        yield tb.tb_frame, positions
        tb = tb.tb_next


def _get_code_position(code, instruction_index):
    if instruction_index < 0:
        return None, None, None, None
    return next(itertools.islice(code.co_positions(), instruction_index // 2, None))


class StackSummary(list):
    """A list of FrameSummary objects, representing a stack of frames."""

    @classmethod
    def extract(klass, frame_gen, *, limit=None, lookup_lines=True,
                capture_locals=False):
        """Create a StackSummary from a traceback or stack object.

        :param frame_gen: A generator that yields (frame, lineno) tuples
            whose summaries are to be included in the stack.
        :param limit: None to include all frames or the number of frames to
            include.
        :param lookup_lines: If True, lookup lines for each frame immediately,
            otherwise lookup is deferred until the frame is rendered.
        :param capture_locals: If True, the local variables from each frame will
            be captured as object representations into the FrameSummary.
        """
        # A generator, as walk_stack() counts frames.
        with_positions = ((f, (lineno, None, None, None)) for f, lineno in frame_gen)
        return klass._extract_from_extended_frame_gen(
            with_positions, limit=limit, lookup_lines=lookup_lines,
            capture_locals=capture_locals)

    @classmethod
    def _extract_from_extended_frame_gen(klass, frame_gen, *, limit=None,
                                         lookup_lines=True, capture_locals=False):
        # frame_gen gives (frame, (lineno, end_lineno, colno, end_colno)).
        if limit is None:
            limit = getattr(sys, "tracebacklimit", None)
            if limit is not None:
                limit = max(limit, 0)
        if limit is not None:
            if limit < 0:
                frame_gen = collections.deque(frame_gen, maxlen=-limit)
            else:
                frame_gen = itertools.islice(frame_gen, limit)
        summary = klass()
        filenames = set()
        for frame, (lineno, end_lineno, colno, end_colno) in frame_gen:
            code = frame.f_code
            filenames.add(code.co_filename)
            linecache.lazycache(code.co_filename, frame.f_globals)
            summary.append(FrameSummary(
                code.co_filename, lineno, code.co_name, lookup_line=False,
                locals=frame.f_locals if capture_locals else None,
                end_lineno=end_lineno, colno=colno, end_colno=end_colno))
        for filename in filenames:
            linecache.checkcache(filename)
        if lookup_lines:
            for entry in summary:
                entry.line
        return summary

    @classmethod
    def from_list(klass, a_list):
        """
        Create a StackSummary object from a supplied list of
        FrameSummary objects or old-style list of tuples.
        """
        summary = StackSummary()
        for entry in a_list:
            if not isinstance(entry, FrameSummary):
                filename, lineno, name, line = entry
                entry = FrameSummary(filename, lineno, name, line=line)
            summary.append(entry)
        return summary

    def format_frame_summary(self, frame_summary):
        """Format the lines for a single FrameSummary.

        Returns a string representing one frame involved in the stack. This
        gets called for every frame to be printed in the stack summary.
        """
        entry = frame_summary
        rows = [f'  File "{entry.filename}", line {entry.lineno}, in {entry.name}\n']
        if entry.line:
            rows.append(f"    {entry.line.strip()}\n")
            if entry.colno is not None and entry.end_colno is not None:
                rows += _caret_row(entry)
        if entry.locals:
            rows += [f"    {name} = {value}\n" for name, value in sorted(entry.locals.items())]
        return "".join(rows)

    def format(self):
        """Format the stack ready for printing.

        Returns a list of strings ready for printing.  Each string in the
        resulting list corresponds to a single frame from the stack.
        Each string ends in a newline; the strings may contain internal
        newlines as well, for those items with source text lines.

        For long sequences of the same frame and line, the first few
        repetitions are shown, followed by a summary line stating the exact
        number of further repetitions.
        """
        result = []
        last, count = None, 0

        def end_run():
            more = count - _RECURSIVE_CUTOFF
            if more > 0:
                plural = "s" if more > 1 else ""
                result.append(f"  [Previous line repeated {more} more time{plural}]\n")

        for entry in self:
            text = self.format_frame_summary(entry)
            if text is None:
                continue
            place = (entry.filename, entry.lineno, entry.name)
            if None in place or place != last:
                end_run()
                last, count = place, 0
            count += 1
            if count <= _RECURSIVE_CUTOFF:
                result.append(text)
        end_run()
        return result


def _caret_row(entry):
    """The line of carets below a source line, if it says more than the line."""
    line = entry._original_line
    stripped = entry.line.strip()
    indent = len(line) - len(entry.line.lstrip())
    start = _byte_offset_to_character_offset(line, entry.colno)
    end = _byte_offset_to_character_offset(line, entry.end_colno)
    segment = line[start:end]
    anchors = None
    if entry.lineno == entry.end_lineno:
        with suppress(Exception):
            anchors = _extract_caret_anchors_from_line_segment(segment)
    else:
        end = len(line.rstrip())
    splits = anchors and anchors.right_start_offset > anchors.left_end_offset
    if end - start >= len(stripped) and not splits:
        return
    first = _display_width(line, start) + 1
    last = _display_width(line, end) + 1
    yield "    " + " " * (first - indent)
    if anchors:
        left = _display_width(segment, anchors.left_end_offset)
        right = _display_width(segment, anchors.right_start_offset)
        yield anchors.primary_char * left
        yield anchors.secondary_char * (right - left)
        yield anchors.primary_char * (last - first - right)
    else:
        yield "^" * (last - first)
    yield "\n"


def _byte_offset_to_character_offset(str, offset):
    return len(str.encode("utf-8")[:offset].decode("utf-8", errors="replace"))


_Anchors = collections.namedtuple(
    "_Anchors",
    ["left_end_offset", "right_start_offset", "primary_char", "secondary_char"],
    defaults=["~", "^"],
)


def _extract_caret_anchors_from_line_segment(segment):
    """Where in an expression its operator or its index stands."""
    import ast

    try:
        body = ast.parse(segment).body
    except SyntaxError:
        return None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return None
    in_characters = lambda offset: _byte_offset_to_character_offset(segment, offset)

    def skip(place, until):
        while place < len(segment) and (segment[place].isspace() or until(segment[place])):
            place += 1
        return place

    expression = body[0].value
    if isinstance(expression, ast.BinOp):
        left_end = expression.left.end_col_offset
        between = segment[in_characters(left_end):in_characters(expression.right.col_offset)]
        blanks = len(between) - len(between.lstrip())
        left = left_end + blanks
        width = 1
        if blanks + 1 < len(between) and not between[blanks + 1].isspace():
            width = 2
        left = skip(left, lambda c: c in ")#")
        return _Anchors(in_characters(left), in_characters(left + width))
    if isinstance(expression, ast.Subscript):
        left = in_characters(expression.value.end_col_offset)
        right = in_characters(expression.slice.end_col_offset + 1)
        left = skip(left, lambda c: c != "[")
        right = skip(right, lambda c: c != "]")
        return _Anchors(left, right + 1 if right < len(segment) else right)
    return None


_WIDE_CHAR_SPECIFIERS = "WF"


def _display_width(line, offset):
    """The columns that the first characters of a line take on a terminal."""
    if line.isascii():
        return offset
    import unicodedata

    wide = sum(unicodedata.east_asian_width(char) in _WIDE_CHAR_SPECIFIERS
               for char in line[:offset])
    return len(line[:offset]) + wide


class _ExceptionPrintContext:
    def __init__(self):
        self.seen = set()
        self.exception_group_depth = 0
        self.need_close = False

    def indent(self):
        return "  " * self.exception_group_depth

    def emit(self, text_gen, margin_char=None):
        margin = self.indent()
        if self.exception_group_depth:
            margin += ("|" if margin_char is None else margin_char) + " "
        texts = [text_gen] if isinstance(text_gen, str) else text_gen
        for text in texts:
            yield textwrap.indent(text, margin, lambda line: True)


class TracebackException(TracebackException):
    __doc__ = TracebackException.__doc__

    def __init__(self, exc_type, exc_value, exc_traceback, *, limit=None,
                 lookup_lines=True, capture_locals=False, compact=False,
                 max_group_width=15, max_group_depth=10, _seen=None):
        is_outermost = _seen is None
        if is_outermost:
            _seen = set()
        _seen.add(id(exc_value))
        self.max_group_width = max_group_width
        self.max_group_depth = max_group_depth
        self.stack = StackSummary._extract_from_extended_frame_gen(
            _walk_tb_with_full_positions(exc_traceback),
            limit=limit, lookup_lines=lookup_lines, capture_locals=capture_locals)
        self.exc_type = exc_type
        self._str = _safe_string(exc_value, "exception")
        self.__notes__ = getattr(exc_value, "__notes__", None)
        if exc_type and issubclass(exc_type, SyntaxError):
            text_of = lambda number: None if number is None else str(number)
            self.filename = exc_value.filename
            self.lineno = text_of(exc_value.lineno)
            self.end_lineno = text_of(exc_value.end_lineno)
            self.text = exc_value.text
            self.offset = exc_value.offset
            self.end_offset = exc_value.end_offset
            self.msg = exc_value.msg
        if lookup_lines:
            self._load_lines()
        self.__suppress_context__ = exc_value is not None and exc_value.__suppress_context__
        if not is_outermost:
            return

        def wrap(exception):
            return TracebackException(
                type(exception), exception, exception.__traceback__, limit=limit,
                lookup_lines=lookup_lines, capture_locals=capture_locals,
                max_group_width=max_group_width, max_group_depth=max_group_depth,
                _seen=_seen)

        def is_new(exception):
            return exception is not None and id(exception) not in _seen

        # A list of what is still to do, so that long chains do not recurse.
        pending = [(self, exc_value)]
        while pending:
            te, e = pending.pop()
            te.__cause__ = te.__context__ = te.exceptions = None
            if not e:
                continue
            if is_new(e.__cause__):
                te.__cause__ = wrap(e.__cause__)
            shows_context = not compact or te.__cause__ is None and not e.__suppress_context__
            if shows_context and is_new(e.__context__):
                te.__context__ = wrap(e.__context__)
            if isinstance(e, BaseExceptionGroup):
                te.exceptions = [wrap(part) for part in e.exceptions]
            if te.__cause__:
                pending.append((te.__cause__, e.__cause__))
            if te.__context__:
                pending.append((te.__context__, e.__context__))
            if te.exceptions:
                pending.extend(zip(te.exceptions, e.exceptions))

    def __eq__(self, other):
        if isinstance(other, TracebackException):
            return self.__dict__ == other.__dict__
        return NotImplemented

    def format_exception_only(self):
        """Format the exception part of the traceback.

        The return value is a generator of strings, each ending in a newline.

        Generator yields the exception message.
        For :exc:`SyntaxError` exceptions, it
        also yields (before the exception message)
        several lines that (when printed)
        display detailed information about where the syntax error occurred.
        Following the message, generator also yields
        all the exception's ``__notes__``.
        """
        if self.exc_type is None:
            yield _format_final_exc_line(None, self._str)
            return
        name, module = self.exc_type.__qualname__, self.exc_type.__module__
        if module not in ("__main__", "builtins"):
            name = f"{module if isinstance(module, str) else '<unknown>'}.{name}"
        if issubclass(self.exc_type, SyntaxError):
            yield from self._format_syntax_error(name)
        else:
            yield _format_final_exc_line(name, self._str)
        if isinstance(self.__notes__, collections.abc.Sequence):
            for note in self.__notes__:
                for line in _safe_string(note, "note").split("\n"):
                    yield line + "\n"
        elif self.__notes__ is not None:
            yield _safe_string(self.__notes__, "__notes__", func=repr)

    def format(self, *, chain=True, _ctx=None):
        """Format the exception.

        If chain is not *True*, *__cause__* and *__context__* will not be formatted.

        The return value is a generator of strings, each ending in a newline and
        some containing internal newlines. `print_exception` is a wrapper around
        this method which just prints the lines to a file.

        The message indicating which exception occurred is always the last
        string in the output.
        """
        if _ctx is None:
            _ctx = _ExceptionPrintContext()
        chained = [(None, self)]
        exc = self
        while chain:
            if exc.__cause__ is not None:
                message, exc = _cause_message, exc.__cause__
            elif exc.__context__ is not None and not exc.__suppress_context__:
                message, exc = _context_message, exc.__context__
            else:
                break
            # The message stands below the earlier exception.
            chained[-1] = (message, chained[-1][1])
            chained.append((None, exc))
        for message, exc in reversed(chained):
            if message is not None:
                yield from _ctx.emit(message)
            if exc.exceptions is None:
                if exc.stack:
                    yield from _ctx.emit("Traceback (most recent call last):\n")
                    yield from _ctx.emit(exc.stack.format())
                yield from _ctx.emit(exc.format_exception_only())
            elif _ctx.exception_group_depth > self.max_group_depth:
                yield from _ctx.emit(f"... (max_group_depth is {self.max_group_depth})\n")
            else:
                yield from self._format_group(exc, chain, _ctx)

    def _format_group(self, exc, chain, _ctx):
        is_toplevel = _ctx.exception_group_depth == 0
        if is_toplevel:
            _ctx.exception_group_depth += 1
        if exc.stack:
            yield from _ctx.emit("Exception Group Traceback (most recent call last):\n",
                                 margin_char="+" if is_toplevel else None)
            yield from _ctx.emit(exc.stack.format())
        yield from _ctx.emit(exc.format_exception_only())
        total, width = len(exc.exceptions), self.max_group_width
        shown = min(total, width + 1)
        _ctx.need_close = False
        for place in range(shown):
            is_last = place == shown - 1
            if is_last:
                # A group inside closes the frame, if the last part is one.
                _ctx.need_close = True
            is_cut = place >= width
            title = "..." if is_cut else place + 1
            corner = "+-" if place == 0 else "  "
            yield f"{_ctx.indent()}{corner}+---------------- {title} ----------------\n"
            _ctx.exception_group_depth += 1
            if is_cut:
                more = total - width
                yield from _ctx.emit(f"and {more} more exception{'s' if more > 1 else ''}\n")
            else:
                yield from exc.exceptions[place].format(chain=chain, _ctx=_ctx)
            if is_last and _ctx.need_close:
                yield f"{_ctx.indent()}+------------------------------------\n"
                _ctx.need_close = False
            _ctx.exception_group_depth -= 1
        if is_toplevel:
            _ctx.exception_group_depth = 0

    def print(self, *, file=None, chain=True):
        """Print the result of self.format(chain=chain) to 'file'."""
        if file is None:
            file = sys.stderr
        for line in self.format(chain=chain):
            print(line, file=file, end="")
