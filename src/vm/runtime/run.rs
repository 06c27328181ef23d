//! Running programs: source text, files.
//!
//! CPython 3.11: `Python/pythonrun.c`, `Modules/main.c`.

use super::config::Program;
use super::interactive;
use super::interpreter::{Interpreter, Phase};
use super::paths;
use super::print_exception::{self, out::write_raw};
use crate::context::errors::ExcKind;
use crate::context::thread::CompileRequest;
use crate::context::{PyErr, PyResult, Vm};
use crate::import::{loaders, util};
use crate::interp::eval;
use crate::modules::sys;
use crate::object::{Payload, PyRef, Value};
use crate::protocol::call;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::module::PyModule;

/// The namespace of `__main__`, made on first use.
pub fn main_dict(vm: &Vm) -> PyRef<PyDict> {
    let name = vm.names.__main__.clone();
    let Some(modules) = vm.modules.get() else {
        return PyDict::new(vm);
    };
    if let Some(known) = modules.get_str(&name)
        && let Some(module) = known.downcast_ref::<PyModule>()
    {
        return module.dict(vm);
    }
    let module = PyModule::new(vm, None);
    let dict = module.dict(vm);
    module.remember_name(vm, &name.as_value());
    dict.set_str(vm, &vm.names.__name__, name.to_value());
    for field in [&vm.names.__doc__, &vm.names.__package__] {
        dict.set_str(vm, field, Value::None);
    }
    // As if it were built in, until the program turns out to be a file or a module.
    let loader = crate::import::builtin::BuiltinImporter::class(vm).to_value();
    dict.set_str(vm, &vm.names.__loader__, loader);
    dict.set_str(vm, &vm.names.__spec__, Value::None);
    dict.set_str(vm, &vm.names.__annotations__, PyDict::new(vm).into_value());
    if let Some(builtins) = modules.get_str(&vm.names.builtins) {
        dict.set_str(vm, &vm.names.__builtins__, builtins);
    }
    modules.set_str(vm, &name, module.into_value());
    dict
}

/// Runs source text in `__main__`.
pub fn run_source(
    vm: &Vm,
    source: &[u8],
    is_str: bool,
    filename: &Value,
    mode: &str,
) -> PyResult<Value> {
    let globals = main_dict(vm);
    let request = CompileRequest {
        source,
        is_str,
        filename,
        mode,
        flags: 0,
        optimize: -1,
    };
    let code = (vm.hooks.compile.get())(vm, &request)?;
    match code.downcast::<PyCode>() {
        Ok(code) => {
            let locals = globals.to_value();
            eval::eval_code(vm, code, globals, Some(locals), None)
        }
        Err(_) => Err(vm.system_error("compile() gave no code object")),
    }
}

/// Runs the source of a file in `__main__`.
fn run_script(vm: &Vm, source: &[u8], filename: &Value) -> PyResult<()> {
    super::compile::check_script(vm, source, filename)?;
    run_source(vm, source, false, filename, "exec").map(drop)
}

/// Writes what the standard streams still hold; whether that failed.
pub fn flush_std_files(vm: &Vm) -> bool {
    let mut failed = false;
    for name in ["stdout", "stderr"] {
        if let Some(stream) = crate::modules::builtins::print::sys_stream(vm, name)
            && !is_closed(vm, &stream)
            && let Err(error) = crate::modules::builtins::print::flush(vm, &stream)
        {
            if name == "stdout" {
                (vm.hooks.unraisable.get())(vm, error, &stream);
                failed = true;
            }
        }
    }
    failed
}

/// Writes what the standard streams still hold, if that can be done.
pub fn flush_quietly(vm: &Vm) {
    for name in ["stdout", "stderr"] {
        if let Some(stream) = crate::modules::builtins::print::sys_stream(vm, name)
            && !is_closed(vm, &stream)
        {
            let _ = crate::modules::builtins::print::flush(vm, &stream);
        }
    }
}

fn is_closed(vm: &Vm, stream: &Value) -> bool {
    match crate::protocol::attr::get_opt(vm, stream, &vm.names.closed) {
        Ok(Some(closed)) => crate::protocol::truth::is_true(vm, &closed).unwrap_or(false),
        _ => false,
    }
}

/// The exit code for an exception that nobody caught, which is printed (`SystemExit` is not).
pub fn exit_code_of(vm: &Vm, error: &PyErr) -> i32 {
    if let Some(code) = print_exception::system_exit_code(vm, error) {
        return code;
    }
    print_exception::print_uncaught(vm, error).unwrap_or(1)
}

/// Puts the program's directory in front of `sys.path`.
fn prepend_path(vm: &Vm, directory: Value) {
    if let Some(path) = sys::get(vm, "path")
        && let Some(path) = path.downcast_ref::<PyList>()
    {
        let _ = path.insert(vm, 0, directory);
    }
}

/// The directory of a script, symbolic links followed.
fn script_directory(vm: &Vm, script: &[u8]) -> Value {
    use std::os::unix::ffi::OsStrExt;
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(script));
    let target = match path.read_link() {
        Ok(link) if link.is_absolute() => link,
        Ok(link) => path
            .parent()
            .map_or(link.clone(), |parent| parent.join(&link)),
        Err(_) => path.to_path_buf(),
    };
    let full = std::fs::canonicalize(&target)
        .or_else(|_| std::path::absolute(&target))
        .unwrap_or(target);
    let directory = full
        .parent()
        .map(|parent| parent.as_os_str().to_os_string())
        .unwrap_or_default();
    paths::from_os(vm, &directory).into_value()
}

/// Runs the program of the configuration, and the prompt where the user wants it; the exit code.
pub fn run_main(interpreter: &Interpreter) -> i32 {
    let vm: &Vm = interpreter;
    let config = interpreter.config();
    if let Err(error) = super::stdio::set_encoding(vm, config) {
        return refuse_encoding(vm, &error);
    }
    if !config.warnoptions.is_empty()
        && let Err(error) = import(vm, "warnings")
    {
        print_exception::print_uncaught(vm, &error);
    }
    main_dict(vm);
    import_site(interpreter);
    interactive::banner(vm, config);
    // Standard input as the program is the prompt already, if it is a user.
    let is_prompt =
        matches!(config.program, Program::Stdin) && interactive::is_interactive(vm, config);
    let keeps_running = !is_prompt && (config.inspect > 0 || wants_inspection(interpreter));
    let code = match run_program(interpreter) {
        Ok(Ok(())) => 0,
        Err(code) => code,
        Ok(Err(error)) => {
            let class = vm.exception_class(ExcKind::KeyboardInterrupt);
            let interrupted = error.exception().object().class().is(&class);
            let inspects = keeps_running || wants_inspection(interpreter);
            vm.state
                .get::<Phase>()
                .interrupted
                .set(interrupted && !inspects);
            if inspects && interactive::is_interactive(vm, config) {
                print_exception::print_uncaught(vm, &error).unwrap_or(1)
            } else {
                exit_code_of(vm, &error)
            }
        }
    };
    if (keeps_running || wants_inspection(interpreter)) && interactive::is_interactive(vm, config) {
        return interactive::run_loop(vm);
    }
    code
}

/// A program may ask for the prompt by setting `PYTHONINSPECT`.
fn wants_inspection(interpreter: &Interpreter) -> bool {
    interpreter.config().use_environment
        && interpreter.host().has_os()
        && std::env::var_os("PYTHONINSPECT").is_some_and(|value| !value.is_empty())
}

/// Runs what the command line names; the exit code where there is no exception to tell it from.
fn run_program(interpreter: &Interpreter) -> Result<PyResult<()>, i32> {
    let vm: &Vm = interpreter;
    let config = interpreter.config();
    match &config.program {
        Program::Command(command) => {
            if !config.safe_path {
                prepend_path(vm, vm.new_str(""));
            }
            Ok(run_command(vm, command))
        }
        Program::Module(name) => {
            if !config.safe_path {
                prepend_path(vm, current_directory(vm));
            }
            Ok(run_module(vm, &paths::decode(vm, name).into_value(), true))
        }
        Program::File(name) => run_file(interpreter, name),
        Program::Stdin => {
            if !config.safe_path {
                prepend_path(vm, vm.new_str(""));
            }
            if !interactive::is_interactive(vm, config) {
                return Ok(run_stdin(interpreter));
            }
            if let Some(code) = interactive::start_up(interpreter) {
                return Err(code);
            }
            match interactive::run_loop(vm) {
                0 => Ok(Ok(())),
                code => Err(code),
            }
        }
    }
}

/// Imports `site`, if the configuration wants it, once.
pub fn import_site(interpreter: &Interpreter) {
    let vm: &Vm = interpreter;
    let config = interpreter.config();
    if config.site_import && import(vm, "site").is_err() && config.verbose > 0 {
        write_raw(b"'import site' failed\n");
    }
}

/// Puts the current directory in front of `sys.path`, as `-m` does.
pub fn prepend_current_directory(interpreter: &Interpreter) {
    prepend_path(interpreter, current_directory(interpreter));
}

/// What CPython says when the standard streams cannot have the encoding that was asked for.
fn refuse_encoding(vm: &Vm, error: &PyErr) -> i32 {
    write_raw(
        b"Fatal Python error: init_stdio_encoding: failed to get the Python codec name of the stdio encoding\n\
          Python runtime state: core initialized\n",
    );
    let text = print_exception::render(vm, &error.to_value());
    write_raw(text.to_string_lossy().as_bytes());
    let thread = crate::context::thread::native_ident();
    let place = format!(
        "\nCurrent thread 0x{thread:016x} (most recent call first):\n  <no Python frame>\n"
    );
    write_raw(place.as_bytes());
    1
}

fn current_directory(vm: &Vm) -> Value {
    match std::env::current_dir() {
        Ok(directory) => paths::from_os(vm, directory.as_os_str()).into_value(),
        Err(_) => vm.new_str(""),
    }
}

fn run_command(vm: &Vm, command: &[u8]) -> PyResult<()> {
    let text = paths::decode(vm, command);
    let (bytes, _) = crate::modules::builtins::code_eval::source_bytes(
        vm,
        &text.into_value(),
        "exec",
        "string",
    )?;
    run_source(vm, &bytes, true, &vm.new_str("<string>"), "exec").map(drop)
}

/// Whether one of the arguments may be compileall's `-j` (or `--workers`, which can be shortened).
fn asks_for_workers(vm: &Vm) -> PyResult<bool> {
    let Some(arguments) = util::sys_get(vm, "argv") else {
        return Ok(false);
    };
    let arguments = crate::protocol::iter::to_vec(vm, &arguments)?;
    Ok(arguments.iter().map(util::text).any(|argument| {
        argument.starts_with("--w")
            || (argument.starts_with('-') && !argument.starts_with("--") && argument.contains('j'))
    }))
}

/// `runpy._run_module_as_main(name, alter_argv)`
fn run_module(vm: &Vm, name: &Value, alter_argv: bool) -> PyResult<()> {
    if util::text(name) == "compileall" && asks_for_workers(vm)? {
        crate::import::ahead::install_pool(vm)?;
    }
    let runpy = import(vm, "runpy")?;
    let arguments = [name.clone(), Value::bool(alter_argv)];
    main_dict(vm);
    call::call_method(
        vm,
        &runpy,
        &vm.intern_str("_run_module_as_main"),
        &arguments,
    )
    .map(drop)
}

/// A module by its dotted name.
fn import(vm: &Vm, name: &str) -> PyResult<Value> {
    let name = vm.intern_str(name).into_value();
    let fromlist = vm.new_tuple(vec![vm.new_str("*")]);
    (vm.hooks.import_name.get())(vm, &name, &Value::None, &Value::None, &fromlist, 0)
}

/// Says why a script cannot be read, and gives the exit code.
fn refuse(interpreter: &Interpreter, name: &[u8], what: &str) -> i32 {
    let program = String::from_utf8_lossy(&interpreter.config().program_name).into_owned();
    let name = String::from_utf8_lossy(name);
    write_raw(format!("{program}: {}\n", what.replace("{}", &name)).as_bytes());
    2
}

/// Runs a pyc in `__main__`; of its header only the magic number counts (`run_pyc_file`).
fn run_pyc(vm: &Vm, data: &[u8]) -> PyResult<()> {
    use bytecode::pyc::{HEADER_LEN, MAGIC_NUMBER};
    if !data.starts_with(&MAGIC_NUMBER) {
        return Err(vm.runtime_error("Bad magic number in .pyc file"));
    }
    let Some(body) = data.get(HEADER_LEN..) else {
        return Err(vm.eof_error("EOF read where not expected"));
    };
    let code = crate::import::unmarshal::loads(vm, body).map(Value::downcast::<PyCode>);
    let Ok(Ok(code)) = code else {
        return Err(vm.runtime_error("Bad code object in .pyc file"));
    };
    let globals = main_dict(vm);
    let locals = globals.to_value();
    eval::eval_code(vm, code, globals, Some(locals), None).map(drop)
}

fn run_file(interpreter: &Interpreter, name: &[u8]) -> Result<PyResult<()>, i32> {
    use std::os::unix::ffi::OsStrExt;
    let vm: &Vm = interpreter;
    let config = interpreter.config();
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(name));
    // An empty name is the current directory's.
    let path = if name.is_empty() {
        std::path::Path::new(".")
    } else {
        path
    };
    if path.is_dir() || is_archive(path) {
        if path.join("__main__.py").is_file()
            || path.join("__main__.pyc").is_file()
            || !path.is_dir()
        {
            prepend_path(vm, paths::decode(vm, &absolute(name)).into_value());
            return Ok(run_module(vm, &vm.new_str("__main__"), false));
        }
        let program = String::from_utf8_lossy(&config.program_name);
        let text = format!(
            "{program}: can't find '__main__' module in '{}'\n",
            String::from_utf8_lossy(&absolute(name))
        );
        write_raw(text.as_bytes());
        return Err(1);
    }
    let mut source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => {
            let code = error.raw_os_error().unwrap_or(0);
            let reason = crate::types::exceptions::os_error::strerror(code);
            return Err(refuse(
                interpreter,
                &absolute(name),
                &format!("can't open file '{{}}': [Errno {code}] {reason}"),
            ));
        }
    };
    if !config.safe_path {
        prepend_path(vm, script_directory(vm, name));
    }
    if config.skip_source_first_line {
        let end = source
            .iter()
            .position(|c| *c == b'\n')
            .unwrap_or(source.len());
        source.drain(..end);
    }
    let dict = main_dict(vm);
    let filename = paths::decode(vm, &absolute(name)).into_value();
    dict.set_str(vm, &vm.names.__file__, filename.clone());
    dict.set_str(vm, &vm.names.__cached__, Value::None);
    let is_pyc = name.ends_with(b".pyc") || source.starts_with(&bytecode::pyc::MAGIC_NUMBER[..2]);
    let (main, path) = (vm.names.__main__.to_value(), &filename);
    let loader = if is_pyc {
        loaders::new_file_loader(vm, loaders::SourcelessFileLoader, &main, path)
    } else {
        loaders::new_file_loader(vm, loaders::SourceFileLoader, &main, path)
    };
    if let Ok(loader) = loader {
        dict.set_str(vm, &vm.names.__loader__, loader);
    }
    let result = if is_pyc {
        run_pyc(vm, &source)
    } else {
        run_script(vm, &source, &filename)
    };
    dict.delete_str(&vm.names.__file__);
    dict.delete_str(&vm.names.__cached__);
    Ok(result)
}

fn absolute(name: &[u8]) -> Vec<u8> {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(name));
    match std::env::current_dir() {
        Ok(directory) if name.is_empty() || name == b"." || name == b"./" => {
            directory.into_os_string().into_vec()
        }
        Ok(directory) if !path.is_absolute() => directory.join(path).into_os_string().into_vec(),
        _ => name.to_vec(),
    }
}

/// Whether a file is a zip archive, by its end of central directory near the end.
fn is_archive(path: &std::path::Path) -> bool {
    use std::io::{Read, Seek, SeekFrom};
    let Ok(mut file) = std::fs::File::open(path) else {
        return false;
    };
    let mut start = [0; 4];
    if file.read_exact(&mut start).is_err() {
        return false;
    }
    let Ok(length) = file.seek(SeekFrom::End(0)) else {
        return false;
    };
    if file
        .seek(SeekFrom::Start(length.saturating_sub(22)))
        .is_err()
    {
        return false;
    }
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).is_ok() && tail.starts_with(b"PK\x05\x06")
}

fn run_stdin(interpreter: &Interpreter) -> PyResult<()> {
    use std::io::Read;
    let vm: &Vm = interpreter;
    let mut source = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut source) {
        return Err(vm.io_error(&error, None));
    }
    let (dict, filename) = (main_dict(vm), vm.new_str("<stdin>"));
    dict.set_str(vm, &vm.names.__file__, filename.clone());
    dict.set_str(vm, &vm.names.__cached__, Value::None);
    let result = run_script(vm, &source, &filename);
    dict.delete_str(&vm.names.__file__);
    dict.delete_str(&vm.names.__cached__);
    result
}
