//! The interactive prompt: banner, start-up file, and the loop that reads statements and runs them.
//!
//! A statement ends where CPython's interactive parser takes it to end: after its line, or, for compound ones, after an empty line. That
//! is asked of the compiler, by compiling what was read with and without the last line's end.
//!
//! CPython 3.11: `pymain_run_stdin`, `pymain_repl` in `Modules/main.c`, `PyRun_InteractiveLoopObject` in `Python/pythonrun.c`.

use super::config::{Config, Program};
use super::interpreter::{Interpreter, Phase};
use super::print_exception::hook;
use super::run;
use crate::context::errors::ExcKind;
use crate::context::thread::CompileRequest;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::eval;
use crate::modules::{console, sys};
use crate::object::Value;
use crate::protocol::{attr, call, repr};
use crate::types::code::PyCode;

/// `PyCF_DONT_IMPLY_DEDENT | PyCF_ALLOW_INCOMPLETE_INPUT`
const UNFINISHED: u32 = 0x200 | 0x4000;
/// `PyCF_MASK`: what `from __future__ import` leaves for the following statements.
const FUTURE_FLAGS: u32 = 0x1ff_0000;

/// Whether standard input is to be treated as a user.
pub fn is_interactive(vm: &Vm, config: &Config) -> bool {
    config.interactive > 0 || vm.host().isatty(0)
}

/// The version and where help is, before anything else.
pub fn banner(vm: &Vm, config: &Config) {
    let has_program = !matches!(config.program, Program::Stdin);
    if config.quiet > 0 || config.verbose == 0 && (has_program || !is_interactive(vm, config)) {
        return;
    }
    let text = |name: &str| {
        let value = sys::get(vm, name).and_then(|value| repr::str_text(vm, &value).ok());
        value.unwrap_or_default()
    };
    let mut lines = format!("Python {} on {}\n", text("version"), text("platform"));
    if config.site_import {
        lines.push_str(
            "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
        );
    }
    let _ = vm.host().write(2, lines.as_bytes());
}

/// What a user gets before the first prompt: `PYTHONSTARTUP`, and `sys.__interactivehook__`. The exit code, if that ended the program.
pub fn start_up(interpreter: &Interpreter) -> Option<i32> {
    let vm: &Vm = interpreter;
    if let Some(name) = interpreter.config().env("PYTHONSTARTUP")
        && let Err(error) = run_startup_file(vm, name)
        && let Some(code) = report(vm, &error)
    {
        return Some(code);
    }
    if interpreter.config().isolated {
        return None;
    }
    let hook = sys::get(vm, "__interactivehook__")?;
    let error = call::call0(vm, &hook).err()?;
    hook::write_stderr(vm, "Failed calling sys.__interactivehook__\n");
    report(vm, &error)
}

fn run_startup_file(vm: &Vm, name: &[u8]) -> PyResult<()> {
    let filename = super::paths::decode(vm, name).into_value();
    match crate::context::host::read_file(&*vm.host(), name) {
        Ok(source) => run::run_source(vm, &source, false, &filename, "exec").map(drop),
        Err(code) => {
            hook::write_stderr(vm, "Could not open PYTHONSTARTUP\n");
            Err(vm.os_error(code, Some(&filename)))
        }
    }
}

/// Prints an exception; the exit code if it was `SystemExit`.
fn report(vm: &Vm, error: &PyErr) -> Option<i32> {
    if let Some(code) = super::print_exception::system_exit_code(vm, error) {
        return Some(code);
    }
    hook::print_uncaught(vm, error)
}

/// Reads and runs statements until the input ends; the exit code.
pub fn run_loop(vm: &Vm) -> i32 {
    for (name, prompt) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys::get(vm, name).is_none() {
            sys::set(vm, name, vm.new_str(prompt));
        }
    }
    let mut flags = 0;
    loop {
        let ended = match run_one(vm, &mut flags) {
            Ok(ended) => ended,
            Err(error) => {
                // An editor has left the line already.
                if error.is(vm, ExcKind::KeyboardInterrupt)
                    && error.exception().traceback.with(Option::is_none)
                    && !console::has_editor(vm)
                {
                    hook::write_stderr(vm, "\n");
                }
                if let Some(code) = report(vm, &error) {
                    return code;
                }
                false
            }
        };
        run::flush_quietly(vm);
        if ended {
            return 0;
        }
    }
}

fn prompt(vm: &Vm, name: &str) -> String {
    let value = sys::get(vm, name);
    value
        .and_then(|value| repr::str_text(vm, &value).ok())
        .unwrap_or_default()
}

/// Reads a statement and runs it; whether the input ended.
fn run_one(vm: &Vm, flags: &mut u32) -> PyResult<bool> {
    let Some(code) = read_statement(vm, *flags)? else {
        return Ok(true);
    };
    let Some(code) = code else {
        return Ok(false);
    };
    let of_code = attr::get(vm, &code, &vm.intern_str("co_flags"))?;
    let of_code = of_code
        .as_int()
        .and_then(|flags| flags.to_i64())
        .unwrap_or(0);
    *flags |= of_code as u32 & FUTURE_FLAGS;
    let globals = run::main_dict(vm);
    let locals = globals.to_value();
    let Ok(code) = code.downcast::<PyCode>() else {
        return Err(vm.system_error("compile() gave no code object"));
    };
    let result = eval::eval_code(vm, code, globals, Some(locals), None);
    // When nothing else runs any more, the process dies of it in the end.
    let interrupted = matches!(&result, Err(error) if error.is(vm, ExcKind::KeyboardInterrupt));
    vm.state.get::<Phase>().interrupted.set(interrupted);
    result.map(|_| false)
}

/// A statement's code; `Some(None)` for an empty line, nothing at the end of the input.
fn read_statement(vm: &Vm, flags: u32) -> PyResult<Option<Option<Value>>> {
    let (ps1, ps2) = (prompt(vm, "ps1"), prompt(vm, "ps2"));
    let Some(mut source) = console::read_line(vm, &ps1)? else {
        return Ok(None);
    };
    if is_blank(&source) && source.ends_with(b"\n") {
        return Ok(Some(None));
    }
    loop {
        if source.ends_with(b"\n")
            && let Some(code) = finished(vm, &source, flags)?
        {
            return Ok(Some(Some(code)));
        }
        match console::read_line(vm, &ps2)? {
            Some(line) => source.extend_from_slice(&line),
            None => {
                // The end of the input ends the statement too.
                if is_blank(&source) {
                    return Ok(Some(None));
                }
                return compile(vm, &source, flags).map(|code| Some(Some(code)));
            }
        }
    }
}

/// Only blanks and a comment.
fn is_blank(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), None | Some(b'#'))
}

fn compile(vm: &Vm, source: &[u8], flags: u32) -> PyResult<Value> {
    let request = CompileRequest {
        source,
        is_str: false,
        filename: &vm.new_str("<stdin>"),
        mode: "single",
        flags,
        optimize: -1,
    };
    (vm.hooks.compile.get())(vm, &request)
}

/// The code of a statement, nothing when it goes on, or its error.
fn finished(vm: &Vm, source: &[u8], flags: u32) -> PyResult<Option<Value>> {
    let without_end = source.strip_suffix(b"\n").unwrap_or(source);
    match quietly(vm, || compile(vm, without_end, flags | UNFINISHED)) {
        Ok(_) => return compile(vm, source, flags).map(Some),
        Err(error) if !error.is(vm, ExcKind::SyntaxError) => return Err(error),
        Err(_) => {}
    }
    match quietly(vm, || compile(vm, source, flags | UNFINISHED)) {
        Ok(_) => Ok(None),
        Err(error) if is_incomplete(vm, &error) => Ok(None),
        // The error is that of the whole.
        Err(_) => compile(vm, source, flags).map(Some),
    }
}

fn is_incomplete(vm: &Vm, error: &PyErr) -> bool {
    error.is(vm, ExcKind::SyntaxError)
        && attr::get(vm, &error.to_value(), &vm.intern_str("msg"))
            .and_then(|message| repr::str_text(vm, &message))
            .is_ok_and(|message| message == "incomplete input")
}

/// Without the warnings, which the compilation that counts gives.
fn quietly<T>(vm: &Vm, work: impl FnOnce() -> T) -> T {
    let settings = vm.state.get::<super::compile::CompileSettings>();
    let before = settings.no_warnings.replace(true);
    let result = work();
    settings.no_warnings.set(before);
    result
}
