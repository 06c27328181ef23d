//! `OSError`: the error number chooses the class, and the file names stand apart from `args`.
//!
//! CPython 3.11: `OSError_new` and its kin in `Objects/exceptions.c`.

use super::base;
use super::member::{no_keywords, payload};
use super::value::{ExceptionPayload, PyOSError};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::exception_member;
use crate::object::{
    Args, Binding, GetSetDef, MethodDef, NativeFn, Py, PyRef, PyType, Table, Value,
};
use crate::protocol::text::concat;
use crate::protocol::{number, repr};
use crate::types::tuple::value::PyTuple;
use std::ptr::fn_addr_eq;

/// What `OSError` does.
pub static TABLE: Table = Table {
    methods: &[MethodDef {
        name: "__reduce__",
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(reduce),
    }],
    getsets: &[
        exception_member!(PyOSError, errno, Some("POSIX exception code")),
        exception_member!(PyOSError, strerror, Some("exception strerror")),
        exception_member!(PyOSError, filename, Some("exception filename")),
        exception_member!(PyOSError, filename2, Some("second exception filename")),
        GetSetDef {
            name: "characters_written",
            doc: None,
            get: Some(get_written),
            set: Some(set_written),
            member: false,
        },
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.str.set(Some(str_slot));
    },
};

/// What the builtin classes derived from `OSError` do.
pub static DERIVED: Table = Table {
    fill_slots: |slots| slots.init.set(Some(init)),
    ..Table::EMPTY
};

/// The class for an error number.
pub fn kind_of_errno(errno: i64) -> ExcKind {
    let Ok(errno) = i32::try_from(errno) else {
        return ExcKind::OSError;
    };
    match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => ExcKind::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => ExcKind::BrokenPipeError,
        libc::ECHILD => ExcKind::ChildProcessError,
        libc::ECONNABORTED => ExcKind::ConnectionAbortedError,
        libc::ECONNREFUSED => ExcKind::ConnectionRefusedError,
        libc::ECONNRESET => ExcKind::ConnectionResetError,
        libc::EEXIST => ExcKind::FileExistsError,
        libc::ENOENT => ExcKind::FileNotFoundError,
        libc::EISDIR => ExcKind::IsADirectoryError,
        libc::ENOTDIR => ExcKind::NotADirectoryError,
        libc::EINTR => ExcKind::InterruptedError,
        libc::EACCES | libc::EPERM => ExcKind::PermissionError,
        libc::ESRCH => ExcKind::ProcessLookupError,
        libc::ETIMEDOUT => ExcKind::TimeoutError,
        _ => ExcKind::OSError,
    }
}

/// Whether a class defines `__init__` but not `__new__`: then arguments are read by `__init__`.
fn uses_init(class: &Py<PyType>) -> bool {
    let own_init = class
        .slots
        .init
        .get()
        .is_some_and(|slot| !fn_addr_eq(slot, init as crate::object::slots::InitFn));
    let our_new = class
        .slots
        .new
        .get()
        .is_some_and(|slot| fn_addr_eq(slot, new as crate::object::slots::NewFn));
    own_init && our_new
}

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if uses_init(class) {
        return Ok(base::allocate(class, vm.empty_tuple()));
    }
    no_keywords(vm, &class.tp_name(), args)?;
    let os_error = vm.exception_class(ExcKind::OSError);
    let mut class = class.to_ref();
    if class.is(&os_error)
        && let [errno, _, ..] = args.positional()
        && args.positional().len() <= 5
        && let Some(errno) = errno.as_int().and_then(|errno| errno.to_i64())
    {
        class = vm.exception_class(kind_of_errno(errno));
    }
    let this = base::allocate(&class, PyTuple::from_slice(vm, args.positional()));
    fill(vm, &this, args.positional())?;
    Ok(this)
}

fn init(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    let class = this.class(vm);
    if !uses_init(class) {
        return Ok(());
    }
    no_keywords(vm, &class.tp_name(), args)?;
    fill(vm, this, args.positional())
}

/// Sets the fields from the arguments: `errno, strerror[, filename[, winerror[, filename2]]]`.
fn fill(vm: &Vm, this: &Value, args: &[Value]) -> PyResult<()> {
    let error = payload::<PyOSError>(vm, this)?;
    let mut kept = args;
    if (2..=5).contains(&args.len()) {
        let filename = args.get(2).filter(|name| !name.is_none());
        if let Some(filename) = filename {
            let blocking = this
                .class(vm)
                .is(&vm.exception_class(ExcKind::BlockingIOError));
            if blocking && number::is_number(vm, filename) {
                let written = number::to_index_isize(vm, filename, ExcKind::ValueError)?;
                error.written.set(written);
            } else {
                error.filename.set(Some(filename.clone()));
                if let Some(filename2) = args.get(4).filter(|name| !name.is_none()) {
                    error.filename2.set(Some(filename2.clone()));
                }
                kept = &args[..2];
            }
        }
        error.errno.set(Some(args[0].clone()));
        error.strerror.set(Some(args[1].clone()));
    }
    error.base().args.set(PyTuple::from_slice(vm, kept));
    Ok(())
}

fn str_slot(vm: &Vm, this: &Value) -> PyResult<Value> {
    let error = payload::<PyOSError>(vm, this)?;
    let (errno, strerror) = (error.errno.get(), error.strerror.get());
    let filename = error.filename.get();
    if filename.is_none() && (errno.is_none() || strerror.is_none()) {
        return base::str_slot(vm, this);
    }
    let errno = repr::str(vm, &errno.unwrap_or(Value::None))?;
    let strerror = repr::str(vm, &strerror.unwrap_or(Value::None))?;
    let mut parts = vec![
        "[Errno ".into(),
        (&errno).into(),
        "] ".into(),
        (&strerror).into(),
    ];
    let (name, name2);
    if let Some(filename) = filename {
        name = repr::repr(vm, &filename)?;
        parts.extend([": ".into(), (&name).into()]);
        if let Some(filename2) = error.filename2.get() {
            name2 = repr::repr(vm, &filename2)?;
            parts.extend([" -> ".into(), (&name2).into()]);
        }
    }
    Ok(concat(vm, &parts).into_value())
}

fn reduce(vm: &Vm, this: &Value) -> PyResult<Value> {
    let error = payload::<PyOSError>(vm, this)?;
    let args = error.base().args.get();
    let Some(filename) = error.filename.get().filter(|_| args.len() == 2) else {
        return Ok(base::reduce_with(vm, this, args.into_value()));
    };
    let mut full = args.as_slice().to_vec();
    full.push(filename);
    if let Some(filename2) = error.filename2.get() {
        full.extend([Value::None, filename2]);
    }
    Ok(base::reduce_with(vm, this, vm.new_tuple(full)))
}

fn get_written(vm: &Vm, this: &Value) -> PyResult<Value> {
    match payload::<PyOSError>(vm, this)?.written.get() {
        -1 => Err(vm.attribute_error("characters_written")),
        written => Ok(vm.new_int(written as i64)),
    }
}

fn set_written(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    let written = &payload::<PyOSError>(vm, this)?.written;
    match value {
        None if written.get() == -1 => return Err(vm.attribute_error("characters_written")),
        None => written.set(-1),
        Some(value) => written.set(number::to_index_isize(vm, &value, ExcKind::ValueError)?),
    }
    Ok(())
}

/// The system's text for an error number.
pub fn strerror(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
}

impl Vm {
    /// The OSError for an error number, with the file names when given.
    #[cold]
    #[inline(never)]
    pub fn os_error_with(
        &self,
        errno: i32,
        filename: Option<&Value>,
        filename2: Option<&Value>,
    ) -> PyErr {
        let mut args = vec![self.new_int(errno.into()), self.new_str(&strerror(errno))];
        if let Some(filename) = filename {
            args.push(filename.clone());
            if let Some(filename2) = filename2 {
                args.extend([Value::None, filename2.clone()]);
            }
        }
        let class = self.exception_class(ExcKind::OSError);
        super::raise::instantiate(self, &class, &args)
    }

    /// The OSError for an error number, with the file's name when given.
    #[cold]
    pub fn os_error(&self, errno: i32, filename: Option<&Value>) -> PyErr {
        self.os_error_with(errno, filename, None)
    }

    /// The OSError for an error of the standard library, with the file's name when given.
    #[cold]
    pub fn io_error(&self, error: &std::io::Error, filename: Option<&Value>) -> PyErr {
        match error.raw_os_error() {
            Some(errno) => self.os_error(errno, filename),
            None => self.os_error_text(error.to_string()),
        }
    }
}

/// The class of an error number as a type.
pub fn class_of_errno(vm: &Vm, errno: i32) -> PyRef<PyType> {
    vm.exception_class(kind_of_errno(errno.into()))
}
