//! Running what the command line names.
//!
//! CPython 3.11: `Modules/main.c`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use vm::runtime::interpreter::Interpreter;
use vm::runtime::{print_exception, run};

/// Native stack of the interpreter's thread.
const STACK_SIZE: usize = 64 << 20;

/// Runs the program on a thread with a large stack; the exit code.
pub fn main(args: Vec<OsString>) -> i32 {
    let thread = std::thread::Builder::new()
        .stack_size(STACK_SIZE)
        .spawn(move || run_args(&args));
    match thread {
        Ok(handle) => handle.join().unwrap_or(134),
        Err(error) => {
            print_exception::out::write_raw(format!("pyrs: cannot start: {error}\n").as_bytes());
            1
        }
    }
}

fn run_args(args: &[OsString]) -> i32 {
    let interpreter = match Interpreter::new(stdlib::MODULES) {
        Ok(interpreter) => interpreter,
        Err(_) => return 1,
    };
    let vm = &*interpreter;
    let args: Vec<&[u8]> = args.iter().map(|arg| arg.as_bytes()).collect();
    let result = match args.as_slice() {
        [_, b"-c", code, ..] => run::run_source(vm, code, true, "<string>", "exec"),
        [_, b"-", ..] | [_] => match std::io::read_to_string(std::io::stdin()) {
            Ok(source) => run::run_source(vm, source.as_bytes(), false, "<stdin>", "exec"),
            Err(_) => return 2,
        },
        [_, file, ..] => {
            let name = String::from_utf8_lossy(file).into_owned();
            match std::fs::read(&name) {
                Ok(source) => run::run_source(vm, &source, false, &name, "exec"),
                Err(error) => {
                    let text = format!("pyrs: can't open file '{name}': {error}\n");
                    print_exception::out::write_raw(text.as_bytes());
                    return 2;
                }
            }
        }
        [] => return 2,
    };
    let code = match result {
        Ok(_) => 0,
        Err(error) => run::exit_code_of(vm, &error),
    };
    if run::flush_std_files(vm) && code == 0 {
        120
    } else {
        code
    }
}
