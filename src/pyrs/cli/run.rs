//! Running what the command line names.
//!
//! CPython 3.11: `Modules/main.c`.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use vm::runtime::config::{Config, Exit};
use vm::runtime::interpreter::Interpreter;
use vm::runtime::{print_exception, run};

/// Native stack of the interpreter's thread.
const STACK_SIZE: usize = 64 << 20;

/// Runs the command line on a thread with a large stack; the exit code.
pub fn main(args: Vec<OsString>) -> i32 {
    vm::os_host::ffi::tune_malloc();
    let thread = std::thread::Builder::new()
        .name(String::from("main"))
        .stack_size(STACK_SIZE)
        .spawn(move || run_args(args));
    match thread {
        Ok(handle) => handle.join().unwrap_or(134),
        Err(error) => {
            print_exception::out::write_raw(format!("pyrs: cannot start: {error}\n").as_bytes());
            1
        }
    }
}

fn run_args(args: Vec<OsString>) -> i32 {
    let args: Vec<Vec<u8>> = args.into_iter().map(OsString::into_vec).collect();
    let environ = std::env::vars_os()
        .map(|(name, value)| (name.into_vec(), value.into_vec()))
        .collect();
    match Config::from_command_line(&args, environ) {
        Ok(config) => run_config(config),
        Err(exit) => answer(&exit),
    }
}

/// Prints what the command line is answered with.
fn answer(exit: &Exit) -> i32 {
    let _ = std::io::stdout().write_all(exit.stdout.as_bytes());
    let _ = std::io::stdout().flush();
    print_exception::out::write_raw(&exit.stderr);
    exit.code
}

fn run_config(config: Config) -> i32 {
    let interpreter = match Interpreter::new(config, stdlib::MODULES) {
        Ok(interpreter) => interpreter,
        Err(error) => {
            let text = format!(
                "{error}Fatal Python error: init_interp_main: the interpreter cannot start\n"
            );
            print_exception::out::write_raw(text.as_bytes());
            return 1;
        }
    };
    vm::import::embedded::set_library(&interpreter, stdlib::embedded::library());
    let code = run::run_main(&interpreter);
    if interpreter.finish() { code } else { 120 }
}
