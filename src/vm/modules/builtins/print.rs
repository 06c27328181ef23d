//! `print` and `input`.
//!
//! CPython 3.11: `builtin_print`, `builtin_input` in `Python/bltinmodule.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::modules::console;
use crate::modules::io::text_write;
use crate::object::Value;
use crate::protocol::{attr, call, repr};
use crate::types::str::value::PyStr;

/// `file.write(text)`, without the method call when the stream is a plain text stream.
pub fn write_to(vm: &Vm, file: &Value, text: &Value) -> PyResult<()> {
    if text_write::write_directly(vm, file, text)? {
        return Ok(());
    }
    call::call_method(vm, file, &vm.names.write, std::slice::from_ref(text)).map(drop)
}

/// `file.flush()`.
pub fn flush(vm: &Vm, file: &Value) -> PyResult<()> {
    call::call_method(vm, file, &vm.names.flush, &[]).map(drop)
}

/// A stream of `sys`, `None` when it is missing or None.
pub fn sys_stream(vm: &Vm, name: &str) -> Option<Value> {
    let sys = vm.sys_dict.get()?;
    sys.get_str(&vm.intern_str(name))?.non_none()
}

fn separator(vm: &Vm, name: &str, value: Option<&Value>) -> PyResult<Option<Value>> {
    match value {
        None => Ok(None),
        Some(value) if value.downcast_ref::<PyStr>().is_some() => Ok(Some(value.clone())),
        Some(value) => Err(vm.type_error(format!(
            "{name} must be None or a string, not {}",
            value.class(vm).tp_name()
        ))),
    }
}

fn print_values(
    vm: &Vm,
    values: &[Value],
    sep: Option<&Value>,
    end: Option<&Value>,
    file: Option<&Value>,
    flush_it: bool,
) -> PyResult<()> {
    let file = match file {
        Some(file) => file.clone(),
        None => match vm
            .sys_dict
            .get()
            .and_then(|sys| sys.get_str(&vm.names.stdout))
        {
            None => return Err(vm.runtime_error("lost sys.stdout")),
            Some(stdout) if stdout.is_none() => return Ok(()),
            Some(stdout) => stdout,
        },
    };
    let sep = separator(vm, "sep", sep)?;
    let end = separator(vm, "end", end)?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            match &sep {
                None => write_to(vm, &file, &vm.latin1_char(b' ').into_value())?,
                Some(sep) => write_to(vm, &file, sep)?,
            }
        }
        write_to(vm, &file, &repr::str(vm, value)?.into_value())?;
    }
    match &end {
        None => write_to(vm, &file, &vm.latin1_char(b'\n').into_value())?,
        Some(end) => write_to(vm, &file, end)?,
    }
    if flush_it { flush(vm, &file) } else { Ok(()) }
}

fn lost(vm: &Vm, name: &str) -> PyResult<Value> {
    sys_stream(vm, name).ok_or_else(|| vm.runtime_error(format!("input(): lost sys.{name}")))
}

/// One line of `sys.stdin` without its end.
fn input_line(vm: &Vm, prompt: Option<&Value>) -> PyResult<Value> {
    let (stdin, stdout, stderr) = (lost(vm, "stdin")?, lost(vm, "stdout")?, lost(vm, "stderr")?);
    let _ = flush(vm, &stderr);
    if is_users(vm, &stdin, &stdout) {
        return edited_line(vm, &stdout, prompt);
    }
    if let Some(prompt) = prompt {
        write_to(vm, &stdout, &repr::str(vm, prompt)?.into_value())?;
    }
    let _ = flush(vm, &stdout);
    let readline = attr::get(vm, &stdin, &vm.names.readline)?;
    let line = call::call0(vm, &readline)?;
    let Some(text) = line.downcast_ref::<PyStr>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    match text.len() {
        0 => Err(vm.eof_error("EOF when reading a line")),
        len if text.char_at(len - 1) == Some(u32::from('\n')) => {
            let chars: Vec<u32> = text.chars().take(len - 1).collect();
            Ok(PyStr::from_chars(vm, &chars).into_value())
        }
        _ => Ok(line),
    }
}

/// Whether the streams are the process's own and somebody can edit lines on them.
fn is_users(vm: &Vm, stdin: &Value, stdout: &Value) -> bool {
    console::has_editor(vm)
        && sys_stream(vm, "__stdin__").is_some_and(|original| original.is(stdin))
        && sys_stream(vm, "__stdout__").is_some_and(|original| original.is(stdout))
}

/// One line from the terminal.
fn edited_line(vm: &Vm, stdout: &Value, prompt: Option<&Value>) -> PyResult<Value> {
    let _ = flush(vm, stdout);
    let prompt = match prompt {
        Some(prompt) => repr::str_text(vm, prompt)?,
        None => String::new(),
    };
    let Some(line) = console::read_line(vm, &prompt)? else {
        return Err(vm.new_exception(ExcKind::EOFError, Value::NULL));
    };
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    Ok(vm.new_str(&String::from_utf8_lossy(line)))
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;

    /// Print the values to a stream, or to sys.stdout by default.
    ///
    ///   sep
    ///     string between two values, default a space.
    ///   end
    ///     string behind the last value, default a newline.
    ///   file
    ///     a file-like object (stream); defaults to the current sys.stdout.
    ///   flush
    ///     whether to flush the stream.
    #[pyfunction(sig = "print($module, /, *args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        vm: &Vm,
        args: &[Value],
        sep: Option<&Value>,
        end: Option<&Value>,
        file: Option<&Value>,
        flush: bool,
    ) -> PyResult<()> {
        let given = |value: Option<&Value>| value.filter(|value| !value.is_none()).cloned();
        super::print_values(
            vm,
            args,
            given(sep).as_ref(),
            given(end).as_ref(),
            given(file).as_ref(),
            flush,
        )
    }

    /// Read a string from standard input, without its newline; the prompt goes to standard output first.
    #[pyfunction(sig = "input($module, prompt='', /)")]
    fn input(vm: &Vm, prompt: Option<&Value>) -> PyResult<Value> {
        super::input_line(vm, prompt)
    }
}
