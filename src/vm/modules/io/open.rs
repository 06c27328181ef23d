//! `open`, `open_code`, `text_encoding`.
//!
//! CPython 3.11: `_io_open_impl` in `Modules/_io/_iomodule.c`.

use super::buffered_types::{PyBufferedRandom, PyBufferedReader, PyBufferedWriter};
use super::fileio::PyFileIO;
use super::text::PyTextIOWrapper;
use super::{IoState, ask, chained};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Payload, Value};
use crate::protocol::args::NONE;
use crate::protocol::{attr, call, fs, number, warn};
use crate::types::str::value::PyStr;

/// What `open` is asked for besides the file and the mode.
pub struct Request<'a> {
    /// Size of the buffer; 0 for none, 1 for lines, negative for what suits the file.
    pub buffering: isize,
    /// The encoding, or None.
    pub encoding: &'a Value,
    /// The error handler, or None.
    pub errors: &'a Value,
    /// The line end, or None.
    pub newline: &'a Value,
    /// Whether to close a file descriptor that was given.
    pub closefd: bool,
    /// What opens the file, or None.
    pub opener: &'a Value,
}

impl Default for Request<'_> {
    fn default() -> Self {
        Request {
            buffering: -1,
            encoding: &NONE,
            errors: &NONE,
            newline: &NONE,
            closefd: true,
            opener: &NONE,
        }
    }
}

/// The letters of a mode.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn parse(vm: &Vm, mode: &str) -> PyResult<Mode> {
        let mut parsed = Mode::default();
        for c in mode.chars() {
            let flag = match c {
                'x' => &mut parsed.creating,
                'r' => &mut parsed.reading,
                'w' => &mut parsed.writing,
                'a' => &mut parsed.appending,
                '+' => &mut parsed.updating,
                't' => &mut parsed.text,
                'b' => &mut parsed.binary,
                _ => return Err(vm.value_error(format!("invalid mode: '{mode}'"))),
            };
            if std::mem::replace(flag, true) {
                return Err(vm.value_error(format!("invalid mode: '{mode}'")));
            }
        }
        Ok(parsed)
    }

    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters
            .into_iter()
            .filter_map(|(is_set, letter)| is_set.then_some(letter))
            .collect()
    }

    fn check(&self, vm: &Vm, request: &Request<'_>) -> PyResult<()> {
        if self.text && self.binary {
            return Err(vm.value_error("can't have text and binary mode at once"));
        }
        let kinds = [self.creating, self.reading, self.writing, self.appending];
        if kinds.into_iter().filter(|kind| *kind).count() > 1 {
            return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
        }
        if !self.binary {
            return Ok(());
        }
        for (name, value) in [
            ("an encoding", request.encoding),
            ("an errors", request.errors),
            ("a newline", request.newline),
        ] {
            if !value.is_none() {
                return Err(vm.value_error(format!("binary mode doesn't take {name} argument")));
            }
        }
        if request.buffering == 1 {
            let message = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
            warn::warn(vm, ExcKind::RuntimeWarning, message, 1)?;
        }
        Ok(())
    }
}

/// `open(file, mode, …)`
pub fn open(vm: &Vm, file: &Value, mode: &str, request: &Request<'_>) -> PyResult<Value> {
    let file = if number::is_number(vm, file) {
        file.clone()
    } else {
        fs::fspath(vm, file)?
    };
    let parsed = Mode::parse(vm, mode)?;
    parsed.check(vm, request)?;
    let arguments = [
        file,
        vm.new_str(&parsed.raw()),
        Value::bool(request.closefd),
        request.opener.clone(),
    ];
    let raw = call::call_args(vm, &PyFileIO::class(vm).to_value(), &arguments)?;
    // From here on, what was made is closed when something fails.
    let mut made = raw.clone();
    match wrap(vm, &raw, mode, &parsed, request, &mut made) {
        Ok(stream) => Ok(stream),
        Err(error) => match attr::call_method(vm, &made, &vm.names.close, &[]) {
            Ok(_) => Err(error),
            Err(second) => Err(chained(Some(error), second)),
        },
    }
}

fn wrap(
    vm: &Vm,
    raw: &Value,
    mode: &str,
    parsed: &Mode,
    request: &Request<'_>,
    made: &mut Value,
) -> PyResult<Value> {
    let mut buffering = request.buffering;
    let is_terminal = buffering < 0 && ask(vm, raw, "isatty")?;
    let line_buffering = buffering == 1 || is_terminal;
    if line_buffering {
        buffering = -1;
    }
    if buffering < 0 {
        let size = attr::get(vm, raw, &vm.intern_str("_blksize"))?;
        buffering = number::to_index_isize(vm, &size, ExcKind::OverflowError)?;
    }
    if buffering < 0 {
        return Err(vm.value_error("invalid buffering size"));
    }
    if buffering == 0 {
        if !parsed.binary {
            return Err(vm.value_error("can't have unbuffered text I/O"));
        }
        return Ok(raw.clone());
    }
    let class = if parsed.updating {
        PyBufferedRandom::class(vm)
    } else if parsed.creating || parsed.writing || parsed.appending {
        PyBufferedWriter::class(vm)
    } else if parsed.reading {
        PyBufferedReader::class(vm)
    } else {
        return Err(vm.value_error(format!("unknown mode: '{mode}'")));
    };
    let arguments = [raw.clone(), vm.new_int(buffering as i64)];
    let buffer = call::call_args(vm, &class.to_value(), &arguments)?;
    *made = buffer.clone();
    if parsed.binary {
        return Ok(buffer);
    }
    let arguments = [
        buffer,
        request.encoding.clone(),
        request.errors.clone(),
        request.newline.clone(),
        Value::bool(line_buffering),
    ];
    let stream = call::call_args(vm, &PyTextIOWrapper::class(vm).to_value(), &arguments)?;
    *made = stream.clone();
    attr::set(vm, &stream, &vm.names.mode, vm.new_str(mode))?;
    Ok(stream)
}

/// An argument that is a str or None.
fn optional_str(vm: &Vm, function: &str, name: &str, value: &Value) -> PyResult<()> {
    match value.downcast_ref::<PyStr>() {
        Some(text) => match text.to_str() {
            Some(text) if text.contains('\0') => Err(vm.value_error("embedded null character")),
            Some(_) => Ok(()),
            None => crate::types::str::codec::to_utf8(vm, text).map(drop),
        },
        None if value.is_none() => Ok(()),
        None => Err(vm.type_error(format!(
            "{function}() argument '{name}' must be str or None, not {}",
            value.class(vm).tp_name()
        ))),
    }
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use super::{IoState, Request};
    use crate::context::errors::ExcKind;
    use crate::context::{PyResult, Vm};
    use crate::object::Value;
    use crate::protocol::warn;
    use crate::types::str::value::PyStr;

    #[pyfunction(
        sig = "open($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)",
        doc = "Open file and return a stream.  Raise OSError upon failure.\n\nfile is either a text or byte string giving the name (and the path\nif the file isn't in the current working directory) of the file to\nbe opened or an integer file descriptor of the file to be\nwrapped. (If a file descriptor is given, it is closed when the\nreturned I/O object is closed, unless closefd is set to False.)\n\nmode is an optional string that specifies the mode in which the file\nis opened. It defaults to 'r' which means open for reading in text\nmode.  Other common values are 'w' for writing (truncating the file if\nit already exists), 'x' for creating and writing to a new file, and\n'a' for appending (which on some Unix systems, means that all writes\nappend to the end of the file regardless of the current seek position).\nIn text mode, if encoding is not specified the encoding used is platform\ndependent: locale.getencoding() is called to get the current locale encoding.\n(For reading and writing raw bytes use binary mode and leave encoding\nunspecified.)"
    )]
    #[expect(clippy::too_many_arguments, reason = "Python's")]
    fn open(
        vm: &Vm,
        file: &Value,
        #[default(String::from("r"))] mode: String,
        buffering: i32,
        encoding: &Value,
        errors: &Value,
        newline: &Value,
        closefd: bool,
        opener: &Value,
    ) -> PyResult<Value> {
        for (name, value) in [
            ("encoding", encoding),
            ("errors", errors),
            ("newline", newline),
        ] {
            super::optional_str(vm, "open", name, value)?;
        }
        let request = Request {
            buffering: buffering as isize,
            encoding,
            errors,
            newline,
            closefd,
            opener,
        };
        super::open(vm, file, &mode, &request)
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise interchangeable
    /// with calling open(path, 'rb').
    #[pyfunction(sig = "open_code($module, /, path)")]
    fn open_code(vm: &Vm, path: &Value) -> PyResult<Value> {
        if path.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error(format!(
                "open_code() argument 'path' must be str, not {}",
                if path.is_none() {
                    String::from("None")
                } else {
                    path.class(vm).tp_name()
                }
            )));
        }
        super::open(vm, path, "rb", &Request::default())
    }

    /// A helper function to choose the text encoding.
    ///
    /// When encoding is not None, this function returns it.
    /// Otherwise, this function returns the default text encoding
    /// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
    ///
    /// This function emits an EncodingWarning if encoding is None and
    /// sys.flags.warn_default_encoding is true.
    ///
    /// This can be used in APIs with an encoding=None parameter.
    /// However, please consider using encoding="utf-8" for new APIs.
    #[pyfunction(sig = "text_encoding($module, encoding, stacklevel=2, /)")]
    fn text_encoding(vm: &Vm, encoding: &Value, stacklevel: i32) -> PyResult<Value> {
        if !encoding.is_none() {
            return Ok(encoding.clone());
        }
        let state = vm.state.get::<IoState>();
        if state.warn_default_encoding.get() {
            let message = "'encoding' argument not specified";
            let level = usize::try_from(stacklevel).unwrap_or(0);
            warn::warn(vm, ExcKind::EncodingWarning, message, level)?;
        }
        Ok(vm.new_str(if state.utf8_mode.get() {
            "utf-8"
        } else {
            "locale"
        }))
    }
}
