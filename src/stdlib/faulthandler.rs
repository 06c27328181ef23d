//! `faulthandler`: tracebacks on demand.
//!
//! CPython's handler of fatal signals says where Python was when native code crashed. `enable()` and `is_enabled()` keep their meaning for
//! programs, but install nothing: there is no native code here that programs can make crash. Dumps after a time and on a signal are not
//! written yet.
//!
//! CPython 3.11: `Modules/faulthandler.c`, `_Py_DumpTraceback` in `Python/traceback.c`.

pub use faulthandler_module::DEF;

use std::cell::Cell;
use std::fmt::Write as _;
use vm::context::{PyResult, Vm};
use vm::import::util::{call_method, get, get_opt, module_get, sys_get, text};
use vm::object::Value;
use vm::protocol::{convert_int, repr};
use vm::types::dict::value::PyDict;

/// Frames that are shown of a thread.
const FRAMES_MAX: usize = 100;

/// Whether the handler counts as enabled.
#[derive(Default)]
struct Enabled(Cell<bool>);

/// The descriptor of `file`, which is a number, has `fileno()`, or stands for `sys.stderr`.
fn descriptor(vm: &Vm, file: Option<&Value>) -> PyResult<i32> {
    let file = match file {
        Some(file) if !file.is_none() => file.clone(),
        _ => match sys_get(vm, "stderr") {
            Some(file) if !file.is_none() => file,
            Some(_) => return Err(vm.runtime_error("sys.stderr is None")),
            None => return Err(vm.runtime_error("unable to get sys.stderr")),
        },
    };
    if file.as_small_int().is_some() {
        let fd = convert_int::to_i32(vm, &file)?;
        if fd < 0 {
            return Err(vm.value_error("file is not a valid file descripter"));
        }
        return Ok(fd);
    }
    let fd = call_method(vm, &file, "fileno", &[])?;
    let fd = convert_int::to_i32(vm, &fd)?;
    // What was printed before belongs before it.
    drop(call_method(vm, &file, "flush", &[]));
    Ok(fd)
}

/// The lines of one thread.
fn dump_frames(vm: &Vm, frame: &Value, out: &mut String) -> PyResult<()> {
    let mut frame = frame.clone();
    for _ in 0..FRAMES_MAX {
        if frame.is_none() {
            return Ok(());
        }
        let code = get(vm, &frame, "f_code")?;
        let file = text(&get(vm, &code, "co_filename")?);
        let name = text(&get(vm, &code, "co_name")?);
        let line = match get(vm, &frame, "f_lineno")? {
            line if line.is_none() => String::from("???"),
            line => repr::str_text(vm, &line)?,
        };
        // Nothing can go wrong when a String is written to.
        let _ = writeln!(out, "  File \"{file}\", line {line} in {name}");
        frame = get(vm, &frame, "f_back")?;
    }
    out.push_str("  ...\n");
    Ok(())
}

/// The text that `dump_traceback` writes.
fn dump(vm: &Vm, all_threads: bool) -> PyResult<String> {
    let Some(sys) = module_get(vm, &vm.new_str("sys"))? else {
        return Ok(String::new());
    };
    let mut out = String::new();
    let me = vm.thread().ident.get();
    let own = match get_opt(vm, &sys, "_getframe")? {
        Some(_) => call_method(vm, &sys, "_getframe", &[])?,
        None => Value::None,
    };
    if !all_threads {
        out.push_str("Stack (most recent call first):\n");
        dump_frames(vm, &own, &mut out)?;
        return Ok(out);
    }
    let frames = call_method(vm, &sys, "_current_frames", &[])?;
    let threads = frames
        .downcast_ref::<PyDict>()
        .map_or_else(Vec::new, |dict| dict.items());
    let mut first = true;
    for (ident, frame) in threads.into_iter().rev() {
        let ident = ident
            .as_int()
            .and_then(|ident| ident.to_i64())
            .unwrap_or_default() as u64;
        if ident == me {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push('\n');
        }
        let _ = writeln!(out, "Thread 0x{ident:016x} (most recent call first):");
        dump_frames(vm, &frame, &mut out)?;
    }
    if !first {
        out.push('\n');
    }
    let _ = writeln!(out, "Current thread 0x{me:016x} (most recent call first):");
    dump_frames(vm, &own, &mut out)?;
    Ok(out)
}

/// The module.
#[derive::pymodule(name = "faulthandler")]
pub mod faulthandler_module {
    //! faulthandler module.
    use super::{Enabled, descriptor, dump};
    use vm::context::{PyResult, Vm};
    use vm::import::util::sys_get;
    use vm::object::Value;
    use vm::types::dict::value::PyDict;

    /// enable(file=sys.stderr, all_threads=True): enable the fault handler
    #[pyfunction(
        sig = "enable($module, file=<unrepresentable>, all_threads=True)",
        family = "keywords",
        no_text_signature
    )]
    fn enable(vm: &Vm, file: Option<&Value>, all_threads: bool) -> PyResult<()> {
        let _ = all_threads;
        descriptor(vm, file)?;
        vm.state.get::<Enabled>().0.set(true);
        Ok(())
    }

    /// disable(): disable the fault handler
    #[pyfunction(sig = "disable($module)", no_text_signature)]
    fn disable(vm: &Vm) -> bool {
        vm.state.get::<Enabled>().0.replace(false)
    }

    /// is_enabled()->bool: check if the handler is enabled
    #[pyfunction(sig = "is_enabled($module)", no_text_signature)]
    fn is_enabled(vm: &Vm) -> bool {
        vm.state.get::<Enabled>().0.get()
    }

    /// dump_traceback(file=sys.stderr, all_threads=True): dump the traceback of the current thread, or of all threads if all_threads is True, into file
    #[pyfunction(
        sig = "dump_traceback($module, file=<unrepresentable>, all_threads=True)",
        family = "keywords",
        no_text_signature
    )]
    fn dump_traceback(vm: &Vm, file: Option<&Value>, all_threads: bool) -> PyResult<()> {
        let fd = descriptor(vm, file)?;
        let text = dump(vm, all_threads)?;
        // As CPython, which writes what it can.
        let _ = vm.host().write(fd, text.as_bytes());
        Ok(())
    }

    /// dump_traceback_later(timeout, repeat=False, file=sys.stderrn, exit=False):
    /// dump the traceback of all threads in timeout seconds,
    /// or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.
    #[pyfunction]
    fn dump_traceback_later(vm: &Vm, args: vm::object::Args<'_>) -> PyResult<()> {
        let _ = args;
        Err(vm.unfinished("faulthandler.dump_traceback_later"))
    }

    /// cancel_dump_traceback_later():
    /// cancel the previous call to dump_traceback_later().
    #[pyfunction(sig = "cancel_dump_traceback_later($module)", no_text_signature)]
    fn cancel_dump_traceback_later() {}

    /// register(signum, file=sys.stderr, all_threads=True, chain=False): register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file
    #[pyfunction]
    fn register(vm: &Vm, args: vm::object::Args<'_>) -> PyResult<()> {
        let _ = args;
        Err(vm.unfinished("faulthandler.register"))
    }

    /// unregister(signum): unregister the handler of the signal 'signum' registered by register()
    #[pyfunction(sig = "unregister($module, signum, /)", no_text_signature)]
    fn unregister(signum: i32) -> bool {
        let _ = signum;
        false
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let _ = module;
        let options = sys_get(vm, "_xoptions").unwrap_or(Value::None);
        if let Some(options) = options.downcast_ref::<PyDict>() {
            let asked = options.contains(vm, &vm.new_str("faulthandler"))?
                || options.contains(vm, &vm.new_str("dev"))?;
            if asked {
                vm.state.get::<Enabled>().0.set(true);
            }
        }
        Ok(())
    }
}
