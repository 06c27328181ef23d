//! `termios`: the attributes of terminals.
//!
//! CPython 3.11: `Modules/termios.c`.

mod constants;

use crate::ffi::Sys;
use crate::support;
use std::cell::RefCell;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{PyRef, PyType, Value};
use vm::types::exceptions::os_error::strerror;
use vm::types::exceptions::raise::instantiate;

pub use termios_module::DEF;

/// `termios.error`
#[derive(Default)]
struct Shared {
    error: RefCell<Option<PyRef<PyType>>>,
}

fn error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
    let shared = vm.state.get::<Shared>();
    if let Some(class) = &*shared.error.borrow() {
        return Ok(class.clone());
    }
    let class = support::exception_class(vm, "termios", "error", ExcKind::Exception)?;
    *shared.error.borrow_mut() = Some(class.clone());
    Ok(class)
}

fn failed(vm: &Vm, errno: i32) -> PyErr {
    match error_class(vm) {
        Ok(class) => {
            let text = vm.new_str(&strerror(errno));
            instantiate(vm, &class, &[vm.new_int(errno.into()), text])
        }
        Err(error) => error,
    }
}

/// The result of a system call that gives nothing.
fn done<T>(vm: &Vm, result: Sys<T>) -> PyResult<()> {
    result.map(drop).map_err(|errno| failed(vm, errno))
}

fn not_attributes(vm: &Vm) -> PyErr {
    vm.type_error("tcsetattr, arg 3: must be 7 element list")
}

/// Special characters from a list of bytes objects of one byte, or numbers.
fn control_characters(vm: &Vm, list: &Value, count: usize) -> PyResult<Vec<u8>> {
    let wrong_list = || {
        vm.type_error(format!(
            "tcsetattr: attributes[6] must be {count} element list"
        ))
    };
    let list = list
        .downcast_ref::<vm::types::list::value::PyList>()
        .ok_or_else(wrong_list)?;
    let items = list.to_vec();
    if items.len() != count {
        return Err(wrong_list());
    }
    let mut characters = Vec::with_capacity(count);
    for item in &items {
        let bytes = item.downcast_ref::<vm::types::bytes::value::PyBytes>();
        match (bytes.map(|bytes| bytes.as_slice()), item.as_int()) {
            (Some([byte]), _) => characters.push(*byte),
            (_, Some(number)) => {
                let number = number.to_i64().ok_or_else(|| {
                    vm.overflow_error("Python int too large to convert to C long")
                })?;
                characters.push(number as u8);
            }
            _ => {
                return Err(vm.type_error(
                    "tcsetattr: elements of attributes must be characters or integers",
                ));
            }
        }
    }
    Ok(characters)
}

/// This module provides an interface to the Posix calls for tty I/O control.
/// For a complete description of these calls, see the Posix or Unix manual
/// pages. It is only available for those Unix versions that support Posix
/// termios style tty I/O control.
///
/// All functions in this module take a file descriptor fd as their first
/// argument. This can be an integer file descriptor, such as returned by
/// sys.stdin.fileno(), or a file object, such as sys.stdin itself.
#[derive::pymodule(name = "termios", needs_os)]
mod termios_module {
    use super::constants::NUMBERS;
    use super::{control_characters, done, error_class, failed, not_attributes};
    use crate::ffi;
    use crate::support::descriptor;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{PyRef, PyType, Value};
    use vm::protocol::convert_int::to_i64;
    use vm::protocol::sequence;
    use vm::types::list::value::PyList;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in NUMBERS {
            set(vm, module, name, vm.new_int(*number))?;
        }
        Ok(())
    }

    #[pyattr(name = "error")]
    fn error_attribute(vm: &Vm) -> PyResult<PyRef<PyType>> {
        error_class(vm)
    }

    /// Get the tty attributes for file descriptor fd.
    ///
    /// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
    /// where cc is a list of the tty special characters (each a string of
    /// length 1, except the items with indices VMIN and VTIME, which are
    /// integers when these fields are defined).  The interpretation of the
    /// flags and the speeds as well as the indexing in the cc array must be
    /// done using the symbolic constants defined in this module.
    #[pyfunction(sig = "tcgetattr($module, fd, /)")]
    fn tcgetattr(vm: &Vm, fd: &Value) -> PyResult<Value> {
        let fd = descriptor(vm, fd)?;
        let mode = ffi::tcgetattr(fd).map_err(|errno| failed(vm, errno))?;
        let mut characters: Vec<Value> =
            mode.c_cc.iter().map(|byte| vm.new_bytes(&[*byte])).collect();
        // Without line editing two of them are numbers.
        if mode.c_lflag & libc::ICANON == 0 {
            for place in [libc::VMIN, libc::VTIME] {
                if let (Some(slot), Some(number)) =
                    (characters.get_mut(place), mode.c_cc.get(place))
                {
                    *slot = vm.new_int((*number).into());
                }
            }
        }
        let numbers = [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag];
        let mut items: Vec<Value> = numbers.iter().map(|n| vm.new_int((*n).into())).collect();
        for speed in ffi::speeds(&mode) {
            items.push(vm.new_int(speed.into()));
        }
        items.push(vm.new_list(characters));
        Ok(vm.new_list(items))
    }

    /// Set the tty attributes for file descriptor fd.
    ///
    /// The attributes to be set are taken from the attributes argument, which
    /// is a list like the one returned by tcgetattr(). The when argument
    /// determines when the attributes are changed: termios.TCSANOW to
    /// change immediately, termios.TCSADRAIN to change after transmitting all
    /// queued output, or termios.TCSAFLUSH to change after transmitting all
    /// queued output and discarding all queued input.
    #[pyfunction(sig = "tcsetattr($module, fd, when, attributes, /)")]
    fn tcsetattr(vm: &Vm, fd: &Value, when: i32, attributes: &Value) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let list = attributes.downcast_ref::<PyList>();
        let items = list.map(|list| list.to_vec()).unwrap_or_default();
        let [numbers @ .., characters] = items.as_slice() else {
            return Err(not_attributes(vm));
        };
        let [iflag, oflag, cflag, lflag, ispeed, ospeed] = numbers else {
            return Err(not_attributes(vm));
        };
        let mut mode = ffi::tcgetattr(fd).map_err(|errno| failed(vm, errno))?;
        mode.c_iflag = to_i64(vm, iflag)? as libc::tcflag_t;
        mode.c_oflag = to_i64(vm, oflag)? as libc::tcflag_t;
        mode.c_cflag = to_i64(vm, cflag)? as libc::tcflag_t;
        mode.c_lflag = to_i64(vm, lflag)? as libc::tcflag_t;
        let speeds = [to_i64(vm, ispeed)?, to_i64(vm, ospeed)?];
        let characters = control_characters(vm, characters, mode.c_cc.len())?;
        mode.c_cc.copy_from_slice(&characters);
        done(vm, ffi::set_speeds(&mut mode, speeds.map(|n| n as libc::speed_t)))?;
        done(vm, ffi::tcsetattr(fd, when, &mode))
    }

    /// Send a break on file descriptor fd.
    ///
    /// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
    /// has a system dependent meaning.
    #[pyfunction(sig = "tcsendbreak($module, fd, duration, /)")]
    fn tcsendbreak(vm: &Vm, fd: &Value, duration: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        done(vm, ffi::tcsendbreak(fd, duration))
    }

    /// Wait until all output written to file descriptor fd has been transmitted.
    #[pyfunction(sig = "tcdrain($module, fd, /)")]
    fn tcdrain(vm: &Vm, fd: &Value) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let result = vm.allow_threads(|| ffi::tcdrain(fd));
        done(vm, result)
    }

    /// Discard queued data on file descriptor fd.
    ///
    /// The queue selector specifies which queue: termios.TCIFLUSH for the input
    /// queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for
    /// both queues.
    #[pyfunction(sig = "tcflush($module, fd, queue, /)")]
    fn tcflush(vm: &Vm, fd: &Value, queue: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        done(vm, ffi::tcflush(fd, queue))
    }

    /// Suspend or resume input or output on file descriptor fd.
    ///
    /// The action argument can be termios.TCOOFF to suspend output,
    /// termios.TCOON to restart output, termios.TCIOFF to suspend input,
    /// or termios.TCION to restart input.
    #[pyfunction(sig = "tcflow($module, fd, action, /)")]
    fn tcflow(vm: &Vm, fd: &Value, action: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        done(vm, ffi::tcflow(fd, action))
    }

    /// Get the tty winsize for file descriptor fd.
    ///
    /// Returns a tuple (ws_row, ws_col).
    #[pyfunction(sig = "tcgetwinsize($module, fd, /)")]
    fn tcgetwinsize(vm: &Vm, fd: &Value) -> PyResult<Value> {
        let fd = descriptor(vm, fd)?;
        let size = ffi::window_size(fd).map_err(|errno| failed(vm, errno))?;
        let (rows, columns) = (size.ws_row.into(), size.ws_col.into());
        Ok(vm.new_tuple(vec![vm.new_int(rows), vm.new_int(columns)]))
    }

    /// Set the tty winsize for file descriptor fd.
    ///
    /// The winsize to be set is taken from the winsize argument, which
    /// is a two-item tuple (ws_row, ws_col) like the one returned by tcgetwinsize().
    #[pyfunction(sig = "tcsetwinsize($module, fd, winsize, /)")]
    fn tcsetwinsize(vm: &Vm, fd: &Value, winsize: &Value) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let wrong = || vm.type_error("tcsetwinsize, arg 2: must be a two-item sequence");
        if !sequence::is_sequence(vm, winsize) || sequence::len(vm, winsize)? != 2 {
            return Err(wrong());
        }
        let side = |place: isize| to_i64(vm, &sequence::get_item(vm, winsize, place)?);
        let (rows, columns) = (side(0)?, side(1)?);
        let mut size = ffi::window_size(fd).map_err(|errno| failed(vm, errno))?;
        let (Ok(rows), Ok(columns)) = (u16::try_from(rows), u16::try_from(columns)) else {
            return Err(vm.overflow_error("winsize value(s) out of range."));
        };
        (size.ws_row, size.ws_col) = (rows, columns);
        done(vm, ffi::set_window_size(fd, &size))
    }
}
