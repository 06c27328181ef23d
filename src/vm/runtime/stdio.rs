//! The standard streams of a new interpreter, and `builtins.open`.
//!
//! CPython 3.11: `init_sys_streams`, `create_stdio`, `init_set_builtins_open` in `Python/pylifecycle.c`, `config_init_stdio_encoding` in
//! `Python/initconfig.c`.

use super::config::Config;
use super::locale::Locale;
use crate::context::{PyResult, Vm};
use crate::modules::io::codec::is_native;
use crate::modules::io::fileio::PyFileIO;
use crate::modules::io::open::{self, Request};
use crate::modules::io::text::PyTextIOWrapper;
use crate::modules::io::{IoState, ask};
use crate::modules::{native, sys};
use crate::object::{Payload, Value};
use crate::protocol::{attr, call};
use crate::types::str::codec::Codec;
use crate::types::str::codec_registry;

/// Encoding and error handler of the standard streams.
struct Coding {
    /// The one to start with.
    encoding: String,
    /// The one that was asked for.
    wanted: String,
    errors: String,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Coding {
    fn of(config: &Config, locale: &Locale) -> Coding {
        let mut errors = config.stdio_errors.as_deref().map(text);
        if config.stdio_encoding.is_some() && errors.is_none() {
            errors = Some(String::from("strict"));
        }
        let lenient = config.utf8_mode > 0 || locale.is_c || locale.is_coercion_target;
        let encoding = match &config.stdio_encoding {
            Some(encoding) => text(encoding),
            None if config.utf8_mode > 0 => String::from("utf-8"),
            None => locale.codeset.clone(),
        };
        Coding {
            encoding: match Codec::of(&encoding) {
                // What the C library calls ASCII.
                None if encoding == "ANSI_X3.4-1968" => String::from("ascii"),
                Some(Codec::Ascii) => String::from("ascii"),
                Some(Codec::Latin1) => String::from("iso8859-1"),
                // Others are known once modules can be imported (`set_encoding`).
                _ => String::from("utf-8"),
            },
            wanted: encoding,
            errors: errors.unwrap_or_else(|| {
                String::from(if lenient { "surrogateescape" } else { "strict" })
            }),
        }
    }
}

/// Sets `builtins.open`, `sys.stdin` and its kin; None for those that are closed.
pub fn add_streams(vm: &Vm, config: &Config, locale: &Locale) -> PyResult<()> {
    let state = vm.state.get::<IoState>();
    state.utf8_mode.set(config.utf8_mode > 0);
    state.dev_mode.set(config.dev_mode);
    state
        .warn_default_encoding
        .set(config.warn_default_encoding);
    state.locale_encoding.replace(Some(locale.codeset.clone()));
    if native::find(vm, "_io").is_none() {
        return Ok(());
    }
    let module = crate::import::builtin::load(vm, "_io")?;
    if let Some(builtins) = vm.builtins.get() {
        let function = attr::get(vm, &module, &vm.names.open)?;
        builtins.set_str(vm, &vm.names.open, function);
    }
    let coding = Coding::of(config, locale);
    for (fd, name) in ["stdin", "stdout", "stderr"].into_iter().enumerate() {
        let fd = fd as i32;
        let errors = if fd == 2 {
            "backslashreplace"
        } else {
            &coding.errors
        };
        // Only a descriptor that is open makes a stream.
        let stream = if vm.host().fstat(fd).is_ok() {
            create(vm, config, fd, name, &coding.encoding, errors)?
        } else {
            Value::None
        };
        sys::set(vm, &format!("__{name}__"), stream.clone());
        sys::set(vm, name, stream);
    }
    Ok(())
}

/// Gives the streams the encoding that was asked for, where it is one that `encodings` has.
pub fn set_encoding(vm: &Vm, config: &Config) -> PyResult<()> {
    if config.stdio_encoding.is_none() {
        return Ok(());
    }
    let coding = Coding::of(config, &Locale::of(&config.environ));
    if Codec::of(&coding.wanted).is_some_and(is_native) {
        return Ok(());
    }
    let info = codec_registry::lookup(vm, &coding.wanted)?;
    let encoding = attr::get(vm, &info, &vm.names.name)?;
    for name in ["stdin", "stdout", "stderr"] {
        let Some(stream) = sys::get(vm, name).filter(|stream| !stream.is_none()) else {
            continue;
        };
        let errors = if name == "stderr" {
            "backslashreplace"
        } else {
            &coding.errors
        };
        let reconfigure = attr::get(vm, &stream, &vm.intern_str("reconfigure"))?;
        let keywords = [
            (&*vm.names.encoding, encoding.clone()),
            (&*vm.names.errors, vm.new_str(errors)),
        ];
        call::call_keywords(vm, &reconfigure, &[], &keywords)?;
    }
    Ok(())
}

fn create(
    vm: &Vm,
    config: &Config,
    fd: i32,
    name: &str,
    encoding: &str,
    errors: &str,
) -> PyResult<Value> {
    let writes = fd != 0;
    // Reading is always buffered: text streams need `read1`.
    let unbuffered = !config.buffered_stdio && writes;
    let request = Request {
        buffering: if unbuffered { 0 } else { -1 },
        closefd: false,
        ..Request::default()
    };
    let mode = if writes { "wb" } else { "rb" };
    let buffer = open::open(vm, &vm.new_int(fd.into()), mode, &request)?;
    let raw = if unbuffered {
        buffer.clone()
    } else {
        attr::get(vm, &buffer, &vm.intern_str("raw"))?
    };
    attr::set(vm, &raw, &vm.names.name, vm.new_str(&format!("<{name}>")))?;
    let is_terminal = match raw.downcast_ref::<PyFileIO>() {
        Some(raw) => raw.isatty(vm)?,
        None => ask(vm, &raw, "isatty")?,
    };
    let write_through = !config.buffered_stdio;
    let line_buffering = !write_through && (is_terminal || fd == 2 || config.interactive > 0);
    let arguments = [
        buffer,
        vm.new_str(encoding),
        vm.new_str(errors),
        vm.new_str("\n"),
        Value::bool(line_buffering),
        Value::bool(write_through),
    ];
    let class = PyTextIOWrapper::class(vm).to_value();
    let stream = call::call_args(vm, &class, &arguments)?;
    let mode = vm.new_str(if writes { "w" } else { "r" });
    attr::set(vm, &stream, &vm.names.mode, mode)?;
    Ok(stream)
}
