//! Reading lines from the user: with an editor on a terminal, else from the process's standard input with the prompt on standard error.
//!
//! The editor is handed in by whoever has one (the `pyrs` command); an embedded interpreter has none.
//!
//! CPython 3.11: `PyOS_Readline` in `Parser/myreadline.c`.

use crate::context::errors::ExcKind;
use crate::context::host::errno;
use crate::context::{PyResult, Vm};
use crate::object::Value;
use std::cell::RefCell;

/// What came of asking for a line.
pub enum Answer {
    /// A line, without its end.
    Line(String),
    /// The end of the input.
    End,
    /// Ctrl-C.
    Interrupted,
}

/// Something that lets the user edit a line.
pub trait LineEditor: Send {
    /// Shows the prompt and waits for a line.
    fn read_line(&mut self, prompt: &str) -> Answer;
}

/// Where lines come from.
#[derive(Default)]
pub struct Console {
    editor: RefCell<Option<Box<dyn LineEditor>>>,
    /// What was read from standard input and is not used yet.
    pending: RefCell<Vec<u8>>,
}

/// Sets the editor for the lines of a terminal.
pub fn set_editor(vm: &Vm, editor: Box<dyn LineEditor>) {
    vm.state.get::<Console>().editor.replace(Some(editor));
}

/// Whether there is an editor: standard input and output are a terminal then.
pub fn has_editor(vm: &Vm) -> bool {
    let editor = &vm.state.get::<Console>().editor;
    editor.try_borrow().is_ok_and(|editor| editor.is_some())
}

/// A line with its end, or nothing at the end of the input.
///
/// # Errors
/// KeyboardInterrupt, and what reading raises.
pub fn read_line(vm: &Vm, prompt: &str) -> PyResult<Option<Vec<u8>>> {
    let console = vm.state.get::<Console>();
    // Taken out while it works: what a signal's handler runs may ask for a line too.
    let editor = console.editor.take();
    let Some(mut editor) = editor else {
        return read_plain(vm, &console, prompt);
    };
    let (editor, answer) = vm.allow_threads(move || {
        let answer = editor.read_line(prompt);
        (editor, answer)
    });
    console.editor.replace(Some(editor));
    (vm.hooks.handle_signals.get())(vm)?;
    match answer {
        Answer::Line(line) => Ok(Some(format!("{line}\n").into_bytes())),
        Answer::End => {
            write_stderr(vm, b"\n");
            Ok(None)
        }
        Answer::Interrupted => Err(vm.new_exception(ExcKind::KeyboardInterrupt, Value::NULL)),
    }
}

fn read_plain(vm: &Vm, console: &Console, prompt: &str) -> PyResult<Option<Vec<u8>>> {
    write_stderr(vm, prompt.as_bytes());
    loop {
        let mut pending = console.pending.borrow_mut();
        if let Some(end) = memchr::memchr(b'\n', &pending) {
            return Ok(Some(pending.drain(..=end).collect()));
        }
        drop(pending);
        let mut buffer = [0_u8; 4096];
        match vm.blocking(|host| host.read(0, &mut buffer)) {
            Ok(0) => {
                // A last line without an end counts; the end itself is noticed by the next call.
                let rest = console.pending.take();
                if rest.is_empty() {
                    write_stderr(vm, b"\n");
                    return Ok(None);
                }
                return Ok(Some(rest));
            }
            Ok(count) => console
                .pending
                .borrow_mut()
                .extend_from_slice(buffer.get(..count).unwrap_or(&[])),
            Err(errno::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
            Err(_) => return Ok(None),
        }
    }
}

fn write_stderr(vm: &Vm, text: &[u8]) {
    let _ = vm.host().write(2, text);
}
