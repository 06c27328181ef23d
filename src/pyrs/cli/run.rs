//! Running what the command line names.
//!
//! CPython 3.11: `Modules/main.c`.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use vm::object::Value;
use vm::os_host::ffi::HugePages;
use vm::runtime::config::{Config, Exit, Program};
use vm::runtime::interpreter::Interpreter;
use vm::runtime::{print_exception, run};

/// Native stack of the interpreter's first thread.
const STACK_SIZE: usize = 64 << 20;

/// Runs the command line on a large stack; the exit code. It stays on the process's first thread, which is the one the system prefers to
/// send signals to.
pub fn main(args: Vec<OsString>) -> i32 {
    let memory = vm::os_host::ffi::tune_malloc();
    stacker::grow(STACK_SIZE, || run_args(args, &memory))
}

fn run_args(args: Vec<OsString>, memory: &HugePages) -> i32 {
    let args: Vec<Vec<u8>> = args.into_iter().map(OsString::into_vec).collect();
    let environ = std::env::vars_os()
        .map(|(name, value)| (name.into_vec(), value.into_vec()))
        .collect();
    match Config::from_command_line(&args, environ) {
        Ok(mut config) => {
            if let Some(text) = vm::runtime::locale::coerce(&mut config) {
                print_exception::out::write_raw(text.as_bytes());
            }
            if !matches!(&config.program, Program::Module(name) if name == b"compileall") {
                memory.many();
            }
            run_config(config)
        }
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
    let interpreter =
        match Interpreter::new(config, stdlib::MODULES, Some(stdlib::embedded::library())) {
            Ok(interpreter) => interpreter,
            Err(error) => {
                let text = format!(
                    "{error}Fatal Python error: init_interp_main: the interpreter cannot start\n"
                );
                print_exception::out::write_raw(text.as_bytes());
                return 1;
            }
        };
    if let Some(editor) = super::editor::for_terminal() {
        vm::modules::console::set_editor(&interpreter, editor);
    }
    let code = match own_tool(&interpreter) {
        Some(code) => code,
        None => run::run_main(&interpreter),
    };
    let interrupted = interpreter.was_interrupted();
    let flushed = interpreter.finish_with_process();
    if interrupted {
        vm::modules::signal::ffi::die_of(libc::SIGINT);
        // Somebody blocked the signal.
        return 128 + libc::SIGINT;
    }
    if flushed { code } else { 120 }
}

/// `-m pyrs.cache` and `-m pyrs.dump`, unless the program has a package `pyrs` of its own.
fn own_tool(interpreter: &Interpreter) -> Option<i32> {
    let is_dump = match &interpreter.config().program {
        Program::Module(name) if name == b"pyrs.cache" => false,
        Program::Module(name) if name == b"pyrs.dump" => true,
        _ => return None,
    };
    run::import_site(interpreter);
    if !interpreter.config().safe_path {
        run::prepend_current_directory(interpreter);
    }
    let vm: &vm::context::Vm = interpreter;
    let found = vm::import::import_name::find_spec(
        vm,
        &vm.new_str("pyrs"),
        &vm::object::Value::None,
        &vm::object::Value::None,
    );
    if found.is_ok_and(|spec| !spec.is_none()) {
        return None;
    }
    let args: Vec<Value> = vm::import::util::sys_get(vm, "argv")
        .and_then(|argv| vm::protocol::iter::to_vec(vm, &argv).ok())
        .unwrap_or_default()
        .into_iter()
        .skip(1)
        .collect();
    if is_dump {
        let args: Vec<String> = args.iter().map(vm::import::util::text).collect();
        return Some(crate::dump::main(&args));
    }
    let bytes = |arg| vm::protocol::fs::path_bytes(vm, arg).unwrap_or_default();
    let args: Vec<OsString> = args
        .iter()
        .map(|arg| OsString::from_vec(bytes(arg)))
        .collect();
    Some(crate::cache::main(interpreter, &args))
}
